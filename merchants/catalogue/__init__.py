"""What stores sell, and the tree of categories."""
