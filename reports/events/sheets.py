"""Sheets: sorted files that tell on which business days names occur, 8 bytes for each name and day.

An entry is a number of 64 bits: 48 of the hash of a name (`sql/sheet_key.sql`), above 16 of the day
(days since 1970). Two names may share their 48 bits: what a sheet says is confirmed on the rows,
and a day too many costs time and nothing else. What it does not say is not there. A sheet is never
changed; `join` makes one of several, in bounded memory.

Of a long sheet few pages are read: see `reports.events.levels`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from reports.events import levels
from reports.events.levels import Levels, length

Entries = levels.Numbers

DAY_BITS = np.uint64((1 << 16) - 1)
# What follows the beginning of a name, which is hashed apart.
REST_BITS = np.uint64((1 << 32) - 1)
# The limited process may address little: it sees its own names through windows of so many entries.
ENTRIES_PER_WINDOW = 1 << 24
# Joining looks at each sheet in steps of so many entries.
ENTRIES_PER_STEP = 1 << 16
_EPOCH = date(1970, 1, 1)


def write(path: Path, entries: Entries) -> None:
    """Write a sheet of entries in any order, each once, and have the disk keep it."""
    levels.write(path, [np.unique(entries)])


def read(path: Path) -> Entries:
    """All entries of a sheet, in order."""
    return np.fromfile(path, np.uint64, length(path))


def common_days(sheets: Iterable[Path], names: Path) -> set[date]:
    """The days on which names of the sheet `names` occur, by the others."""
    there = list(sheets)
    return set().union(*(days_of(there, some) for some in _windows(names)))


def days_of(sheets: Iterable[Path], names: Entries) -> set[date]:
    """The days on which some of the names occur, by the sheets. `names` are sorted entries, of
    any day."""
    keys = np.unique(names & ~DAY_BITS)
    found = []
    for sheet in sheets:
        with levels.opened(sheet) as entries:
            found += _found(entries, keys)
    days = np.unique(np.concatenate([np.empty(0, np.uint64), *found]))
    return {_EPOCH + timedelta(days=int(day)) for day in days}


def join(sheets: Iterable[Path], out: Path) -> None:
    """Write one sheet of several."""
    parts = [_seen(sheet) for sheet in sheets]
    parts = [part for part in parts if len(part)]
    samples = np.unique(np.concatenate([np.empty(0, np.uint64), *_samples(parts)]))
    # So few entries of each part lie between two cuts that they fit into memory together.
    cuts = [*samples[len(parts) :: max(1, len(parts))], None]
    levels.write(out, _joined(parts, cuts))


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


def _found(sheet: Levels, keys: Entries) -> list[Entries]:
    """The days of a sheet's entries of these keys."""
    beginnings, counts = np.unique(keys & ~REST_BITS, return_counts=True)
    if len(beginnings) < len(keys) // 4:
        # Names that are counted up: few beginnings stand for many keys, and mostly none is here.
        keys = keys[np.repeat(sheet.holds(beginnings, beginnings | REST_BITS), counts)]
    return [_days(entries, keys) for entries in sheet.between(keys, keys | DAY_BITS)]


def _days(entries: Entries, keys: Entries) -> Entries:
    names = entries & ~DAY_BITS
    places = np.minimum(np.searchsorted(keys, names), len(keys) - 1)
    return np.unique(entries[keys[places] == names] & DAY_BITS)


def _windows(sheet: Path) -> Iterator[Entries]:
    entries = length(sheet)
    for first in range(0, entries, ENTRIES_PER_WINDOW):
        yield _seen(sheet, first, min(ENTRIES_PER_WINDOW, entries - first))


def _seen(sheet: Path, first: int = 0, count: int | None = None) -> Entries:
    """Entries of a sheet, read from the disk where they are looked at."""
    if count is None:
        count = length(sheet)
    if not count:
        return np.empty(0, np.uint64)
    start = first * levels.NUMBER_BYTES
    return np.asarray(np.memmap(sheet, np.uint64, "r", start, (count,)))
