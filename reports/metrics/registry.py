"""The metric registry: the only place where a number of a report gets its meaning.

Every column of a page, a command or an export is a `Metric` that is listed here, computed from
exact sums. The modules `exposure`, `credited`, `spending`, `costs` and `reconciled` have their
formulas.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from reports.metrics.costs import BROUGHT_FOR_ALL, OUTSIDE
from reports.metrics.credited import (
    ASSISTED,
    CARTS,
    DEPOSIT_REFUND_VALUE,
    DEPOSIT_VALUE,
    DEPOSITS,
    FAVOURITES,
    FOLLOWS,
    GMV,
    GMV_PER_MILLE,
    NET_GMV,
    ORDER_VALUE,
    ORDERS,
    REFUND_VALUE,
    SEARCHES,
    UNPRICED,
    UNPRICED_DEPOSIT_REFUNDS,
    UNPRICED_DEPOSITS,
    UNPRICED_NET,
    UNPRICED_REFUNDS,
    VISITS,
)
from reports.metrics.exposure import (
    AUTHOR_FOLLOWS,
    CLICKS,
    ENGAGEMENTS,
    MACHINE_CLICKS,
    READS,
    REPEATED_CLICKS,
)
from reports.metrics.maturing import (
    EXPECTED_HIGH,
    EXPECTED_LOW,
    EXPECTED_ORDERS,
    MATURITY,
    SHARE_IN,
)
from reports.metrics.meanings import Grain
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
from reports.metrics.spending import (
    ALL_ROI,
    ALL_ROI_INCREMENTAL,
    BOOSTED_GMV,
    BOOSTED_ORDERS,
    BOOSTED_VISITS,
    BROUGHT,
    COST_PER_ORDER,
    COST_PER_VISIT,
    CPC,
    CPM,
    CPUV_VISIT,
    IMPRESSIONS,
    ORGANIC_GMV,
    ORGANIC_ORDERS,
    OWN_ROI,
    OWN_ROI_INCREMENTAL,
    SERVED_CLICKS,
    SPEND,
    SPEND_OWN,
    SPEND_PARTNER,
    SPEND_PLATFORM,
    SPENDING,
    UNMEASURED,
    UNPRICED_BOOSTED,
)
from reports.metrics.sums import Expected, Orders, Sums
from reports.metrics.whole import (
    ALL_DEPOSIT_REFUNDS,
    ALL_DEPOSITS,
    ALL_NET_GMV,
    ALL_NET_UNPRICED,
    ALL_REFUNDS,
    ALL_UNPRICED_DEPOSIT_REFUNDS,
    ALL_UNPRICED_DEPOSITS,
    EXCESS_REFUNDS,
    MAYBE_NEW_CUSTOMERS,
    MAYBE_NEW_VISITORS,
    NEW_CUSTOMERS,
    NEW_VISITORS,
    ORDER_NUMBERS,
    UNITS,
    UNKNOWN_REFUND_VALUE,
    UNKNOWN_REFUNDS,
    UNPRICED_ALL_REFUNDS,
    UNPRICED_UNKNOWN_REFUNDS,
    WITHOUT_UNITS,
)
from reports.metrics.worth import WORTH

# The stages people pass on their way to an order. Impressions come first; no source delivers them.
FUNNEL = (READS, ENGAGEMENTS, CLICKS, SEARCHES, VISITS, CARTS, ORDERS)
BREAKDOWN = (
    GMV, ORDERS, ASSISTED, REFUND_VALUE, NET_GMV,
    READS, ENGAGEMENTS, CLICKS, SEARCHES, VISITS, FAVOURITES, CARTS,
    REPEATED_CLICKS, MACHINE_CLICKS, FOLLOWS, DEPOSITS, DEPOSIT_VALUE, DEPOSIT_REFUND_VALUE,
)  # fmt: skip
# What the models are compared by.
COMPARED = (GMV, ORDERS, ASSISTED)
# What only a report by the day of the touch has: a ratio of what touches earned to the touches.
BY_TOUCH_DAY = (GMV_PER_MILLE,)
# What has no known value, beside the sums that it is not in.
UNKNOWN = (
    UNPRICED, UNPRICED_REFUNDS, UNPRICED_NET, UNPRICED_DEPOSITS, UNPRICED_DEPOSIT_REFUNDS,
    UNPRICED_BOOSTED,
)  # fmt: skip
UNKNOWN_ORDERS = (
    ALL_UNPRICED, MATCHED_UNPRICED, WITHOUT_UNITS, MAYBE_NEW_CUSTOMERS, MAYBE_NEW_VISITORS,
    UNPRICED_ALL_REFUNDS, ALL_NET_UNPRICED, ALL_UNPRICED_DEPOSITS, ALL_UNPRICED_DEPOSIT_REFUNDS,
    UNPRICED_UNKNOWN_REFUNDS,
)  # fmt: skip
RECONCILIATION = (
    ALL_ORDERS, MATCHED_ORDERS, UNMATCHED_ORDERS, MATCH_RATE,
    ALL_GMV, MATCHED_GMV,
)  # fmt: skip
# What the stores sold and took back in all, beside it.
WHOLE = (
    ORDER_NUMBERS, UNITS, NEW_CUSTOMERS, NEW_VISITORS, ALL_REFUNDS, ALL_NET_GMV, ALL_DEPOSITS,
    ALL_DEPOSIT_REFUNDS, UNKNOWN_REFUNDS, UNKNOWN_REFUND_VALUE, EXCESS_REFUNDS,
)  # fmt: skip
REGISTRY: dict[str, Metric[Sums] | Metric[Orders] | Metric[Expected]] = {
    metric.code: metric
    for metric in (
        *BREAKDOWN,
        *BY_TOUCH_DAY,
        *SPENDING,
        *BROUGHT,
        *OUTSIDE,
        *BROUGHT_FOR_ALL,
        *WORTH,
        AUTHOR_FOLLOWS,
        *UNMEASURED,
        *UNKNOWN,
        ORDER_VALUE,
        *RECONCILIATION,
        *WHOLE,
        *UNKNOWN_ORDERS,
        *MATURITY,
    )
}
ORDERS_IN_FILES = (*RECONCILIATION, *WHOLE, *UNKNOWN_ORDERS)


def in_files(metrics: Iterable[Metric[Sums]]) -> Iterator[Metric[Sums]]:
    """The columns of files: behind a sum of money stands how many conversions are not in it, which
    is not connected where that is not, and of the same days."""
    for metric in metrics:
        yield metric
        is_of_touch = metric.grain == Grain.CREDIT_OF_TOUCH
        for one in UNKNOWN:
            if one.code == metric.unknown:
                beside = one.without(metric.lacking)
                beside = beside if metric.has_come else beside.awaited()
                yield beside.by_touch_day() if is_of_touch else beside


def unknown_in(metric: Metric[Of], facts: Of | None) -> Value:
    """How many conversions without a known value are not in `metric`; 0 where all are."""
    beside = cast("Metric[Of] | None", REGISTRY.get(metric.unknown))
    return beside.of(facts) if beside else 0


__all__ = [
    "ALL_DEPOSITS",
    "ALL_DEPOSIT_REFUNDS",
    "ALL_GMV",
    "ALL_NET_GMV",
    "ALL_NET_UNPRICED",
    "ALL_ORDERS",
    "ALL_REFUNDS",
    "ALL_ROI",
    "ALL_ROI_INCREMENTAL",
    "ALL_UNPRICED",
    "ALL_UNPRICED_DEPOSITS",
    "ALL_UNPRICED_DEPOSIT_REFUNDS",
    "ASSISTED",
    "AUTHOR_FOLLOWS",
    "BOOSTED_GMV",
    "BOOSTED_ORDERS",
    "BOOSTED_VISITS",
    "BREAKDOWN",
    "BROUGHT",
    "BROUGHT_FOR_ALL",
    "BY_TOUCH_DAY",
    "CARTS",
    "CLICKS",
    "COMPARED",
    "COST_PER_ORDER",
    "COST_PER_VISIT",
    "CPC",
    "CPM",
    "CPUV_VISIT",
    "DEPOSITS",
    "DEPOSIT_REFUND_VALUE",
    "DEPOSIT_VALUE",
    "ENGAGEMENTS",
    "EXCESS_REFUNDS",
    "EXPECTED_HIGH",
    "EXPECTED_LOW",
    "EXPECTED_ORDERS",
    "FAVOURITES",
    "FOLLOWS",
    "FUNNEL",
    "GMV",
    "GMV_PER_MILLE",
    "IMPRESSIONS",
    "MACHINE_CLICKS",
    "MATCHED_GMV",
    "MATCHED_ORDERS",
    "MATCHED_UNPRICED",
    "MATCH_RATE",
    "MATURITY",
    "MAYBE_NEW_CUSTOMERS",
    "MAYBE_NEW_VISITORS",
    "NET_GMV",
    "NEW_CUSTOMERS",
    "NEW_VISITORS",
    "ORDERS",
    "ORDERS_IN_FILES",
    "ORDER_NUMBERS",
    "ORDER_VALUE",
    "ORGANIC_GMV",
    "ORGANIC_ORDERS",
    "OUTSIDE",
    "OWN_ROI",
    "OWN_ROI_INCREMENTAL",
    "READS",
    "RECONCILIATION",
    "REFUND_VALUE",
    "REGISTRY",
    "REPEATED_CLICKS",
    "SEARCHES",
    "SERVED_CLICKS",
    "SHARE_IN",
    "SPEND",
    "SPENDING",
    "SPEND_OWN",
    "SPEND_PARTNER",
    "SPEND_PLATFORM",
    "UNITS",
    "UNKNOWN",
    "UNKNOWN_ORDERS",
    "UNKNOWN_REFUNDS",
    "UNKNOWN_REFUND_VALUE",
    "UNMATCHED_ORDERS",
    "UNMEASURED",
    "UNPRICED",
    "UNPRICED_ALL_REFUNDS",
    "UNPRICED_BOOSTED",
    "UNPRICED_DEPOSITS",
    "UNPRICED_DEPOSIT_REFUNDS",
    "UNPRICED_NET",
    "UNPRICED_REFUNDS",
    "UNPRICED_UNKNOWN_REFUNDS",
    "VISITS",
    "WHOLE",
    "WITHOUT_UNITS",
    "WORTH",
    "Metric",
    "Of",
    "Unit",
    "Value",
    "in_files",
    "ratio",
    "unknown_in",
]
