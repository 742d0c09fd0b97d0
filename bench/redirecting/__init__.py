"""What the benchmark of links needs: a world of codes, a bare view beside, and its readers."""
