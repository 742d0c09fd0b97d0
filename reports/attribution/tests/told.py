"""What a lake holds of a hostile world beside what counts: versions that were corrected and moved
to other days, older ones that came late, what a merchant says of what his marketplace tells, too,
and clicks of ours that others bring, some on the other side of midnight.

Here it is decided in plain Python which rows count: no SQL and no code of the engine.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from reports.attribution.tests.counted import day_of
from reports.attribution.tests.reference import Conversion, Touchpoint, World
from reports.attribution.tests.worlds import world

# What a merchant says himself; the other sources are the marketplace's.
OWN = "own"
SOURCES = ("mall", "shop", OWN)
SENT_BY = (("mall",), ("mall", "shop"), ("mall", OWN), SOURCES)
# Marks of a click whose id is signed: brought by our own links, and by anybody else.
BY_US, BY_OTHERS = 1, 2
Event = Touchpoint | Conversion


@dataclass(frozen=True)
class Version:
    """A row of the lake. Of a mark nothing is told but that the event has left the row's day."""

    event: Event
    version: int = 1
    is_mark: bool = False
    signed: int | None = None


@dataclass
class Told:
    """A world of what counts, and every row there is; stores' days that the marketplace closed."""

    world: World
    rows: list[Version] = field(default_factory=list)
    closed: set[tuple[str, date]] = field(default_factory=set)


def told(seed: int) -> Told:
    """The hostile world of that seed, and all that was ever said of it."""
    random = Random(f"told {seed}")
    made = world(seed, SENT_BY[seed % len(SENT_BY)])
    made.touchpoints += list(_signed(random, made, f"k{seed:04d}"))
    stores = sorted({c.store_id for c in made.conversions})
    days = sorted({day_of(c) for c in made.conversions})
    closed = {(store, on) for store in stores for on in days if random.random() < 0.3}
    marks = _marks(random, made.touchpoints)
    events: list[Event] = [*made.touchpoints, *made.conversions]
    everything = [
        row
        for event in events
        for row in _versions(random, event, marks.get((event.source, event.event_id)))
    ]
    counting = World(
        _one_click(made.touchpoints, marks), _reported(made.conversions, closed), made.listings
    )
    return Told(counting, everything, closed)


def together(all_told: Iterable[Told]) -> Told:
    whole = Told(World())
    for one in all_told:
        whole.world.touchpoints += one.world.touchpoints
        whole.world.conversions += one.world.conversions
        whole.world.listings += one.world.listings
        whole.rows += one.rows
        whole.closed |= one.closed
    return whole


def _reported(conversions: list[Conversion], closed: set[tuple[str, date]]) -> list[Conversion]:
    """The marketplace's rows, and of the merchant's those of events that it does not tell of, on
    days that it has not closed."""
    theirs = {(c.store_id, c.event_id) for c in conversions if c.source != OWN}
    return [
        c
        for c in conversions
        if c.source != OWN
        or ((c.store_id, c.event_id) not in theirs and (c.store_id, day_of(c)) not in closed)
    ]


def _signed(random: Random, made: World, prefix: str) -> Iterator[Touchpoint]:
    """Clicks of ours as one to three sources bring them: at about the same moment, perhaps with
    other things said of them."""
    clicks = [t for t in made.touchpoints if t.kind == "click"]
    for k, click in enumerate(random.sample(clicks, min(2, len(clicks)))):
        for source in random.sample(SOURCES, random.randint(1, 3)):
            apart = random.choice((timedelta(0), timedelta(microseconds=1), timedelta(minutes=9)))
            yield replace(
                random.choice((click, click, *made.touchpoints)),
                event_id=f"{prefix}{k}", source=source,
                occurred_at=click.occurred_at + random.choice((1, -1)) * apart,
                kind=random.choice(("click", "click", "click", "repeated_click")),
            )  # fmt: skip


def _marks(random: Random, touchpoints: list[Touchpoint]) -> dict[tuple[str, str], int]:
    """By source and id: who has brought a click of ours; our own links at most once."""
    found: dict[tuple[str, str], int] = {}
    for event_id in sorted({t.event_id for t in touchpoints if t.event_id.startswith("k")}):
        sources = sorted(t.source for t in touchpoints if t.event_id == event_id)
        ours = random.choice((*sources, None))
        for source in sources:
            found[source, event_id] = BY_US if source == ours else BY_OTHERS
    return found


def _one_click(
    touchpoints: list[Touchpoint], marks: dict[tuple[str, str], int]
) -> list[Touchpoint]:
    """Of a click of ours that several bring, the row of our links, else that of the smallest
    source."""
    brought: dict[str, list[Touchpoint]] = defaultdict(list)
    counting: list[Touchpoint] = []
    for touch in touchpoints:
        mark = marks.get((touch.source, touch.event_id))
        (counting if mark is None else brought[touch.event_id]).append(touch)
    for rows in brought.values():
        ours = [t for t in rows if marks[t.source, t.event_id] == BY_US]
        counting += ours or [min(rows, key=lambda t: t.source.encode())]
    return counting


def _versions(random: Random, event: Event, signed: int | None) -> Iterator[Version]:
    """The event as it is, as it was before, and marks on the days that it has left."""
    before = [_other(random, event) for _ in range(random.choice((0, 0, 0, 1, 1, 2)))]
    contents = [*before, event]
    for version, (was, now) in enumerate(zip([None, *contents], contents, strict=False), 1):
        yield Version(now, version, signed=signed)
        if was is not None and day_of(was) != day_of(now):
            yield Version(was, version, is_mark=True)
    # What came late and was older than the first is below it.
    for late in range(random.choice((0, 0, 0, 0, 1, 2))):
        yield Version(_other(random, event), -late, signed=signed)


def _other(random: Random, event: Event) -> Event:
    """What was said of the event once: of another day or of none, about other things."""
    # A click that two report moves with both or by less than a day: ADR 0114 promises no more.
    ticks = 0 if event.event_id.startswith("k") else random.choice((0, -40, -3, -2, -1, 1, 2, 40))
    at = event.occurred_at + timedelta(hours=12 * ticks)
    if isinstance(event, Touchpoint):
        others: tuple[dict[str, Any], ...] = (
            {}, {"note_id": "elsewhere"}, {"user_id": None}, {"boost_id": None},
        )  # fmt: skip
    else:
        others = ({}, {"value_fen": 5}, {"product_id": None}, {"order_id": None}, {"user_id": None})
    return replace(event, occurred_at=at, **random.choice(others))
