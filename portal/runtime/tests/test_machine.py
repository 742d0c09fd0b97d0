"""What a group of processes may use is what its files say, of either version."""

import os
from pathlib import Path

import pytest

from portal.runtime import machine


def written(place: Path, files: dict[str, str]) -> dict[str, Path]:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return {"groups": place / "groups", "own": place / "own"}


@pytest.mark.parametrize(
    "files",
    [
        {"own": "0::/site/worker\n", "groups/site/memory.max": "1000000\n",
         "groups/site/worker/memory.max": "max\n"},
        {"own": "0::/site/worker\n", "groups/site/memory.max": "2000000\n",
         "groups/site/worker/memory.max": "1000000\n"},
        {"own": "0::/of/the/machine\n", "groups/memory.max": "1000000\n"},
        {"own": "4:cpu,memory:/site\n", "groups/memory/site/memory.limit_in_bytes": "1000000\n"},
    ],
)  # fmt: skip
def test_memory_is_what_the_narrowest_group_has(files: dict[str, str], tmp_path: Path) -> None:
    assert machine.memory_bytes(**written(tmp_path, files)) == 1_000_000


@pytest.mark.parametrize(
    "files",
    [
        {"own": "0::/\n", "groups/cpu.max": "100000 100000\n"},
        {"own": "0::/\n", "groups/cpu.max": "50000 100000\n"},
        {"own": "2:cpu,cpuacct:/w\n", "groups/cpu/w/cpu.cfs_quota_us": "100000\n",
         "groups/cpu/w/cpu.cfs_period_us": "100000\n"},
    ],
)  # fmt: skip
def test_cores_are_what_the_group_has_and_one_at_least(
    files: dict[str, str], tmp_path: Path
) -> None:
    assert machine.cores(**written(tmp_path, files)) == 1


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"own": ""},
        {"own": "0::/\n", "groups/cpu.max": "max 100000\n", "groups/memory.max": "max\n"},
        {"own": "2:cpu:/\n4:memory:/\n", "groups/cpu/cpu.cfs_quota_us": "-1\n",
         "groups/cpu/cpu.cfs_period_us": "100000\n",
         "groups/memory/memory.limit_in_bytes": "9223372036854771712\n"},
    ],
)  # fmt: skip
def test_without_a_limit_it_is_the_whole_machine(files: dict[str, str], tmp_path: Path) -> None:
    places = written(tmp_path, files)
    assert machine.cores(**places) == len(os.sched_getaffinity(0))
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert machine.memory_bytes(**places) == pages
