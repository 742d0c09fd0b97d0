"""Sheets: sorted files that tell on which business days names occur, 8 bytes for each name and day.

An entry is a number of 64 bits: 48 of the hash of a name (`sql/sheet_key.sql`), above 16 of the day
(days since 1970). Two names may share their 48 bits: what a sheet says is confirmed on the rows,
and a day too many costs time and nothing else. What it does not say is not there. A sheet is never
changed; `join` makes one of several, in bounded memory.

Behind the entries stands every 2,048th once more, the first of each stretch: a few pages of them
tell in which stretch a name would be, however long the sheet is.
"""

import mmap
import os
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Entries = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]

ENTRY_BYTES = 8
ENTRIES_PER_STRETCH = 1 << 11
DAY_BITS = np.uint64((1 << 16) - 1)
# What follows the beginning of a name, which is hashed apart.
REST_BITS = np.uint64((1 << 32) - 1)
# The limited process may address little: it sees a long sheet through windows of so many entries.
ENTRIES_PER_WINDOW = 1 << 24
# Joining looks at each sheet in steps of so many entries.
ENTRIES_PER_STEP = 1 << 16
_EPOCH = date(1970, 1, 1)


def write(path: Path, entries: Entries) -> None:
    """Write a sheet of entries in any order, each once, and have the disk keep it."""
    _write(path, [np.unique(entries)])


