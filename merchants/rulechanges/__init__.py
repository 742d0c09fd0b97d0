"""Rule changes: the signed act by which policy changes. It knows no noun of what is changed."""
