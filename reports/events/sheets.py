"""Sheets: sorted files that tell on which business days names occur, 8 bytes for each name and day.

An entry is a number of 64 bits: 48 of the hash of a name (`sql/sheet_key.sql`), above 16 of the day
(days since 1970). Two names may share their 48 bits: what a sheet says is confirmed on the rows,
and a day too many costs time and nothing else. What it does not say is not there. A sheet is never
changed; `join` makes one of several, in bounded memory.
"""

import mmap
import os
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

Entries = npt.NDArray[np.uint64]

ENTRY_BYTES = 8
DAY_BITS = np.uint64((1 << 16) - 1)
# The limited process may address little: it sees a long sheet through windows of so many entries.
ENTRIES_PER_WINDOW = 1 << 24
# Joining looks at each sheet in steps of so many entries.
ENTRIES_PER_STEP = 1 << 16
_EPOCH = date(1970, 1, 1)


def write(path: Path, entries: Entries) -> None:
    """Write a sheet of entries in any order, each once, and have the disk keep it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.unique(entries).tofile(file)
        file.flush()
        os.fsync(file.fileno())


def length(path: Path) -> int:
    """How many entries a sheet has."""
    return path.stat().st_size // ENTRY_BYTES


def read(path: Path) -> Entries:
    return np.fromfile(path, np.uint64)


def common_days(sheet: Path, names: Path) -> set[date]:
    """The days on which names of the second sheet occur, by the first."""
    return set().union(*(days_of(sheet, some) for some in _windows(names)))


def days_of(sheet: Path, names: Entries) -> set[date]:
    """The days on which some of the names occur, by the sheet. `names` are sorted entries, of
    any day."""
    keys = np.unique(names & ~DAY_BITS)
    found = [_found(window, keys) for window in _windows(sheet)]
    days = np.unique(np.concatenate([np.empty(0, np.uint64), *found]))
    return {_EPOCH + timedelta(days=int(day)) for day in days}


def join(sheets: Iterable[Path], out: Path) -> None:
    """Write one sheet of several."""
    parts = [_seen(sheet) for sheet in sheets]
    parts = [part for part in parts if len(part)]
    samples = np.unique(np.concatenate([np.empty(0, np.uint64), *_samples(parts)]))
    # So few entries of each part lie between two cuts that they fit into memory together.
    cuts = [*samples[len(parts) :: max(1, len(parts))], None]
    out.parent.mkdir(parents=True, exist_ok=True)
    at = [0] * len(parts)
    with out.open("wb") as file:
        for cut in cuts:
            ends = [len(p) if cut is None else int(np.searchsorted(p, cut)) for p in parts]
            pieces = [part[i:j] for part, i, j in zip(parts, at, ends, strict=True)]
            at = ends
            if pieces:
                np.unique(np.concatenate(pieces)).tofile(file)
        file.flush()
        os.fsync(file.fileno())


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


def _samples(parts: list[Entries]) -> Iterator[Entries]:
    for part in parts:
        yield np.asarray(part[::ENTRIES_PER_STEP])


def _found(window: Entries, keys: Entries) -> Entries:
    """The days of the window's entries of these keys."""
    keys = keys[
        np.searchsorted(keys, window[0] & ~DAY_BITS) : np.searchsorted(keys, window[-1], "right")
    ]
    if not len(keys):
        return np.empty(0, np.uint64)
    if len(window) < len(keys):
        names = window & ~DAY_BITS
        places = np.minimum(np.searchsorted(keys, names), len(keys) - 1)
        return np.unique(window[keys[places] == names] & DAY_BITS)
    first = np.searchsorted(window, keys)
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
