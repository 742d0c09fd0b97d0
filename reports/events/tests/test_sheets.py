"""Sheets say on which days names occur, whatever their length, and are joined without a loss."""

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from reports.events import levels, sheets

DAYS = 400


def some(rng: np.random.Generator, count: int) -> sheets.Entries:
    """Entries of few names, so that many have several days."""
    names = rng.integers(0, 1 << 12, count).astype(np.uint64) << np.uint64(16)
    return names | rng.integers(0, DAYS, count).astype(np.uint64)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and steps so short that a small sheet has many of them, and several levels."""
    monkeypatch.setattr(sheets, "ENTRIES_PER_WINDOW", 512)
    monkeypatch.setattr(sheets, "ENTRIES_PER_STEP", 16)
    monkeypatch.setattr(levels, "NUMBERS_PER_PAGE", 8)
    monkeypatch.setattr(levels, "MOST_AT_TOP", 7)
    monkeypatch.setattr(levels, "PAGES_AT_ONCE", 16)


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


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("count", [*range(30), 63, 64, 65, 511, 512, 513])
def test_each_name_is_found_and_none_beside_it(count: int, tmp_path: Path) -> None:
    keys = (np.arange(count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)) << np.uint64(16)
    entries = keys | np.arange(count, dtype=np.uint64)
    sheets.write(tmp_path / "sheet", entries)
    assert levels.length(tmp_path / "sheet") == count
    assert levels.size(count) == (tmp_path / "sheet").stat().st_size
    assert sheets.read(tmp_path / "sheet").tolist() == entries.tolist()
    for at in range(count):
        found = sheets.days_of([tmp_path / "sheet"], keys[at : at + 1])
        assert found == {date(1970, 1, 1) + timedelta(days=at)}
    for beside in (keys - np.uint64(1 << 16), keys[-1:] + np.uint64(1 << 16)):
        assert sheets.days_of([tmp_path / "sheet"], beside) == set()


@pytest.mark.usefixtures("narrow")
def test_a_sheet_that_is_not_whole_says_so(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet"
    sheets.write(sheet, np.arange(1000, 1100, dtype=np.uint64))
    whole = sheet.read_bytes()
    for cut in (0, 4, 8, 80, len(whole) - 8, len(whole) - 1):
        sheet.write_bytes(whole[:cut])
        with pytest.raises(OSError, match="not whole"):
            levels.length(sheet)


def counted_up(rng: np.random.Generator, beginnings: int) -> sheets.Entries:
    """So many beginnings, each with 4,096 names that are counted up."""
    some = np.unique(rng.integers(0, 1 << 32, beginnings).astype(np.uint64)) << np.uint64(32)
    rest = np.arange(4096, dtype=np.uint64) << np.uint64(16)
    return np.asarray((some[:, None] + rest[None, :]).ravel())


def bytes_read(tmp_path: Path, beginnings: int) -> int:
    """Bytes that two beginnings of new names read of a sheet of so many."""
    sheets.write(tmp_path / "sheet", counted_up(np.random.default_rng(3), beginnings))
    asked, read = counted_up(np.random.default_rng(4), 2), 0
    pread = os.pread

    def counted(file: int, count: int, at: int) -> bytes:
        nonlocal read
        read += count
        return pread(file, count, at)

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(os, "pread", counted)
        assert sheets.days_of([tmp_path / "sheet"], asked) == set()
    return read


READ = levels.Levels._read


def whole(sheet: levels.Levels, level: int, pages: levels.Places) -> levels.Numbers:
    READ(sheet, level, np.arange(-(-sheet.counts[level] // levels.NUMBERS_PER_PAGE)))
    return READ(sheet, level, pages)


def test_names_that_are_counted_up_read_as_much_of_a_sheet_ten_times_as_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "NUMBERS_PER_PAGE", 128)
    monkeypatch.setattr(levels, "MOST_AT_TOP", 127)
    short, long = (bytes_read(tmp_path, beginnings) for beginnings in (20, 200))
    assert 0 < long <= 1.2 * short
    # Whoever reads levels whole reads the more, the longer the sheet is.
    monkeypatch.setattr(levels.Levels, "_read", whole)
    short, long = (bytes_read(tmp_path, beginnings) for beginnings in (20, 200))
    assert long > 1.2 * short


@pytest.mark.usefixtures("narrow")
def test_a_stream_becomes_one_sheet(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    parts = [some(rng, 700) for _ in range(7)]
    gathered = sheets.Gathered(tmp_path / "sheet", most=1000)
    for part in parts:
        gathered.add(part)
    assert sheets.read(gathered.close()).tolist() == np.unique(np.concatenate(parts)).tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["sheet"]
