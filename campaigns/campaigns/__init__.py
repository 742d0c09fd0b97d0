"""A merchant’s promotion over a period: its notes, what they sell, target and budget."""
