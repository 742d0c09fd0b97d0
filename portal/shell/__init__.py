"""What stands around every page: navigation and the context of the base template."""
