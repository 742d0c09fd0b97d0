"""Notices: who is told of what, in the bell of every page and by mail."""
