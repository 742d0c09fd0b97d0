"""Every file that the site keeps has a row that owns it; what no row owns is swept.

A room that keeps files names its folder here, with the rows that own what is in it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import FileSystemStorage, Storage

# Work in progress has files before it has their row.
LEFT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Kept:
    """The files of a storage below one of its folders; `owned` tells which of some of their names
    have an owner."""

    storage: Callable[[], Storage]
    owned: Callable[[list[str]], set[str]]
    below: str


# By a name of its own each.
KEPT: dict[str, Kept] = {}
_AT_ONCE = 1000


def keep(
    name: str,
    storage: Callable[[], Storage],
    owned: Callable[[list[str]], set[str]],
    *,
    below: str = "",
) -> None:
    """Name a folder of a storage, from `AppConfig.ready`; by default all that is in it."""
    KEPT[name] = Kept(storage, owned, below)


def files_in(folder: Callable[[], Path]) -> Callable[[], Storage]:
    """A folder as such a storage."""
    return lambda: FileSystemStorage(folder())


def sweep() -> int:
    """Delete what nobody owns and nobody has touched for a day; how many files."""
    return sum(_sweep(kept) for kept in KEPT.values())


def _sweep(kept: Kept) -> int:
    storage, count = kept.storage(), 0
    there = list(_names(storage, kept.below))
    for begin in range(0, len(there), _AT_ONCE):
        names = there[begin : begin + _AT_ONCE]
        for name in sorted(set(names) - kept.owned(names)):
            if _rests(storage, name):
                storage.delete(name)
                count += 1
    return count


def _names(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # Nothing was ever kept there.
        return
    begin = f"{folder}/" if folder else ""
    yield from (f"{begin}{name}" for name in files)
    for name in folders:
        yield from _names(storage, f"{begin}{name}")


def _rests(storage: Storage, name: str) -> bool:
    age = age_of(storage, name)
    # Without one its owner has just let it go.
    return age is not None and age > LEFT_SECONDS


def age_of(storage: Storage, name: str) -> float | None:
    """Seconds since the file was written; None for one that is not there."""
    if not storage.exists(name):  # Asked for its age, a bucket would say that it does not answer.
        return None
    try:
        return time.time() - storage.get_modified_time(name).timestamp()
    except FileNotFoundError:
        return None
