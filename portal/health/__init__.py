"""How the site is, for programs that ask: /health/live/ and /health/ready/."""
