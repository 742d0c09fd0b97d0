"""What the slices that days rest on still lack: what is not closed, what is closed with rows
missing, and what is complete as the merchant reports it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from reports.sources.owed import Stream, StreamKey
from reports.sources.slices import Known

# A slice, and what has come of it.
Found = tuple[Stream, date, Known]


@dataclass(frozen=True)
class Missing:
    """What one stream still owes: the days, and when the first of them is or was due."""

    stream: Stream
    days: tuple[date, ...]
    due_at: datetime
    is_overdue: bool


@dataclass(frozen=True)
class Short:
    """What one stream has called whole although `rows` of these days are known to be missing.

    `is_of_all` where its source has said so of all its stores at once: then the stream has no
    store, and the rows are missing among all of them, perhaps none of the merchant's.
    """

    stream: Stream
    days: tuple[date, ...]
    rows: int
    is_of_all: bool = False


@dataclass(frozen=True)
class Reported:
    """Days that one stream has not closed, and that are complete as the merchant reports them: he
    has said so of a file of his own. That closes nothing of what the stream owes."""

    stream: Stream
    days: tuple[date, ...]


def missing_of(found: Iterable[Found], *, now: datetime) -> list[Missing]:
    """What is not closed, stream by stream: whose data, which days, due when."""
    open_ = _by_stream((stream, on) for stream, on, known in found if not known.is_closed)
    return [
        Missing(stream, tuple(days), stream.due_at(days[0]), stream.due_at(days[0]) <= now)
        for stream, days in open_.items()
    ]


def short_of(found: Iterable[Found]) -> list[Short]:
    """What is closed and lacks rows, stream by stream: whose data, which days, how many rows. What
    all stores of a source lack together is one."""
    lacking: dict[StreamKey, list[Found]] = {}
    for stream, on, known in found:
        if known.missing:
            whose = replace(stream, store=None) if known.is_of_all else stream
            lacking.setdefault(whose.key, []).append((whose, on, known))
    return [
        Short(
            of[0][0],
            tuple(sorted({on for _stream, on, _known in of})),
            rows_missing(known for *_of, known in of),
            of[0][2].is_of_all,
        )
        for of in lacking.values()
    ]


def rows_missing(found: Iterable[Known]) -> int:
    """How many rows are missing. Those of one file, or of all stores on a day, are counted once,
    although each of its slices knows of all."""
    own, together = 0, dict[object, int]()
    for one in found:
        if one.counted_in is None:
            own += one.missing
        else:
            together[one.counted_in] = max(together.get(one.counted_in, 0), one.missing)
    return own + sum(together.values())


def reported_of(found: Iterable[Found]) -> list[Reported]:
    """What is complete as the merchant reports it and not closed, stream by stream."""
    said = ((of, on) for of, on, known in found if known.is_reported and not known.is_closed)
    return [Reported(stream, tuple(days)) for stream, days in _by_stream(said).items()]


def _by_stream(slices: Iterable[tuple[Stream, date]]) -> dict[Stream, list[date]]:
    found: dict[Stream, list[date]] = {}
    for stream, on in slices:
        found.setdefault(stream, []).append(on)
    return found
