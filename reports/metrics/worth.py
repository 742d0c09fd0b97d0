"""What credited sales leave to the merchant, by the shares that he assumes of his trade.

A sale is taken at what is assumed of its own business day. Without one of the shares nothing is
known, and nothing is told: see ADR 0142.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.metrics.credited import ORDER_DAY
from reports.metrics.estimates import Statistic
from reports.metrics.meanings import Grain, Population
from reports.metrics.metric import Metric, Unit, ratio
from reports.metrics.spending import ratio_to_cost
from reports.metrics.sums import MICRO, Sums

CREDIT = _("credit facts, and the shares that the merchant assumes with a date")


def _micro(cost: Any) -> Any:
    """A cost in millionths of fen; None where it is not known beside what it brought."""
    return None if cost is None else cost * MICRO


CONTRIBUTION: Metric[Sums] = Metric(
    "expected_contribution", "预计毛利贡献（归因）", "Expected contribution, attributed",
    _("Credited GMV × (1 − return rate) × (margin − commission of the platform), with the shares"
      " that the merchant assumes of the day of the order. Costs of notes are not taken off."),
    Unit.FEN, True, Population.ORDERS, Grain.CREDIT, ORDER_DAY, CREDIT,
    lambda s: ratio(s.kept_micro(), MICRO), statistic=Statistic.RATIO,
)  # fmt: skip
CONTRIBUTION_TO_COST = ratio_to_cost(
    "contribution_to_own_cost", "预计毛利贡献／自付总成本（归因）",
    "Expected contribution to own cost, attributed",
    _("Expected contribution ÷ total cost, own cash and costs from outside, both of the days of the"
      " touches: above 1 notes bring the merchant more than he pays for them, as far as his"
      " assumptions hold."),
    Population.ORDERS,
    lambda s: ratio(s.kept_micro(), _micro(s.matched_cost("cash"))), Unit.TIMES,
)  # fmt: skip

WORTH = (CONTRIBUTION, CONTRIBUTION_TO_COST)
