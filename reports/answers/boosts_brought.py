"""What boosts brought in all: credited orders and GMV of the touches that carry their ids.

By last touch and the usual window, of all order days, as the page of a boost shows it. A boost is
left out unless all of its days, and the days of the window after them, are whole, see `whole_days`.
A bounded number of queries, however many boosts there are.
"""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from campaigns.boosts.models import Boost
from campaigns.boosts.results import Result
from portal import clock
from reports.answers import whole_days
from reports.answers.past import last_of
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import CreditSum
from reports.metrics.sums import MICRO


def of(boosts: Collection[Boost]) -> dict[int, Result]:
    """What each of `boosts` brought, by primary key."""
    spans = {boost.pk: _span(boost) for boost in boosts}
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    merchants = {boost.merchant_id for boost in boosts}
    known = whole_days.of_orders(merchants, first, last).report_days
    counted = [boost for boost in boosts if _is_counted(boost, spans[boost.pk], known)]
    credited = CreditSum.objects.filter(
        report_day_id__in=set(known.values()),
        on__range=(first, last),
        boost_id__in=[boost.pk for boost in counted],
        kind="order",
        window_days=DEFAULT_WINDOW_DAYS,
    )
    summed = credited.order_by().values_list("boost_id").annotate(
        micro=Sum("last_touch_micro"), fen=Sum("last_touch_fen")
    )  # fmt: skip
    found = {pk: Result(Decimal(micro or 0) / MICRO, int(fen or 0)) for pk, micro, fen in summed}
    return {boost.pk: found.get(boost.pk, Result(Decimal(0), 0)) for boost in counted}


def _span(boost: Boost) -> tuple[date, date]:
    """The days on which orders may be a boost's: its own, and those of the window."""
    return boost.starts_on, last_of(boost) + timedelta(days=DEFAULT_WINDOW_DAYS)


def _is_counted(boost: Boost, span: tuple[date, date], known: dict[tuple[int, date], int]) -> bool:
    first, last = span
    many = (last - first).days + 1
    return last < clock.today() and all(
        (boost.merchant_id, first + timedelta(days=number)) in known for number in range(many)
    )
