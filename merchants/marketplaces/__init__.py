"""Where we link to: kinds of stores, placements of a link, and the addresses of partners."""
