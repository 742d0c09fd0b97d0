"""Money as double entry: accounts, transfers between them, payments received, and the proof."""
