"""The metric registry: the only place where a number of a report gets its meaning.

Every column of a page, a command or an export is a `Metric` that is listed here, computed from
exact sums. The modules `exposure`, `credited` and `reconciled` have their formulas.
"""

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
# What has no known value, beside the sums that it is not in.
UNKNOWN = (UNPRICED, UNPRICED_REFUNDS, UNPRICED_NET)
UNKNOWN_ORDERS = (ALL_UNPRICED, MATCHED_UNPRICED)
RECONCILIATION = (
    ALL_ORDERS, MATCHED_ORDERS, UNMATCHED_ORDERS, MATCH_RATE,
    ALL_GMV, MATCHED_GMV,
)  # fmt: skip
REGISTRY: dict[str, Metric[Sums] | Metric[Orders]] = {
    metric.code: metric
    for metric in (*BREAKDOWN, *UNKNOWN, ORDER_VALUE, *RECONCILIATION, *UNKNOWN_ORDERS)
}
# The columns of files: behind a sum of money stands how many conversions are not in it.
IN_FILES = tuple(
    column
    for metric in BREAKDOWN
    for column in (metric, *(one for one in UNKNOWN if one.code == metric.unknown))
)
ORDERS_IN_FILES = (*RECONCILIATION, *UNKNOWN_ORDERS)


def unknown_in(metric: Metric[Of], facts: Of | None) -> Value:
    """How many conversions without a known value are not in `metric`; 0 where all are."""
    beside = cast("Metric[Of] | None", REGISTRY.get(metric.unknown))
    return beside.of(facts) if beside else 0


__all__ = [
    "ALL_GMV",
    "ALL_ORDERS",
    "ALL_UNPRICED",
    "BREAKDOWN",
    "CARTS",
    "CLICKS",
    "ENGAGEMENTS",
    "FAVOURITES",
    "FUNNEL",
    "GMV",
    "GMV_PER_MILLE",
    "IN_FILES",
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
    "ratio",
    "unknown_in",
]
