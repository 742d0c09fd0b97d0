"""Paid promotion of a note: asked for, decided, run by the clock, and the money it holds."""
