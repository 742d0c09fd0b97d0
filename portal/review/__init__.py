"""Whatever waits for the platform: one queue, one clock, one page, one door. ADR 0055."""
