"""The metric registry: the only place where a number of a report gets its meaning.

Every column of a page, a command or an export is a `Metric` that is listed here, computed from
exact sums. The modules `exposure`, `credited` and `reconciled` have their formulas.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from reports.metrics.credited import (
    CARTS,
    FAVOURITES,
    GMV,
    GMV_PER_MILLE,
    NET_GMV,
    ORDER_VALUE,
    ORDERS,
    REFUND_VALUE,
    SEARCHES,
    UNPRICED,
    UNPRICED_NET,
    UNPRICED_REFUNDS,
    VISITS,
)
from reports.metrics.exposure import (
    CLICKS,
    ENGAGEMENTS,
    MACHINE_CLICKS,
    READS,
    REPEATED_CLICKS,
)
from reports.metrics.metric import Metric, Of, Unit, Value, ratio
from reports.metrics.reconciled import (
    ALL_GMV,
    ALL_ORDERS,
    ALL_UNPRICED,
    MATCH_RATE,
    MATCHED_GMV,
    MATCHED_ORDERS,
    MATCHED_UNPRICED,
    UNMATCHED_ORDERS,
)
from reports.metrics.sums import Orders, Sums

# The stages people pass on their way to an order. Impressions come first; no source delivers them.
FUNNEL = (READS, ENGAGEMENTS, CLICKS, SEARCHES, VISITS, CARTS, ORDERS)
BREAKDOWN = (
    GMV, ORDERS, REFUND_VALUE, NET_GMV,
    READS, ENGAGEMENTS, CLICKS, SEARCHES, VISITS, FAVOURITES, CARTS,
    REPEATED_CLICKS, MACHINE_CLICKS,
)  # fmt: skip
# What only a report by the day of the touch has: a ratio of what touches earned to the touches.
BY_TOUCH_DAY = (GMV_PER_MILLE,)
# What has no known value, beside the sums that it is not in.
UNKNOWN = (UNPRICED, UNPRICED_REFUNDS, UNPRICED_NET)
UNKNOWN_ORDERS = (ALL_UNPRICED, MATCHED_UNPRICED)
RECONCILIATION = (
    ALL_ORDERS, MATCHED_ORDERS, UNMATCHED_ORDERS, MATCH_RATE,
    ALL_GMV, MATCHED_GMV,
)  # fmt: skip
REGISTRY: dict[str, Metric[Sums] | Metric[Orders]] = {
    metric.code: metric
    for metric in (
        *BREAKDOWN,
        *BY_TOUCH_DAY,
        *UNKNOWN,
        ORDER_VALUE,
        *RECONCILIATION,
        *UNKNOWN_ORDERS,
    )
}
ORDERS_IN_FILES = (*RECONCILIATION, *UNKNOWN_ORDERS)


def in_files(metrics: Iterable[Metric[Sums]]) -> Iterator[Metric[Sums]]:
    """The columns of files: behind a sum of money stands how many conversions are not in it."""
    for metric in metrics:
        yield metric
        yield from (one for one in UNKNOWN if one.code == metric.unknown)


def unknown_in(metric: Metric[Of], facts: Of | None) -> Value:
    """How many conversions without a known value are not in `metric`; 0 where all are."""
    beside = cast("Metric[Of] | None", REGISTRY.get(metric.unknown))
    return beside.of(facts) if beside else 0


__all__ = [
    "ALL_GMV",
    "ALL_ORDERS",
    "ALL_UNPRICED",
    "BREAKDOWN",
    "BY_TOUCH_DAY",
    "CARTS",
    "CLICKS",
    "ENGAGEMENTS",
    "FAVOURITES",
    "FUNNEL",
    "GMV",
    "GMV_PER_MILLE",
    "MACHINE_CLICKS",
    "MATCHED_GMV",
    "MATCHED_ORDERS",
    "MATCHED_UNPRICED",
    "MATCH_RATE",
    "NET_GMV",
    "ORDERS",
    "ORDERS_IN_FILES",
    "ORDER_VALUE",
    "READS",
    "RECONCILIATION",
    "REFUND_VALUE",
    "REGISTRY",
    "REPEATED_CLICKS",
    "SEARCHES",
    "UNKNOWN",
    "UNKNOWN_ORDERS",
    "UNMATCHED_ORDERS",
    "UNPRICED",
    "UNPRICED_NET",
    "UNPRICED_REFUNDS",
    "VISITS",
    "Metric",
    "Of",
    "Unit",
    "Value",
    "in_files",
    "ratio",
    "unknown_in",
]
