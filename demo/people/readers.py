"""People who read: many touches that lead to nothing, in vast numbers, so made by NumPy."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from demo.people.touches import KINDS, NONE, Numbers, Touches, microseconds
from demo.plan.period import HOUR_WEIGHTS, at, business_day
from demo.plan.planned import PlannedListing, PlannedNote, World

# What a reader does after opening the note, in the order of KINDS; most just leave.
LATER_WEIGHTS = np.array([0.0, 0.36, 0.25, 0.08, 0.05, 0.04, 0.22])
LONGEST_SESSION = 6
STEP = 90
VIEW, CLICK = KINDS.index("view"), KINDS.index("click")
MICROSECONDS = 1_000_000


class Readers:
    """Makes the reads of one world."""

    def __init__(self, world: World) -> None:
        self.random = np.random.default_rng([world.seed, 1])
        self.world = world
        self.boosts = {b.note.external_id: (i, b) for i, b in enumerate(world.boosts)}
        # The listing that a note's readers click on: its first.
        self.listings = {x.note.external_id: (i, x) for i, x in _backwards(world.listings)}

    def touches(self, count: int) -> Touches:
        """Exactly `count` touches, in sessions of one user with one note."""
        lengths = np.minimum(self.random.geometric(0.62, size=count), LONGEST_SESSION)
        sessions = int(np.searchsorted(np.cumsum(lengths), count)) + 1
        lengths = lengths[:sessions]
        session = np.repeat(np.arange(sessions), lengths)[:count]
        step = np.arange(count) - (np.cumsum(lengths) - lengths)[session]
        note, day = self._notes_and_days(sessions)
        starts_at = self._day_starts()[day] + self._moments_of_day(sessions)
        later_kinds = self.random.choice(len(KINDS), size=count, p=LATER_WEIGHTS)
        read = Touches(
            at=starts_at[session] + self._seconds_in(step) * MICROSECONDS,
            user=self._users(sessions, count)[session],
            note=note[session],
            kind=np.where(step == 0, VIEW, later_kinds),
            listing=np.full(count, NONE),
            boost=self._showing_boost(note, day)[session],
        )
        return self._with_listings(read)

    def _with_listings(self, read: Touches) -> Touches:
        """Clicks name the note's first listing; while that is paused there is none to click on."""
        firsts = [self.listings[note.external_id] for _, note in self.world.notes]
        clicked = np.array([i for i, _ in firsts])[read.note]
        is_click = read.kind == CLICK
        for i, listing in firsts:
            if listing.paused_at and listing.resumed_at:
                since, until = microseconds(listing.paused_at), microseconds(listing.resumed_at)
                is_click &= ~((clicked == i) & (read.at >= since) & (read.at < until))
        return replace(
            read,
            kind=np.where((read.kind == CLICK) & ~is_click, VIEW, read.kind),
            listing=np.where(is_click, clicked, NONE),
        )

    def _notes_and_days(self, sessions: int) -> tuple[Numbers, Numbers]:
        weights = self._attention()
        drawn = self.random.random(sessions) * weights.sum()
        cells = np.searchsorted(np.cumsum(weights), drawn, side="right")
        note, day = np.divmod(np.minimum(cells, weights.size - 1), weights.shape[1])
        return note, day

    def _attention(self) -> npt.NDArray[np.float64]:
        """How much each note (row) is read on each day (column)."""
        days = self.world.period.days
        luck = np.minimum(self.random.pareto(1.8, size=len(self.world.notes)) + 0.3, 4.0)
        rows = []
        for (merchant, note), lucky in zip(self.world.notes, luck, strict=True):
            rows.append([merchant.popularity * lucky * self._interest(note, day) for day in days])
        attention: npt.NDArray[np.float64] = np.array(rows) * self.world.period.day_weights
        return attention

    def _interest(self, note: PlannedNote, day: date) -> float:
        """A note is read from the day after its listing went live on, less as it ages."""
        _, listing = self.listings[note.external_id]
        age = (day - business_day(listing.live_from)).days
        if age < 1:
            return 0.0
        return (0.25 + math.pow(0.5, age / 12)) * (1.8 if self._boost(note, day) != NONE else 1.0)

    def _boost(self, note: PlannedNote, day: date) -> int:
        place, boost = self.boosts.get(note.external_id, (NONE, None))
        return place if boost and boost.runs_on(day) else NONE

    def _showing_boost(self, note: Numbers, day: Numbers) -> Numbers:
        """The boost that showed the note, for some of the sessions of its days."""
        days = self.world.period.days
        running = np.array([[self._boost(n, d) for d in days] for _, n in self.world.notes])
        return np.where(self.random.random(len(note)) < 0.45, running[note, day], NONE)

    def _seconds_in(self, step: Numbers) -> Numbers:
        """Seconds since the session began: a step takes 3 to 90 of them."""
        pauses = self.random.integers(3, STEP, size=len(step))
        return np.where(step == 0, 0, (step - 1) * STEP + pauses)

    def _day_starts(self) -> Numbers:
        return np.array([round(at(d).timestamp()) * MICROSECONDS for d in self.world.period.days])

    def _moments_of_day(self, count: int) -> Numbers:
        """Microseconds since midnight, early enough for a session to end before the next."""
        weights = np.array(HOUR_WEIGHTS) / sum(HOUR_WEIGHTS)
        hours = self.random.choice(24, size=count, p=weights)
        seconds = hours * 3600 + self.random.random(count) * (3600 - LONGEST_SESSION * STEP)
        return (seconds * MICROSECONDS).astype(np.int64)

    def _users(self, sessions: int, count: int) -> Numbers:
        """Some people read every day, most once in a while."""
        people = max(1, count // 6)
        return (people * self.random.random(sessions) ** 1.5).astype(np.int64)


def _backwards(listings: Sequence[PlannedListing]) -> Iterator[tuple[int, PlannedListing]]:
    return reversed(list(enumerate(listings)))
