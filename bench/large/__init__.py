"""A world as large as the portal promises to stay quick with, in a database of its own."""
