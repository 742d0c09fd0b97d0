"""What ad servers say of boosts: rows of hours, what they cost, and what the servers are told."""
