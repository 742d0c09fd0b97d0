"""Where a listing's link leads, and the clicks on it."""
