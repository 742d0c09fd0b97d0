"""Who sends what: files received at a door, taken in by a job, every row accounted for."""
