"""Products linked to notes, and the rules of publishing them."""
