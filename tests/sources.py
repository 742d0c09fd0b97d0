"""The project's own files, read and parsed: for tests of rules that every module keeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# From the lowest to the highest, as in pyproject.toml.
APPS = ("portal", "merchants", "campaigns", "reports")
# The demo world and whatever else is a package of the checkout, too, and its command line.
EVERYWHERE = (
    *sorted(path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")),
    "manage.py",
)
# Tests may do what a verb may not, and a migration is a verb of its day.
LEFT_OUT = {"tests", "migrations"}


def files(*places: str, ending: str = ".py") -> Iterator[tuple[Path, str]]:
    """The files of some packages, by default of the apps, as (path below the checkout, text)."""
    for place in places or APPS:
        root = settings.BASE_DIR / place
        for path in [root] if root.suffix == ending else sorted(root.rglob(f"*{ending}")):
            name = path.relative_to(settings.BASE_DIR)
            if not LEFT_OUT & set(name.parts):
                yield name, path.read_text("utf-8")


def modules(*places: str) -> Iterator[tuple[Path, ast.Module]]:
    """The same, parsed."""
    for path, text in files(*places):
        yield path, ast.parse(text)
