"""What a number is called, what it adds up, and how it is written."""
