"""Sheets say on which days names occur, whatever their length, and are joined without a loss."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.events import sheets

DAYS = 400


def some(rng: np.random.Generator, count: int) -> sheets.Entries:
    """Entries of few names, so that many have several days."""
    names = rng.integers(0, 1 << 12, count).astype(np.uint64) << np.uint64(16)
    return names | rng.integers(0, DAYS, count).astype(np.uint64)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows and steps so short that a small sheet has many of them."""
    monkeypatch.setattr(sheets, "ENTRIES_PER_WINDOW", 512)
    monkeypatch.setattr(sheets, "ENTRIES_PER_STEP", 16)
    monkeypatch.setattr(sheets, "ENTRIES_PER_STRETCH", 32)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("seed", range(20))
def test_a_sheet_tells_the_days_of_the_names_that_are_asked_for(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    entries, asked = some(rng, int(rng.integers(0, 5000))), some(rng, int(rng.integers(0, 30)))
    sheets.write(tmp_path / "sheet", entries)
    sheets.write(tmp_path / "asked", asked)
    names = set((asked >> np.uint64(16)).tolist())
    expected = {
        date(1970, 1, 1) + timedelta(days=entry & 0xFFFF)
        for entry in entries.tolist()
        if entry >> 16 in names
    }
    assert sheets.days_of([tmp_path / "sheet"], asked) == expected
    assert sheets.common_days([tmp_path / "sheet"], tmp_path / "asked") == expected


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("seed", range(20))
def test_sheets_that_are_joined_hold_what_they_held(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    parts = [some(rng, int(rng.integers(0, 2000))) for _ in range(seed % 9)]
    paths = [tmp_path / str(at) for at in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        sheets.write(path, part)
    sheets.join(paths, tmp_path / "joined")
    expected = np.unique(np.concatenate([np.empty(0, np.uint64), *parts]))
    assert sheets.read(tmp_path / "joined").tolist() == expected.tolist()


def test_names_that_are_counted_up_read_few_places_of_a_long_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    beginnings = np.unique(rng.integers(0, 1 << 32, 400).astype(np.uint64)) << np.uint64(32)
    rest = np.arange(4096, dtype=np.uint64) << np.uint64(16)
    sheets.write(tmp_path / "sheet", (beginnings[:, None] + rest[None, :]).ravel())
    read: set[int] = set()

    class Watched(np.ndarray[Any, np.dtype[np.uint64]]):
        def __getitem__(self, at: Any) -> Any:
            if isinstance(at, np.ndarray) and at.dtype != bool:
                read.update((at // 512).tolist())
            return super().__getitem__(at)

    windows = sheets._windows
    monkeypatch.setattr(
        sheets, "_windows", lambda sheet: (window.view(Watched) for window in windows(sheet))
    )
    unknown = beginnings[:10] + np.uint64(1 << 32)
    asked = (unknown[:, None] + rest[None, :]).ravel()
    assert sheets.days_of([tmp_path / "sheet"], asked) == set()
    assert 0 < len(read) <= 10 * 5
    assert sheets.length(tmp_path / "sheet") // 512 > 3000


@pytest.mark.usefixtures("narrow")
def test_a_stream_becomes_one_sheet(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    parts = [some(rng, 700) for _ in range(7)]
    gathered = sheets.Gathered(tmp_path / "sheet", most=1000)
    for part in parts:
        gathered.add(part)
    assert sheets.read(gathered.close()).tolist() == np.unique(np.concatenate(parts)).tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["sheet"]
