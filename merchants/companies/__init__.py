"""Merchants: the company behind stores, and whether it is who it says it is."""
