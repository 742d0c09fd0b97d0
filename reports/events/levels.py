"""A file of sorted numbers of 64 bits, in pages, with the first of each page once more above.

Above the numbers stand the first ones of their pages, above these the first ones of theirs, and so
on to a page that holds the rest: to look one number up takes a page of each level, of which three
hold a hundred million. Levels stand one after the other, the numbers themselves first, each but
the topmost in whole pages; the last number of the file is how many there are.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

NUMBER_BYTES = 8
NUMBERS_PER_PAGE = 1 << 9
# The topmost level shares its page with the count.
MOST_AT_TOP = NUMBERS_PER_PAGE - 1
# So many pages are in memory at once: whoever looks up may address little.
PAGES_AT_ONCE = 1 << 12


def write(path: Path, pieces: Iterable[Numbers]) -> None:
    """Write pieces that follow each other, and have the disk keep the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    firsts, written = [np.empty(0, np.uint64)], 0
    with path.open("wb") as file:
        for piece in pieces:
            piece.tofile(file)
            firsts.append(piece[-written % NUMBERS_PER_PAGE :: NUMBERS_PER_PAGE])
            written += len(piece)
        level, below = np.concatenate(firsts), written
        while below > MOST_AT_TOP:
            np.zeros(-below % NUMBERS_PER_PAGE, np.uint64).tofile(file)
            level.tofile(file)
            level, below = level[::NUMBERS_PER_PAGE], len(level)
        np.array([written], np.uint64).tofile(file)
        file.flush()
        os.fsync(file.fileno())


def length(path: Path) -> int:
    """How many numbers a file holds. Raises OSError where it is not whole."""
    with opened(path) as found:
        return found.counts[0]


def size(numbers: int) -> int:
    """How many bytes a file of so many numbers has."""
    counts = _counts(numbers)
    return (_starts(counts)[-1] + counts[-1] + 1) * NUMBER_BYTES


@dataclass(frozen=True)
class Levels:
    """An open file: how many numbers each level has and where it starts, the lowest first."""

    file: int
    counts: list[int]
    starts: list[int]

    def holds(self, lows: Numbers, highs: Numbers) -> npt.NDArray[np.bool_]:
        """Which of the stretches from a low to its high have a number.

        They are in order and apart from each other. Raises OSError, as `between` does.
        """
        held = [
            self._held(lows[at : at + PAGES_AT_ONCE], highs[at : at + PAGES_AT_ONCE])
            for at in range(0, len(lows), PAGES_AT_ONCE)
        ]
        return np.concatenate([np.empty(0, np.bool_), *held])

    def between(self, lows: Numbers, highs: Numbers) -> Iterator[Numbers]:
        """All numbers of these stretches, piece by piece in order, and others that stand by."""
        for at in range(0, len(lows), PAGES_AT_ONCE):
            pages = self._pages(lows[at : at + PAGES_AT_ONCE], highs[at : at + PAGES_AT_ONCE])
            for first in range(0, len(pages), PAGES_AT_ONCE):
                yield self._read(0, pages[first : first + PAGES_AT_ONCE])

    def _pages(self, lows: Numbers, highs: Numbers) -> Places:
        """The lowest pages that may have numbers of the stretches."""
        pages = np.zeros(1, np.int64)
        for level in range(len(self.counts) - 1, 0, -1):
            values = self._read(level, pages)
            first, last = _reached(values, lows, highs)
            is_there = last >= 0
            pages = _each(*(_placed(some[is_there], pages) for some in (first, last)))
        return pages

    def _held(self, lows: Numbers, highs: Numbers) -> npt.NDArray[np.bool_]:
        """As `holds`, in one step. Where a page begins inside a stretch nothing more is read."""
        held = np.zeros(len(lows), np.bool_)
        pages, open_ = np.zeros(1, np.int64), np.arange(len(lows))
        for level in range(len(self.counts) - 1, -1, -1):
            values = self._read(level, pages)
            first = np.searchsorted(values, lows[open_])
            there = first < len(values)
            there[there] = values[first[there]] <= highs[open_][there]
            held[open_[there]] = True
            # What is less than the first number of all is nowhere below.
            below = ~there & (first > 0)
            open_ = open_[below]
            if not len(open_):
                break
            pages = np.unique(_placed(first[below] - 1, pages))
        return held

    def _read(self, level: int, pages: Places) -> Numbers:
        """The numbers of these pages of a level, one page after the other."""
        begins = np.flatnonzero(np.diff(pages, prepend=-2) != 1)
        ends = np.flatnonzero(np.diff(pages, append=-2) != 1)
        found = []
        for begin, end in zip(pages[begins].tolist(), pages[ends].tolist(), strict=True):
            first = begin * NUMBERS_PER_PAGE
            count = min((end + 1) * NUMBERS_PER_PAGE, self.counts[level]) - first
            start = (self.starts[level] + first) * NUMBER_BYTES
            found.append(_exactly(self.file, count * NUMBER_BYTES, start))
        return np.frombuffer(b"".join(found), np.uint64)


@contextmanager
def opened(path: Path) -> Iterator[Levels]:
    """Look things up in a file. Raises OSError where it is not whole."""
    file = os.open(path, os.O_RDONLY)
    try:
        # Places far apart are looked up: what stands beside them need not be read ahead.
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_RANDOM)
        there = os.fstat(file).st_size
        count = int.from_bytes(_exactly(file, NUMBER_BYTES, there - NUMBER_BYTES), "little")
        if size(count) != there:
            raise OSError(f"{path} is not whole.")
        counts = _counts(count)
        yield Levels(file, counts, _starts(counts))
    finally:
        os.close(file)


def _exactly(file: int, count: int, start: int) -> bytes:
    found = os.pread(file, count, max(start, 0))
    if len(found) < count:
        raise OSError("A file of numbers is not whole.")
    return found


def _counts(numbers: int) -> list[int]:
    """How many numbers each level has, the lowest first."""
    counts = [numbers]
    while counts[-1] > MOST_AT_TOP:
        counts.append(-(-counts[-1] // NUMBERS_PER_PAGE))
    return counts


def _starts(counts: list[int]) -> list[int]:
    """Before which number of the file each level begins."""
    starts = [0]
    for count in counts[:-1]:
        starts.append(starts[-1] + count + -count % NUMBERS_PER_PAGE)
    return starts


def _reached(values: Numbers, lows: Numbers, highs: Numbers) -> tuple[Places, Places]:
    """The first and the last of the pages that begin with `values` that a stretch may reach."""
    first = np.maximum(np.searchsorted(values, lows) - 1, 0)
    return first, np.searchsorted(values, highs, "right") - 1


def _placed(places: Places, pages: Places) -> Places:
    """Where places among the numbers of these pages stand in their level."""
    return pages[places // NUMBERS_PER_PAGE] * NUMBERS_PER_PAGE + places % NUMBERS_PER_PAGE


def _each(first: Places, last: Places) -> Places:
    """All places from each first to its last, once."""
    counts = last - first + 1
    begins = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return np.unique(begins + np.arange(len(begins)))
