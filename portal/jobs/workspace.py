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
    # What cannot be removed is left to the sweep: work that is done does not fail over its folder.
    with tempfile.TemporaryDirectory(
        prefix=f"{name}.", dir=_root(), ignore_cleanup_errors=True
    ) as path:
        yield Path(path).resolve()


def sweep() -> int:
    """Delete the folders in which nothing was made for a day, anywhere below; how many."""
    left = [path for path in _root().iterdir() if path.is_dir() and _rests(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _rests(folder: Path) -> bool:
    # A folder's own time stands still while files grow in it, so everything below is asked.
    try:
        newest = max(path.stat().st_mtime for path in [folder, *folder.rglob("*")])
    except FileNotFoundError:  # Its job is just ending.
        return False
    return time.time() - newest > LEFT_SECONDS


def _root() -> Path:
    root = Path(settings.VAR_DIR) / "work"
    root.mkdir(parents=True, exist_ok=True)
    return root
