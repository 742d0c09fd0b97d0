"""What was paid outside of the portal, and what notes cost in all beside all that they brought.

A boost's ratios (`spending`) divide what its touches earned. A creator's fee pays for the note: so
what is divided by all costs is all that was credited, boosted or organic. Every name says that
costs from outside are in it.
"""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.metrics.meanings import TOUCH_DAY, Additive, Grain, Population
from reports.metrics.metric import Metric, Unit, ratio
from reports.metrics.spending import ratio_to_cost
from reports.metrics.sums import ORDER, Sums

SAID = _("costs from outside, as the merchant recorded them")
ALL = _("costs from outside, as the merchant recorded them, and what was captured for delivery")


def _paid(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    compute: Callable[[Sums], Any],
    source: Promise = SAID,
) -> Metric[Sums]:
    """Money that was paid for notes, of the day on which it counts."""
    return Metric(
        code, zh, en, formula, Unit.FEN, False, Population.SPEND, Grain.EXPOSURE, TOUCH_DAY, source,
        compute, additive=Additive.SHARED,
    )  # fmt: skip


OUTSIDE_CREATOR = _paid(
    "outside_cost_creator", "站外成本（达人）", "Costs from outside, creator",
    _("What the merchant paid outside for creators: each cost once, on the day on which it"
      " counts."),
    lambda s: s.spend("outside_creator"),
)  # fmt: skip
OUTSIDE_PAID = _paid(
    "outside_cost_paid", "站外成本（信息流）", "Costs from outside, paid feed",
    _("What the merchant paid outside for the feed. What boosts captured is not in it."),
    lambda s: s.spend("outside_paid"),
)  # fmt: skip
OUTSIDE_SEARCH = _paid(
    "outside_cost_search", "站外成本（搜索）", "Costs from outside, search",
    _("What the merchant paid outside for search."),
    lambda s: s.spend("outside_search"),
)  # fmt: skip
OUTSIDE_COST = _paid(
    "outside_cost", "站外成本", "Costs from outside",
    _("What the merchant paid outside in all channels. The cost of a boost counts under its note,"
      " that of a campaign as a whole under no note."),
    lambda s: s.outside(),
)  # fmt: skip
TOTAL_COST = _paid(
    "total_cost_all_money", "总成本（全部资金消耗＋站外成本）",
    "Total cost, all money and costs from outside",
    _("Spend, all money + costs from outside."),
    lambda s: s.cost("captured"), ALL,
)  # fmt: skip
TOTAL_OWN_COST = _paid(
    "total_cost_own_cash", "总成本（自有资金消耗＋站外成本）",
    "Total cost, own cash and costs from outside",
    _("Spend, own cash + costs from outside: what the merchant himself paid."),
    lambda s: s.cost("cash"), ALL,
)  # fmt: skip
OWN_ROI_OF_ALL = ratio_to_cost(
    "own_cash_roi_attributed_with_outside", "自有资金ROI（归因，含站外成本）",
    "Own-cash ROI, attributed, with costs from outside",
    _("Credited GMV, boosted and organic ÷ total cost, own cash and costs from outside, both of the"
      " days of the touches. What grants paid is not in the cost, though it brought GMV, too."),
    Population.ORDERS,
    lambda s: ratio(s.fen(ORDER), s.matched_cost("cash")), Unit.TIMES,
)  # fmt: skip
ALL_ROI_OF_ALL = ratio_to_cost(
    "all_money_roi_attributed_with_outside", "全部资金ROI（归因，含站外成本）",
    "All-money ROI, attributed, with costs from outside",
    _("Credited GMV, boosted and organic ÷ total cost, all money and costs from outside, both of"
      " the days of the touches."),
    Population.ORDERS,
    lambda s: ratio(s.fen(ORDER), s.matched_cost("captured")), Unit.TIMES,
)  # fmt: skip

# What a report has whose days have costs from outside.
OUTSIDE = (
    OUTSIDE_CREATOR, OUTSIDE_PAID, OUTSIDE_SEARCH, OUTSIDE_COST, TOTAL_COST, TOTAL_OWN_COST,
)  # fmt: skip
# What it has by the day of the touch alone.
BROUGHT_FOR_ALL = (OWN_ROI_OF_ALL, ALL_ROI_OF_ALL)
