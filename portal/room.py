"""How much room the disk has, and how much of it is never given to files."""

import shutil
from pathlib import Path

# Below this, files that are being taken in may fill the disk before somebody comes.
LEAST_FREE_MB = 512
_MB = 1024**2


def free_mb(folder: Path) -> int:
    """What is free where the folder is, or will be made."""
    return _total_and_free_mb(folder)[1]


def to_spare_mb(folder: Path) -> int:
    """What of it may be filled: so much, of a small disk a quarter, stays free for others."""
    total, free = _total_and_free_mb(folder)
    return max(0, free - min(LEAST_FREE_MB, total // 4))


def _total_and_free_mb(folder: Path) -> tuple[int, int]:
    there = next(part for part in (folder, *folder.parents) if part.exists())
    usage = shutil.disk_usage(there)
    return usage.total // _MB, usage.free // _MB
