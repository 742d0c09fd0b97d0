"""The engine takes a share of what its machine has, and no more than a process of a worker may."""

from pathlib import Path

import pytest

from portal.runtime import machine
from reports.attribution import engine


def limits(work_dir: Path) -> tuple[str, int]:
    with engine.session(reads=[], work_dir=work_dir) as connection:
        asked = "SELECT current_setting('memory_limit'), current_setting('threads')"
        return connection.execute(asked).fetchall()[0]


@pytest.mark.parametrize(
    ("cores", "memory", "resident", "expected"),
    [
        (1, 300 << 20, 0, ("100.0 MiB", 1)),
        (64, 64 << 30, 0, ("762.9 MiB", engine.MOST_THREADS)),
        # What the process holds before is taken off, to a least.
        (64, 64 << 30, 300_000_000, ("572.2 MiB", engine.MOST_THREADS)),
        (64, 64 << 30, 800_000_000, ("476.8 MiB", engine.MOST_THREADS)),
    ],
)
def test_memory_and_threads_are_the_machines(
    cores: int,
    memory: int,
    resident: int,
    expected: tuple[str, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: cores)
    monkeypatch.setattr(machine, "memory_bytes", lambda: memory)
    monkeypatch.setattr(machine, "resident_bytes", lambda: resident)
    assert limits(tmp_path) == expected
