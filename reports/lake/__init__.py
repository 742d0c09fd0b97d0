"""The event lake: what came in and was accepted, in Delta tables by business day."""
