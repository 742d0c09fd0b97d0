"""Light and dark: the choice of a browser, kept in a cookie."""

THEMES = ("light", "dark")
COOKIE = "theme"
