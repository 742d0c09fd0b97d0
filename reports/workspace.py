"""Folders that jobs work in, below VAR_DIR/work: what a killed worker leaves there is swept."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

LEFT_SECONDS = 24 * 3600


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """A new folder with a name that begins like this, gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix=f"{name}.", dir=_root()) as path:
        yield Path(path).resolve()


def sweep() -> int:
    """Delete the folders in which nothing was made for a day; how many."""
    left = [path for path in _root().iterdir() if time.time() - path.stat().st_mtime > LEFT_SECONDS]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _root() -> Path:
    root = Path(settings.VAR_DIR) / "work"
    root.mkdir(parents=True, exist_ok=True)
    return root
