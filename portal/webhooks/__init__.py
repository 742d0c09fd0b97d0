"""Webhooks: what partners are told, once for all by an outbox, and how both sides sign."""
