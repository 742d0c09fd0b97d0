"""Notes, mirrored from the community."""
