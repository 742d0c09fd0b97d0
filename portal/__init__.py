"""The site. Importing it needs nothing but Python: the set-up uses portal.runtime."""
