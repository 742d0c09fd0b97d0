"""Whether the books agree with all that was written beside them, proven once a day."""
