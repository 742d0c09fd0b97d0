"""The doors for people: one folder per noun, with its views, forms and tables."""
