"""A merchant's shops, in the app and on marketplaces."""
