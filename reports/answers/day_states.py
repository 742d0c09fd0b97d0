"""What is known of a merchant's days: from what has come of the slices that their numbers rest on.

Nothing here asks the database: the same slices give the same states.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.translation import pgettext_lazy

from portal.choices import Colour, ColouredChoices
from reports.answers import owing
from reports.answers.question import TimeBase
from reports.answers.windows import OWES_NOTHING, Window
from reports.sources.owed import Owed, Stream
from reports.sources.refunds import REFUND_DAYS
from reports.sources.slices import NOTHING, Known, KnownSlices


class DayState(ColouredChoices):
    NOT_APPLICABLE = "not_applicable", Colour.GREY, pgettext_lazy("day", "Not applicable")
    WITHHELD = "withheld", Colour.RED, pgettext_lazy("day", "Withheld")
    GAP = "gap", Colour.RED, pgettext_lazy("day", "Nothing arrived")
    COLLECTING = "collecting", Colour.YELLOW, pgettext_lazy("day", "Collecting")
    PROVISIONAL = "provisional", Colour.AZURE, pgettext_lazy("day", "Provisional")
    FINAL = "final", Colour.GREEN, pgettext_lazy("day", "Final")


# Days that have numbers: the cells of all others are empty.
SHOWN = frozenset({DayState.COLLECTING, DayState.PROVISIONAL, DayState.FINAL})
# Days on which everything is there: only these are compared with each other.
SETTLED = frozenset({DayState.PROVISIONAL, DayState.FINAL})


@dataclass(frozen=True)
class Ground:
    """What the states of days derive from, and nothing else.

    `withheld` says whether the data of a day were suspended.
    """

    owed: Owed
    known: KnownSlices
    today: date
    now: datetime
    base: TimeBase = TimeBase.ORDER
    window_days: int = 0
    refund_days: int = REFUND_DAYS
    withheld: Callable[[date], bool] = field(default=lambda on: False)


@dataclass(frozen=True)
class Day:
    """A day and its state. `is_running` while the day is not over.

    `missing_rows` are known to be missing although everything is closed; where they `may_be_fewer`
    some are of a file of more days or stores. Its orders may be sent back until the day before
    `final_from`; that tells nothing of what has not arrived. By touch day it `has_orders` unless
    nothing at all has come of those its touches may have earned.
    """

    on: date
    state: DayState
    final_from: date
    is_running: bool = False
    missing_rows: int = 0
    has_orders: bool = True
    may_be_fewer: bool = False

    @property
    def is_shown(self) -> bool:
        return self.state in SHOWN

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED

    @property
    def is_complete(self) -> bool:
        """Whether all that its numbers rest on is closed with none missing."""
        return self.is_settled and not self.missing_rows and not self.is_running


def reach_of(
    first_on: date, last_on: date, *, base: TimeBase, window_days: int
) -> tuple[date, date]:
    """The first and the last day of the slices that the days' numbers rest on."""
    window = timedelta(days=window_days)
    if base == TimeBase.ORDER:
        return first_on - window, last_on
    return first_on, last_on + window


