"""Closings: an opening that closes ends the boosts that led through it."""
