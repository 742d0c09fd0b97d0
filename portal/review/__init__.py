"""Whatever needs a decision of the platform: one form, one page."""
