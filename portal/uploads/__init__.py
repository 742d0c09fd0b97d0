"""Files people hand in: what they are, under which name they are kept, how they are served."""
