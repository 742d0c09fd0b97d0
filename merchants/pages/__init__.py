"""The doors for people: one folder per noun, with its views, forms, tables and filters."""
