"""What this process may use of its machine: cores and memory, as its group of processes has them.

In a container the machine shows all it has; the limits stand in the files of control groups, of
either version, where each group is bound by those above it, too.
"""

import os
from collections.abc import Iterator
from pathlib import Path

_GROUPS, _OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def cores(*, groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """Whole cores, at least one."""
    usable = float(len(os.sched_getaffinity(0)))
    for folder in _folders("cpu", groups, own):
        quota, period = _numbers(folder, "cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us")
        if quota and period:
            usable = min(usable, quota / period)
    return max(1, int(usable))


def memory_bytes(*, groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """Bytes of memory, the swap apart."""
    usable = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for folder in _folders("memory", groups, own):
        limit, _none = _numbers(folder, "memory.max", "memory.limit_in_bytes")
        usable = min(usable, limit or usable)
    return usable


def resident_bytes() -> int:
    """Memory that this process has already."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _folders(controller: str, groups: Path, own: Path) -> Iterator[Path]:
    """The folders of this process's group and those above it."""
    lines = own.read_text().splitlines() if own.exists() else []
    for line in lines:
        _number, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = groups / controller if controllers else groups
        below = root / path.lstrip("/")
        # In a container the path may be that of the machine, whose folders are not there.
        yield from (folder for folder in (below, *below.parents) if folder.is_relative_to(root))


def _numbers(folder: Path, unified: str, *single: str) -> tuple[int, int]:
    """The numbers of the one file of version 2, or of those of version 1; 0 is no limit."""
    words: list[str] = []
    for name in (unified, *single):
        if (folder / name).is_file():
            words += (folder / name).read_text().split()
    found = [int(word) if word.isdigit() else 0 for word in words]
    return (*found, 0, 0)[0], (*found, 0, 0)[1]
