"""Which days of many merchants have numbers that may be summed: published, of all users, all that
they rest on arrived, and nothing of it withheld. A day that is computed although nothing arrived is
none of them: computed is not received (ADR 0129).

Asked in a bounded number of queries, however many merchants and days there are.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal import clock
from reports.answers.day_states import DayState, DayStates, Ground, reach_of
from reports.answers.question import TimeBase
from reports.answers.withholding import withholding_of_many
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import ReportDay
from reports.sources import slices
from reports.sources.owed import Owed, owed_to_many


@dataclass(frozen=True)
class WholeDays:
    """The current report day (primary key) of each merchant (primary key) and day that is whole,
    and the days of before anything was owed, on which there was nothing to count."""

    report_days: dict[tuple[int, date], int] = field(default_factory=dict)
    before: set[tuple[int, date]] = field(default_factory=set)


def of_orders(
    merchants: Collection[int],
    first_on: date,
    last_on: date,
    *,
    with_stale: bool = False,
    with_before: bool = False,
) -> WholeDays:
    """Days by order day and the usual window: their orders, and the touches of the window, came.

    Days that miss events which arrived since they were computed are whole only `with_stale`; days
    of before anything was owed are told only `with_before`.
    """
    return _of(
        merchants,
        first_on,
        last_on,
        TimeBase.ORDER,
        with_stale=with_stale,
        with_before=with_before,
    )


def of_reads(merchants: Collection[int], first_on: date, last_on: date) -> WholeDays:
    """Days whose touches came, whatever came of the orders that they earned."""
    return _of(merchants, first_on, last_on, TimeBase.TOUCH)


def _of(
    merchants: Collection[int],
    first_on: date,
    last_on: date,
    base: TimeBase,
    *,
    with_stale: bool = False,
    with_before: bool = False,
) -> WholeDays:
    if not merchants or last_on < first_on:
        return WholeDays()
    wanted = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    published = ReportDay.objects.current().filter(
        merchant__in=merchants, on__range=(first_on, last_on), samples={}
    )
    if not with_stale:
        published = published.filter(stale_at=None)
    report_days = {
        (merchant, on): pk for pk, merchant, on in published.values_list("pk", "merchant", "on")
    }
    found = WholeDays()
    if not (report_days or with_before):
        return found
    for merchant, states in _states(merchants, wanted, base):
        if with_before:
            found.before.update((merchant, on) for on in states.of(DayState.NOT_APPLICABLE))
        for day in states:
            is_whole = (
                day.is_settled
                if base == TimeBase.ORDER
                else states.closed_until(day.on) is not None
            )
            if is_whole and (merchant, day.on) in report_days:
                found.report_days[merchant, day.on] = report_days[merchant, day.on]
    return found


def _states(
    merchants: Collection[int], days: list[date], base: TimeBase
) -> Iterator[tuple[int, DayStates]]:
    """What is known of the days of each merchant; by the day of the touch of its touches alone."""
    window_days = DEFAULT_WINDOW_DAYS if base == TimeBase.ORDER else 0
    owed, now = owed_to_many(merchants), clock.now()
    first_on, last_on = reach_of(days[0], days[-1], base=base, window_days=window_days)
    known = slices.known(_together(owed.values()), first_on=first_on, last_on=last_on)
    withheld = withholding_of_many(owed, base=base, window_days=window_days, as_of=now)
    for merchant, its in owed.items():
        ground = Ground(
            owed=its,
            known=known,
            today=clock.day_of(now),
            now=now,
            base=base,
            window_days=window_days,
            withheld=withheld[merchant],
        )
        yield merchant, DayStates(days, ground)


def _together(owed: Collection[Owed]) -> Owed:
    """Whose slices are read: those of all stores, and of the community once."""
    return Owed(
        conversions=tuple(stream for one in owed for stream in one.conversions),
        touches=tuple({stream.key: stream for one in owed for stream in one.touches}.values()),
        since=min((one.since for one in owed if one.since), default=None),
    )
