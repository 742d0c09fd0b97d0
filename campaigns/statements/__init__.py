"""What a merchant's own money did in a month, on paper that stays as it was given."""
