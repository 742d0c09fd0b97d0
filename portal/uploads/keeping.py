"""Every file that the site keeps has a row that owns it; what no row owns is swept.

A room that keeps files names its folder here, with the rows that own what is in it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Work in progress has files before it has their row.
LEFT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Kept:
    """`owned` tells which of some names in the folder (below it, with slashes) have an owner."""

    folder: Callable[[], Path]
    owned: Callable[[list[str]], set[str]]


# By a name of its own each.
KEPT: dict[str, Kept] = {}
_AT_ONCE = 1000


def keep(name: str, folder: Callable[[], Path], owned: Callable[[list[str]], set[str]]) -> None:
    """Name a folder, from `AppConfig.ready`."""
    KEPT[name] = Kept(folder, owned)


def sweep() -> int:
    """Delete what nobody owns and nobody has touched for a day; how many files."""
    return sum(_sweep(kept) for kept in KEPT.values())


def _sweep(kept: Kept) -> int:
    root, count = kept.folder(), 0
    old = [str(path.relative_to(root)) for path in root.rglob("*") if _rests(path)]
    for begin in range(0, len(old), _AT_ONCE):
        names = old[begin : begin + _AT_ONCE]
        for name in sorted(set(names) - kept.owned(names)):
            (root / name).unlink(missing_ok=True)
            count += 1
    return count


def _rests(path: Path) -> bool:
    try:
        return path.is_file() and time.time() - path.stat().st_mtime > LEFT_SECONDS
    except FileNotFoundError:  # Its owner has just let it go.
        return False