class DayStates:
    """The states of consecutive days, and what is missing of them."""

    def __init__(self, days: Sequence[date], ground: Ground) -> None:
        self._asked, self._ground = list(days), ground
        self._by_day = {day.on: day for day in self._days()}

    def __getitem__(self, on: date) -> Day:
        return self._by_day[on]

    def __iter__(self) -> Iterator[Day]:
        return iter(self._by_day.values())

    def closed_until(self, on: date) -> date | None:
        """By touch day: the last day of the window until which all conversions are there, the day
        before `on` where none are; None where the touches of `on` are not, or count for nothing.
        """
        ground, until = self._ground, on - timedelta(days=1)
        own = [self._known(stream, on) for stream in self._own if on >= stream.since]
        if not self[on].is_shown or not own or not all(one.is_closed for one in own):
            return None
        for day in (on + timedelta(days=age) for age in range(ground.window_days + 1)):
            owed = [stream for stream in self._other if day >= stream.since]
            if ground.withheld(day) or not all(self._known(one, day).is_closed for one in owed):
                break
            until = day
        return until

    def of(self, *states: DayState) -> list[date]:
        """The days in these states, in order."""
        return [day.on for day in self._by_day.values() if day.state in states]

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for is there: the only ground for that word."""
        days = list(self._by_day.values())
        told = [day for day in days if day.state != DayState.NOT_APPLICABLE]
        return bool(told) and all(day.is_complete for day in told)

    @property
    def is_final(self) -> bool:
        told = self._by_day.values()
        return self.is_complete and all(
            day.state in {DayState.FINAL, DayState.NOT_APPLICABLE} for day in told
        )

    @property
    def are_comparable(self) -> bool:
        """Whether each day has all its numbers, so that a sum of them means what it says."""
        return all(day.state in SETTLED for day in self._by_day.values())

    @property
    def missing_rows(self) -> int:
        """How many rows are known to be missing in slices that are closed, each counted once."""
        return owing.rows_missing(known for *_of, known in self._found)

    @cached_property
    def percent(self) -> int | None:
        """How much is there, of 100: rows of those expected where every slice says how many, else
        slices. Rounded down; 100 only if all are closed with none missing; None if none is owed.
        """
        if not self._slices:
            return None
        found = [self._known(stream, on) for stream, on in self._slices]
        if all(one.expected is not None for one in found):
            whole = sum(one.expected or 0 for one in found)
            there = sum(min(one.received, one.expected or 0) for one in found)
        else:
            whole, there = len(found), sum(one.is_closed for one in found)
        if all(one.is_whole for one in found):
            return 100
        return min(100 * there // whole if whole else 0, 99)

    @cached_property
    def missing(self) -> list[owing.Missing]:
        return owing.missing_of(self._found, now=self._ground.now)

    @cached_property
    def short(self) -> list[owing.Short]:
        return owing.short_of(self._found)

    @cached_property
    def reported(self) -> list[owing.Reported]:
        return owing.reported_of(self._found)

    @cached_property
    def _found(self) -> list[owing.Found]:
        return [(stream, on, self._known(stream, on)) for stream, on in self._slices]

    @cached_property
    def _slices(self) -> list[tuple[Stream, date]]:
        """All slices that the days rest on, each once; of a day in between none is left out."""
        told = [
            day.on for day in self._by_day.values()
            if day.state not in {DayState.NOT_APPLICABLE, DayState.WITHHELD}
        ]  # fmt: skip
        if not told:
            return []
        return [
            (stream, on)
            for streams, is_own in ((self._own, True), (self._other, False))
            for stream in streams
            for on in self._reach(told, is_own=is_own)
            if on >= stream.since
        ]

    def _reach(self, told: list[date], *, is_own: bool) -> list[date]:
        if is_own:
            return told
        ground, reached = self._ground, set[date]()
        sign = -1 if ground.base == TimeBase.ORDER else 1
        for on in told:
            reached.update(on + sign * timedelta(days=k) for k in range(ground.window_days + 1))
        return sorted(reached)

    @property
    def _own(self) -> tuple[Stream, ...]:
        """The streams of which a day's numbers need that day alone."""
        owed = self._ground.owed
        return owed.conversions if self._ground.base == TimeBase.ORDER else owed.touches

    @property
    def _other(self) -> tuple[Stream, ...]:
        """Those of which they need a whole window."""
        owed = self._ground.owed
        return owed.touches if self._ground.base == TimeBase.ORDER else owed.conversions

    def _known(self, stream: Stream, on: date) -> Known:
        return self._ground.known.get((stream.key, on), NOTHING)

    def _days(self) -> Iterator[Day]:
        if not self._asked:
            return
        ground = self._ground
        windows = [self._window(stream) for stream in self._other]
        for on in self._asked:
            state, lacking = self._state(on, windows)
            has_orders = ground.base == TimeBase.ORDER or any(one.there_at(on) for one in windows)
            missing, wider = owing.rows_missing(lacking), any(one.counted_in for one in lacking)
            is_running = on >= ground.today
            yield Day(on, state, self._final_from(on), is_running, missing, has_orders, wider)

    def _window(self, stream: Stream) -> Window:
        """What has come of one stream in the windows of the days."""
        ground = self._ground
        days, is_back = ground.window_days, ground.base == TimeBase.ORDER
        first, last = reach_of(self._asked[0], self._asked[-1], base=ground.base, window_days=days)
        reached = (first + timedelta(days=k) for k in range((last - first).days + 1))
        found = [self._known(stream, on) if on >= stream.since else OWES_NOTHING for on in reached]
        return Window(found, first, before=days if is_back else 0, after=0 if is_back else days)

    def _state(self, on: date, windows: list[Window]) -> tuple[DayState, list[Known]]:
        """Its state, and the slices that lack rows of it."""
        ground = self._ground
        if ground.owed.since is None or on < ground.owed.since:
            return DayState.NOT_APPLICABLE, []
        if ground.withheld(on):
            return DayState.WITHHELD, []
        own = [self._known(stream, on) for stream in self._own if on >= stream.since]
        same_day = [self._known(stream, on) for stream in self._other if on >= stream.since]
        # Touches are counted whatever comes of the orders they earn. Else, where nothing at all has
        # come of one side, what the other side says is no number yet.
        needed = [own] if ground.base == TimeBase.TOUCH and same_day else [own, same_day]
        if not all(any(one.has_something for one in side) for side in needed):
            return DayState.GAP, []
        if not all(one.is_closed for one in own) or any(one.open_at(on) for one in windows):
            return DayState.COLLECTING, []
        lacking = [one for one in own if one.missing]
        lacking += [one for window in windows for one in window.lacking_at(on)]
        is_over = self._final_from(on) <= ground.today
        return (DayState.FINAL if is_over else DayState.PROVISIONAL), lacking

    def _final_from(self, on: date) -> date:
        """By touch day the last of its orders may come at the end of the window."""
        ground = self._ground
        window_days = ground.window_days if ground.base == TimeBase.TOUCH else 0
        return on + timedelta(days=window_days + ground.refund_days + 1)