def length(path: Path) -> int:
    """How many entries a sheet has."""
    numbers = path.stat().st_size // ENTRY_BYTES
    return numbers - -(-numbers // (ENTRIES_PER_STRETCH + 1))


def size(entries: int) -> int:
    """How many bytes a sheet of so many entries has."""
    return (entries + -(-entries // ENTRIES_PER_STRETCH)) * ENTRY_BYTES


def read(path: Path) -> Entries:
    return np.fromfile(path, np.uint64, length(path))


def common_days(sheets: Iterable[Path], names: Path) -> set[date]:
    """The days on which names of the sheet `names` occur, by the others."""
    there = list(sheets)
    return set().union(*(days_of(there, some) for some in _windows(names)))


def days_of(sheets: Iterable[Path], names: Entries) -> set[date]:
    """The days on which some of the names occur, by the sheets. `names` are sorted entries, of
    any day."""
    keys = np.unique(names & ~DAY_BITS)
    beginnings, counts = np.unique(keys & ~REST_BITS, return_counts=True)
    found = [
        _found(window, firsts, keys, beginnings, counts)
        for sheet in sheets
        for window, firsts in zip(_windows(sheet), _firsts(sheet), strict=True)
    ]
    days = np.unique(np.concatenate([np.empty(0, np.uint64), *found]))
    return {_EPOCH + timedelta(days=int(day)) for day in days}


def join(sheets: Iterable[Path], out: Path) -> None:
    """Write one sheet of several."""
    parts = [_seen(sheet) for sheet in sheets]
    parts = [part for part in parts if len(part)]
    samples = np.unique(np.concatenate([np.empty(0, np.uint64), *_samples(parts)]))
    # So few entries of each part lie between two cuts that they fit into memory together.
    cuts = [*samples[len(parts) :: max(1, len(parts))], None]
    _write(out, _joined(parts, cuts))


class Gathered:
    """Entries of a stream of rows, as one sheet, in bounded memory."""

    def __init__(self, path: Path, *, most: int = 1 << 22) -> None:
        self._path, self._most = path, most
        self._held: list[Entries] = []
        self._parts: list[Path] = []

    def add(self, entries: Entries) -> None:
        self._held.append(entries)
        if sum(map(len, self._held)) >= self._most:
            self._spill(self._path.with_name(f"{self._path.name}.{len(self._parts)}"))

    def close(self) -> Path:
        """Write the sheet; where it is."""
        if not self._parts:
            self._spill(self._path)
            return self._path
        if self._held:
            self._spill(self._path.with_name(f"{self._path.name}.{len(self._parts)}"))
        join(self._parts, self._path)
        for part in self._parts:
            part.unlink()
        return self._path

    def _spill(self, path: Path) -> None:
        write(path, np.concatenate([np.empty(0, np.uint64), *self._held]))
        self._held = []
        self._parts.append(path)


def _write(path: Path, pieces: Iterable[Entries]) -> None:
    """Write pieces that follow each other, and the first entry of each stretch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    firsts, written = [np.empty(0, np.uint64)], 0
    with path.open("wb") as file:
        for piece in pieces:
            piece.tofile(file)
            firsts.append(piece[-written % ENTRIES_PER_STRETCH :: ENTRIES_PER_STRETCH])
            written += len(piece)
        np.concatenate(firsts).tofile(file)
        file.flush()
        os.fsync(file.fileno())


def _joined(parts: list[Entries], cuts: list[Any]) -> Iterator[Entries]:
    at = [0] * len(parts)
    for cut in cuts:
        ends = [len(p) if cut is None else int(np.searchsorted(p, cut)) for p in parts]
        pieces = [part[i:j] for part, i, j in zip(parts, at, ends, strict=True)]
        at = ends
        if pieces:
            yield np.unique(np.concatenate(pieces))


def _samples(parts: list[Entries]) -> Iterator[Entries]:
    for part in parts:
        yield np.asarray(part[::ENTRIES_PER_STEP])


def _found(
    window: Entries, firsts: Entries, keys: Entries, beginnings: Entries, counts: Counts
) -> Entries:
    """The days of the window's entries of these keys, which have so many of each beginning."""
    if len(beginnings) < len(keys) // 4:
        # Names that are counted up: few beginnings stand for many keys, and mostly none is here.
        first = _places(window, firsts, beginnings)
        there = first < len(window)
        there[there] = (window[first[there]] & ~REST_BITS) == beginnings[there]
        keys = keys[np.repeat(there, counts)]
    if len(window) < len(keys):
        names = window & ~DAY_BITS
        places = np.minimum(np.searchsorted(keys, names), len(keys) - 1)
        return np.unique(window[keys[places] == names] & DAY_BITS)
    first = _places(window, firsts, keys)
    there = first < len(window)
    first, keys = first[there], keys[there]
    hit = (window[first] & ~DAY_BITS) == keys
    first, keys = first[hit], keys[hit]
    last = np.searchsorted(window, keys | DAY_BITS, "right")
    days: list[Entries] = []
    while len(first):
        days.append(np.unique(window[first] & DAY_BITS))
        first += 1
        more = first < last
        first, last = first[more], last[more]
    return np.unique(np.concatenate([np.empty(0, np.uint64), *days]))


def _places(window: Entries, firsts: Entries, keys: Entries) -> Counts:
    """Where the first entry of the window stands that is no less than each key."""
    stretch = np.searchsorted(firsts, keys)
    low = np.maximum(stretch - 1, 0) * ENTRIES_PER_STRETCH
    high = np.minimum(stretch * ENTRIES_PER_STRETCH, len(window))
    while (open_ := low < high).any():
        middle = (low + high) // 2
        less = open_ & (window[np.minimum(middle, len(window) - 1)] < keys)
        low, high = np.where(less, middle + 1, low), np.where(open_ & ~less, middle, high)
    return low


def _firsts(sheet: Path) -> Iterator[Entries]:
    """The first entry of each stretch, window by window."""
    entries, step = length(sheet), ENTRIES_PER_WINDOW // ENTRIES_PER_STRETCH
    count = -(-entries // ENTRIES_PER_STRETCH)
    for first in range(0, count, step):
        yield _seen(sheet, entries + first, min(step, count - first))


def _windows(sheet: Path) -> Iterator[Entries]:
    entries = length(sheet)
    for first in range(0, entries, ENTRIES_PER_WINDOW):
        window = _seen(sheet, first, min(ENTRIES_PER_WINDOW, entries - first))
        yield window


def _seen(sheet: Path, first: int = 0, count: int | None = None) -> Entries:
    """Entries of a sheet, read from the disk where they are looked at."""
    if count is None:
        count = length(sheet)
    if not count:
        return np.empty(0, np.uint64)
    seen = np.memmap(sheet, np.uint64, "r", first * ENTRY_BYTES, (count,))
    # Places far apart are looked up: what stands beside them need not be read ahead.
    seen._mmap.madvise(mmap.MADV_RANDOM)  # type: ignore[attr-defined]
    return np.asarray(seen)
