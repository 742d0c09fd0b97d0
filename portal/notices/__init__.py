"""Notices: who is told of what: the bell of every page."""
