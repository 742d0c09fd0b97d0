"""A fund's page for its partner, who has no account. ADR 0164."""
