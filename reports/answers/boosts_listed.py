"""What listed boosts were delivered and brought, a bounded number of queries for all of a page.

Delivery is what the ad server has said until now. What it brought is told of boosts that
`boosts_brought` counts in full, by the same touches; of others it is unknown, not nothing. Ratios
are those of the metrics, which divide by nothing unknown. ADR 0213.
"""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django.db.models import Sum

from campaigns.boosts.figures import Figures
from campaigns.boosts.models import Boost
from campaigns.delivery.models import SpendDay
from reports.answers import boosts_brought
from reports.answers.boosts_brought import Counted
from reports.attribution.models import TouchFact
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import MICRO, Sums


def of(boosts: Collection[Boost]) -> dict[int, Figures]:
    """Those of the delivered ones among `boosts`, by primary key."""
    found = _delivered(boosts)
    delivered = [boost for boost in boosts if boost.pk in found]
    counted = boosts_brought.counted(delivered)
    if counted:
        credited = boosts_brought.credited(counted)
        _add_reads(found, counted)
        for boost in counted.boosts:
            if boost.pk in credited:
                found[boost.pk].add(credited[boost.pk])
    in_full = {boost.pk for boost in counted.boosts}
    return {pk: _figures(sums, is_in_full=pk in in_full) for pk, sums in found.items()}


def _delivered(boosts: Collection[Boost]) -> dict[int, Sums]:
    """What the ad server said of each, and what that cost."""
    days = SpendDay.objects.filter(boost__in=[boost.pk for boost in boosts]).order_by()
    summed = days.values_list("boost_id").annotate(
        shown=Sum("impressions"), clicked=Sum("clicks"), fen=Sum("captured_fen")
    )
    found: dict[int, Sums] = {}
    for pk, shown, clicked, fen in summed:
        found[pk] = Sums()
        told = {"impressions": int(shown), "served_clicks": int(clicked), "captured": int(fen)}
        found[pk].spent.update(told)
    return found


def _add_reads(found: dict[int, Sums], counted: Counted) -> None:
    reads = TouchFact.objects.filter(
        report_day_id__in=counted.report_days,
        on__range=(counted.first_on, counted.last_on),
        note_id__in={boost.note_id for boost in counted.boosts},
        boost_id__in=[boost.pk for boost in counted.boosts],
        kind="view",
    )
    by_day = reads.order_by().values_list("boost_id", "on").annotate(n=Sum("touchpoints"))
    for pk, on, count in by_day:
        if counted.is_own(pk, on):
            found[pk].touchpoints["view"] += int(count)


def _figures(sums: Sums, *, is_in_full: bool) -> Figures:
    delivered = Figures(
        impressions=sums.spent["impressions"],
        clicks=sums.spent["served_clicks"],
        cpm_fen=_exact(metrics.CPM, sums),
        cpc_fen=_exact(metrics.CPC, sums),
    )
    if not is_in_full:
        return delivered
    reads, gmv = _exact(metrics.READS, sums), _exact(metrics.BOOSTED_GMV, sums)
    return replace(
        delivered,
        is_in_full=True,
        reads=int(reads or 0),
        orders=Decimal(int(_exact(metrics.BOOSTED_ORDERS, sums) or 0)) / MICRO,
        gmv_fen=None if gmv is None else int(gmv),
        cost_per_visit_fen=_exact(metrics.COST_PER_VISIT, sums),
        cost_per_order_fen=_exact(metrics.COST_PER_ORDER, sums),
    )


def _exact(metric: Metric[Sums], sums: Sums) -> Fraction | None:
    value = metric.of(sums)
    return None if value is None else Fraction(value)
