"""Which code decides numbers: what is computed by another version may come out differently."""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from reports.events.queries import EVENTS
from reports.lake import tables as lake
from reports.metrics import registry
from reports.sources import regimes

# Rooms whose SQL and Python decide what is taken in, matched, credited and counted.
_FOLDERS = (Path(__file__).parent, EVENTS.folder.parent, lake.QUERIES.folder.parent)
_FILES = (Path(registry.__file__), Path(regimes.__file__))
# Whatever the checkout is called.
_REPORTS = Path(__file__).parents[1]
_SQL_COMMENT = re.compile(r"--[^\n]*")


@cache
def code_version() -> str:
    """A hash of all SQL and Python that decides numbers, without comments and tests."""
    digest = hashlib.sha256()
    for name, said in sorted(_said()):
        digest.update(f"{name}\n{said}\n".encode())
    return digest.hexdigest()[:16]


def _said() -> Iterator[tuple[str, str]]:
    paths = {path for folder in _FOLDERS for path in folder.rglob("*.*")} | set(_FILES)
    for path in paths:
        name = f"{path.parent.name}/{path.name}"
        below = path.relative_to(_REPORTS).parts
        if "tests" in below or "__pycache__" in below:
            continue
        if path.suffix == ".sql":
            yield name, " ".join(_SQL_COMMENT.sub("", path.read_text(encoding="utf-8")).split())
        elif path.suffix == ".py":
            yield name, python_without_comments(path.read_text(encoding="utf-8"))


def python_without_comments(source: str) -> str:
    """What a module does: its syntax tree without comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                del body[0]
    return ast.dump(tree)
