"""What boosts brought in all: credited orders and GMV of the touches that carry their ids.

By last touch and the usual window, of touches of its own days, as a report by touch day shows it,
whichever boosts are asked for together: a click of the day after its end counts for none. A boost
is left out unless all of its days, and the days of the window after them, are whole, see
`whole_days`. A bounded number of queries, however many boosts there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from campaigns.boosts.models import Boost
from campaigns.boosts.results import Result
from portal import clock
from reports.answers import whole_days
from reports.answers.past import last_of
from reports.answers.summing import summed, take
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import CreditFact
from reports.metrics.sums import MICRO, OF_BOOSTS, ORDER, Sums


@dataclass(frozen=True)
class Counted:
    """The boosts that are counted in full, and the days, with their current report days (primary
    keys), from which they are: those of all together, of which each has its own. Empty, as `bool`
    says, where there is none."""

    boosts: Sequence[Boost] = ()
    first_on: date = date.min
    last_on: date = date.min
    report_days: Collection[int] = ()

    def __bool__(self) -> bool:
        return bool(self.boosts)

    @cached_property
    def own_days(self) -> dict[int, tuple[date, date]]:
        """The first and the last day of each boost, by primary key."""
        return {boost.pk: (boost.starts_on, last_of(boost)) for boost in self.boosts}

    def is_own(self, boost: int, on: date) -> bool:
        """Whether a day is one of a boost's."""
        first, last = self.own_days[boost]
        return first <= on <= last


def of(boosts: Collection[Boost]) -> dict[int, Result]:
    """What each of `boosts` brought, by primary key."""
    found = counted(boosts)
    known = credited(found)
    brought = {boost.pk: known.get(boost.pk, Sums()) for boost in found.boosts}
    return {
        pk: Result(Decimal(sums.credited_micro[ORDER]) / MICRO, int(sums.value_fen[ORDER]))
        for pk, sums in brought.items()
    }


def counted(boosts: Collection[Boost]) -> Counted:
    """Which of `boosts` can be counted in full, and from what."""
    if not boosts:
        return Counted()
    spans = {boost.pk: _span(boost) for boost in boosts}
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    merchants = {boost.merchant_id for boost in boosts}
    known = whole_days.of_orders(merchants, first, last).report_days
    those = [boost for boost in boosts if _is_counted(boost, spans[boost.pk], known)]
    return Counted(those, first, last, set(known.values()))


def credited(counted: Counted) -> dict[int, Sums]:
    """The orders and visits that are credited to boosts that are counted, by primary key; one that
    has none is missing."""
    facts = CreditFact.objects.filter(
        report_day_id__in=counted.report_days,
        on__range=(counted.first_on, counted.last_on),
        touched_on__range=(counted.first_on, counted.last_on),
        boost_id__in=[boost.pk for boost in counted.boosts],
        kind__in=OF_BOOSTS,
        window_days=DEFAULT_WINDOW_DAYS,
    )
    found: dict[int, Sums] = {}
    columns = ("boost_id", "touched_on", "kind")
    for row in summed(facts, "last_touch_micro", "last_touch_fen", *columns):
        if not counted.is_own(row["boost_id"], row["touched_on"]):
            continue
        sums = found.setdefault(row["boost_id"], Sums())
        take(sums, row["kind"], row, ("count", "fen", "unpriced", "assisted"))
    for sums in found.values():
        sums.all_boosted()
    return found


def _span(boost: Boost) -> tuple[date, date]:
    """The days on which orders may be a boost's: its own, and those of the window."""
    return boost.starts_on, last_of(boost) + timedelta(days=DEFAULT_WINDOW_DAYS)


def _is_counted(boost: Boost, span: tuple[date, date], known: dict[tuple[int, date], int]) -> bool:
    first, last = span
    many = (last - first).days + 1
    return last < clock.today() and all(
        (boost.merchant_id, first + timedelta(days=number)) in known for number in range(many)
    )
