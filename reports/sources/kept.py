"""How sources keep to what they owe: each day's slices, how soon they were closed, what is overdue.

Of the platform, source by source over all stores; and of one merchant, stream by stream. A cell is
a day of either, and says the same in both.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import pgettext_lazy

from portal import clock
from portal.choices import Colour, ColouredChoices
from reports.sources import statements, unasked
from reports.sources.models import MARKETPLACE_STORE_KINDS, Source, SourceKind
from reports.sources.owed import OWING, Owed, Stream, due_at
from reports.sources.slices import NOTHING, Known, KnownSlices, known

# Over so many days is said how soon a source closes its days, and which of a merchant's are open.
MEASURED = timedelta(days=90)
# Of all stores the days are counted that people are told of when they are overdue.
LOOKED_AT = timedelta(days=35)


class CellState(ColouredChoices):
    NOTHING_OWED = "nothing_owed", Colour.GREY, pgettext_lazy("slice", "Nothing is owed")
    CLOSED = "closed", Colour.GREEN, pgettext_lazy("slice", "Closed")
    SHORT = "short", Colour.YELLOW, pgettext_lazy("slice", "Closed, rows are missing")
    OPEN = "open", Colour.AZURE, pgettext_lazy("slice", "Open, not due yet")
    OVERDUE = "overdue", Colour.RED, pgettext_lazy("slice", "Overdue")
    SUSPENDED = "suspended", Colour.GREY, pgettext_lazy("slice", "Data suspended")


@dataclass(frozen=True)
class Cell:
    """One day of what is owed: how many slices, how many of them are closed, and the rows that are
    known to be missing in these. Of those that are open `suspended` are such as nobody waits for:
    see unasked.py."""

    on: date
    owed: int
    closed: int
    missing: int
    due_at: datetime
    is_due: bool
    suspended: int = 0

    @property
    def is_open(self) -> bool:
        return self.closed < self.owed

    @property
    def awaited(self) -> int:
        return self.owed - self.closed - self.suspended

    @property
    def state(self) -> CellState:
        if not self.owed:
            return CellState.NOTHING_OWED
        if self.is_open and not self.awaited:
            return CellState.SUSPENDED
        if self.is_open:
            return CellState.OVERDUE if self.is_due else CellState.OPEN
        return CellState.SHORT if self.missing else CellState.CLOSED


@dataclass(frozen=True)
class Kept:
    """The cells of what one party owes, by day and without a gap."""

    cells: Sequence[Cell]

    @property
    def overdue(self) -> list[date]:
        return [cell.on for cell in self.cells if cell.state == CellState.OVERDUE]

    @property
    def open(self) -> list[date]:
        """Those that are not due yet."""
        return [cell.on for cell in self.cells if cell.state == CellState.OPEN]

    @property
    def suspended(self) -> list[date]:
        """Those that nobody waits for, since their data are suspended."""
        return [cell.on for cell in self.cells if cell.state == CellState.SUSPENDED]

    @property
    def overdue_since(self) -> datetime | None:
        """When the first of the days that are overdue was due."""
        dues = (cell.due_at for cell in self.cells if cell.state == CellState.OVERDUE)
        return min(dues, default=None)

    @property
    def overdue_slices(self) -> int:
        late = [cell for cell in self.cells if cell.state == CellState.OVERDUE]
        return sum(cell.awaited for cell in late)

    @property
    def missing(self) -> int:
        return sum(cell.missing for cell in self.cells)

    @property
    def closed_until(self) -> date | None:
        """The last day of which all is closed, as all before it is."""
        until = None
        for cell in self.cells:
            if cell.is_open:
                break
            until = cell.on if cell.owed else until
        return until

    def last(self, days: int) -> Sequence[Cell]:
        return self.cells[-days:]


@dataclass(frozen=True)
class Promptness:
    """How soon slices were closed after the end of their day: half of them within `half`, 95 of 100
    within `most`; and which part of them when they were due."""

    closed: int
    in_time: Fraction
    half: timedelta
    most: timedelta


@dataclass(frozen=True)
class KeptSource(Kept):
    """What a source owes for all stores; `promptness` is None while nothing is closed."""

    source: Source
    promptness: Promptness | None


@dataclass(frozen=True)
class KeptStream(Kept):
    """What a source owes one merchant, for a store or for all of his notes; `reported` are days
    that it has not closed and that are complete as the merchant reports them."""

    stream: Stream
    reported: Sequence[date]


def asked(days_of: Callable[[Source], Iterable[date]]) -> dict[str, Any]:
    """The parameters of `owed_slices` for the days of each source that owes anything."""
    sources = list(Source.objects.filter(kind__in=OWING).order_by("pk"))
    pairs = [(source.pk, on) for source in sources for on in days_of(source)]
    sold = [
        (source.pk, kind.value)
        for source in sources
        if source.kind == SourceKind.MARKETPLACE
        for kind in sorted(MARKETPLACE_STORE_KINDS[source.marketplace])
    ]
    return {
        "sources": [source for source, _on in pairs],
        "days": [on for _source, on in pairs],
        "sellers": [source for source, _kind in sold],
        "kinds": [kind for _source, kind in sold],
        "of_all": [source.pk for source in sources if source.kind == SourceKind.COMMUNITY],
    }


def of_platform() -> list[KeptSource]:
    """Each source that owes anything, over the days that are looked at; in five queries, in six
    while a category is suspended."""
    now = clock.now()
    today = clock.day_of(now)
    days = until(today, LOOKED_AT)
    sources = list(Source.objects.filter(kind__in=OWING).order_by("pk"))
    counted = {
        (source, on): (owed, closed, int(missing), suspended)
        for source, on, owed, closed, suspended, missing in statements.run(
            "kept_days",
            reading=["begun_stores", "owed_slices", "unasked"],
            **asked(lambda source: days),
            **unasked.asked(),
        )
    }
    prompt = _promptness(sources, until(today, MEASURED))
    return [
        KeptSource(
            cells=[
                _cell(source, on, now, *counted.get((source.pk, on), (0, 0, 0, 0))) for on in days
            ],
            source=source,
            promptness=prompt.get(source.pk),
        )
        for source in sources
    ]


def of_merchant(owed: Owed) -> list[KeptStream]:
    """What is owed to one merchant, stream by stream, over the days that are measured."""
    now = clock.now()
    days = until(clock.day_of(now), MEASURED)
    found = known(owed, first_on=days[0], last_on=days[-1])
    is_unasked = _unasked(owed, days)
    return [
        KeptStream(
            cells=[_of_stream(stream, on, now, found, is_unasked) for on in days],
            stream=stream,
            reported=[on for on in days if _is_reported(found.get((stream.key, on), NOTHING))],
        )
        for stream in owed.streams
    ]


def _is_reported(one: Known) -> bool:
    return one.is_reported and not one.is_closed


def until(today: date, before: timedelta) -> list[date]:
    """The days up to today, from so long before on."""
    return [today - timedelta(days=back) for back in range(before.days, -1, -1)]


def _unasked(owed: Owed, days: Sequence[date]) -> Callable[[Stream, date], bool]:
    """Says whether the merchant waits for no slice of a stream and day: of what is owed for all his
    stores, when he waits for none of them; in as many queries as unasked.asked, and one."""
    begun = {store.pk: since for store, since in owed.begun}
    found = unasked.of_stores(begun, {stream.source.pk for stream in owed.streams}, days)

    def says(stream: Stream, on: date) -> bool:
        source, of = stream.source.pk, stream.store and stream.store.pk
        own = [of] if of else [store for store, since in begun.items() if since <= on]
        return (source, None, on) in found or (
            bool(own) and all((source, store, on) in found for store in own)
        )

    return says


def _of_stream(
    stream: Stream,
    on: date,
    now: datetime,
    found: KnownSlices,
    is_unasked: Callable[[Stream, date], bool],
) -> Cell:
    if on < stream.since:
        return _cell(stream.source, on, now, 0, 0, 0, 0)
    one: Known = found.get((stream.key, on), NOTHING)
    suspended = int(not one.is_closed and is_unasked(stream, on))
    return _cell(stream.source, on, now, 1, int(one.is_closed), one.missing, suspended)


def _cell(
    source: Source, on: date, now: datetime, owed: int, closed: int, missing: int, suspended: int
) -> Cell:
    due = due_at(on, source.rhythm, source.delay_days)
    return Cell(on, owed, closed, missing, due, due <= now, suspended)


def _promptness(sources: Iterable[Source], days: Sequence[date]) -> dict[int, Promptness]:
    pairs = [(source, on) for source in sources for on in days]
    rows = statements.run(
        "promptness",
        sources=[source.pk for source, _on in pairs],
        days=[on for _source, on in pairs],
        due_ats=[due_at(on, source.rhythm, source.delay_days) for source, on in pairs],
    )
    return {
        source: Promptness(
            closed=closed,
            in_time=Fraction(in_time, closed),
            half=timedelta(seconds=float(half)),
            most=timedelta(seconds=float(most)),
        )
        for source, closed, in_time, half, most in rows
    }
