"""Who earned what: touchpoints joined with conversions, published as facts of report days."""
