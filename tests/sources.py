"""The project's own Python, parsed: for tests of rules that every module keeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

APPS = ("portal", "merchants", "campaigns", "reports")
# Tests may do what a verb may not, and a migration is a verb of its day.
LEFT_OUT = {"tests", "migrations"}


def modules(*apps: str) -> Iterator[tuple[Path, ast.Module]]:
    """The modules of some apps, by default of all, as (path below the checkout, tree)."""
    for app in apps or APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if not LEFT_OUT & set(path.parts):
                yield path.relative_to(settings.BASE_DIR), ast.parse(path.read_text())
