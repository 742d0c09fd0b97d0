"""Policy: who may link outside, where, and since when."""
