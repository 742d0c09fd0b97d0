"""What boosts cost beside what they brought. No name says ROI or CPUV without saying which.

Cost is what was captured from the money of a boost, by note, boost and business day of delivery,
which is the day of the touches that it bought. So it is divided by what these touches earned, and
by nothing else: by day of the conversion there are no such ratios.
"""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.metrics.credited import CREDIT, ORDER_DAY
from reports.metrics.estimates import Statistic
from reports.metrics.meanings import BOOSTED, TOUCH_DAY, Additive, Grain, Population
from reports.metrics.metric import Metric, Unit, ratio
from reports.metrics.sums import MICRO, ORDER, VISIT, Sums

DELIVERY = _("delivery rows of the ad server, and what was captured for them")
BOTH = _("what was captured for delivery, and credit facts of touches that carry the boost's id")


def _spent(code: str, zh: str, en: str, formula: Promise, what: str) -> Metric[Sums]:
    """Money that was captured."""
    return _served(code, zh, en, formula, what, Unit.FEN, Population.SPEND)


def _served(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    what: str,
    unit: Unit = Unit.COUNT,
    population: Population = Population.SERVED,
) -> Metric[Sums]:
    """What delivery was; `what` is one of meanings.OF_SPEND."""
    return Metric(
        code, zh, en, formula, unit, False, population, Grain.EXPOSURE, TOUCH_DAY, DELIVERY,
        lambda s: s.spend(what), additive=Additive.SHARED,
    )  # fmt: skip


def _boosted(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    population: Population,
    compute: Callable[[Sums], Any],
    unit: Unit = Unit.MICRO,
    **more: Any,
) -> Metric[Sums]:
    """The part of the credit that boosted touches have."""
    return Metric(
        code, zh, en, formula, unit, True, population, Grain.CREDIT, ORDER_DAY, CREDIT, compute,
        **more,
    )  # fmt: skip


def ratio_to_cost(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    population: Population,
    compute: Callable[[Sums], Any],
    unit: Unit = Unit.FEN,
    *,
    of_results: bool = True,
) -> Metric[Sums]:
    """A ratio to what was spent: of what that brought, or of delivery alone."""
    return Metric(
        code, zh, en, formula, unit, of_results, population, Grain.EXPOSURE, TOUCH_DAY,
        BOTH if of_results else DELIVERY, compute, additive=Additive.NO,
        statistic=Statistic.RATIO,
    )  # fmt: skip


def _times(cost: Any, factor: int) -> Any:
    """What costs so much, so many times; None where the cost is not known beside its results."""
    return None if cost is None else cost * factor


def _less(whole: Any, part: Any) -> Any:
    """What is left; None where one of them is unknown."""
    return None if whole is None or part is None else whole - part


SPEND = _spent(
    "spend", "消耗（全部资金）", "Spend, all money",
    _("What delivery captured from the money of boosts, whoever paid it. Refused spend is not in"
      " it."),
    "captured",
)  # fmt: skip
SPEND_OWN = _spent(
    "spend_own_cash", "消耗（自有资金）", "Spend, own cash",
    _("The part of the spend that the merchant's own money paid, in the order in which the lines"
      " of a boost pay."),
    "cash",
)  # fmt: skip
SPEND_PLATFORM = _spent(
    "spend_platform", "消耗（平台补贴）", "Spend, platform grant",
    _("The part of the spend that funds of the platform paid."),
    "platform",
)  # fmt: skip
SPEND_PARTNER = _spent(
    "spend_partner", "消耗（合作方补贴）", "Spend, partner grant",
    _("The part of the spend that funds of partners paid."),
    "partner",
)  # fmt: skip
IMPRESSIONS = _served(
    "served_impressions", "曝光量（投放）", "Impressions served",
    _("How often the ad server showed boosted notes, as it says."),
    "impressions",
)  # fmt: skip
SERVED_CLICKS = _served(
    "served_clicks", "点击量（投放）", "Clicks on served notes",
    _("How often readers clicked what the ad server showed, as it says. Product clicks are counted"
      " by the community and are others."),
    "served_clicks",
)  # fmt: skip
CPM = ratio_to_cost(
    "cpm", "千次曝光成本（CPM）", "Cost per 1,000 impressions (CPM)",
    _("Spend, all money ÷ impressions served × 1,000."),
    Population.SPEND,
    lambda s: ratio(s.spend("captured") * 1000, s.spend("impressions")),
    of_results=False,
)  # fmt: skip
CPC = ratio_to_cost(
    "cpc_served", "平均点击成本（CPC，投放点击）", "Cost per click served (CPC)",
    _("Spend, all money ÷ clicks on served notes, both as the ad server's rows say."),
    Population.SPEND,
    lambda s: ratio(s.spend("captured"), s.spend("served_clicks")),
    of_results=False,
)  # fmt: skip
BOOSTED_VISITS = _boosted(
    "boosted_visits", "加热归因进店", "Credited visits of boosts",
    _("The part of the credited visits that touches earned who carry a boost's id."),
    Population.VISITS, lambda s: s.credited(BOOSTED + VISIT),
)  # fmt: skip
BOOSTED_ORDERS = _boosted(
    "boosted_orders", "加热归因订单", "Credited orders of boosts",
    _("The part of the credited orders that touches earned who carry a boost's id."),
    Population.ORDERS, lambda s: s.credited(BOOSTED + ORDER),
)  # fmt: skip
UNPRICED_BOOSTED: Metric[Sums] = _boosted(
    "unpriced_boosted_orders", "加热金额未知订单", "Orders of boosts of unknown value",
    _("The part of the credited orders of boosts whose value the partner did not send."),
    Population.ORDERS, lambda s: s.unpriced_micro[BOOSTED + ORDER],
)  # fmt: skip
BOOSTED_GMV = _boosted(
    "boosted_gmv", "加热归因 GMV", "Credited GMV of boosts",
    _("The part of the credited GMV that touches earned who carry a boost's id. The rest of the"
      " credited GMV is organic."),
    Population.ORDERS, lambda s: s.fen(BOOSTED + ORDER), Unit.FEN, unknown=UNPRICED_BOOSTED.code,
)  # fmt: skip
ORGANIC_ORDERS = _boosted(
    "organic_orders", "自然流量归因订单", "Organic credited orders",
    _("The credited orders less those of boosts: what notes brought without paid delivery."),
    Population.ORDERS, lambda s: s.credited(ORDER) - s.credited(BOOSTED + ORDER),
)  # fmt: skip
ORGANIC_GMV = _boosted(
    "organic_gmv", "自然流量归因 GMV", "Organic credited GMV",
    _("The credited GMV less that of boosts: what notes brought without paid delivery."),
    Population.ORDERS, lambda s: _less(s.fen(ORDER), s.fen(BOOSTED + ORDER)), Unit.FEN,
)  # fmt: skip
COST_PER_VISIT = ratio_to_cost(
    "cost_per_visit", "归因进店成本", "Cost per credited visit",
    _("Spend, all money ÷ credited visits of boosts, both of the days of the touches."),
    Population.SPEND,
    lambda s: ratio(_times(s.matched_spend("captured"), MICRO), s.credited(BOOSTED + VISIT)),
)  # fmt: skip
COST_PER_ORDER = ratio_to_cost(
    "cost_per_order", "归因订单成本", "Cost per credited order",
    _("Spend, all money ÷ credited orders of boosts, both of the days of the touches."),
    Population.SPEND,
    lambda s: ratio(_times(s.matched_spend("captured"), MICRO), s.credited(BOOSTED + ORDER)),
)  # fmt: skip
OWN_ROI = ratio_to_cost(
    "own_cash_roi_attributed", "自有资金ROI（归因）", "Own-cash ROI, attributed",
    _("Credited GMV of boosts ÷ spend, own cash, both of the days of the touches. What grants"
      " paid is not in the spend, though it brought GMV, too."),
    Population.ORDERS,
    lambda s: ratio(s.fen(BOOSTED + ORDER), s.matched_spend("cash")), Unit.TIMES,
)  # fmt: skip
ALL_ROI = ratio_to_cost(
    "all_money_roi_attributed", "全部资金ROI（归因）", "All-money ROI, attributed",
    _("Credited GMV of boosts ÷ spend, all money, both of the days of the touches."),
    Population.ORDERS,
    lambda s: ratio(s.fen(BOOSTED + ORDER), s.matched_spend("captured")), Unit.TIMES,
)  # fmt: skip


def _unmeasured(
    code: str, zh: str, en: str, formula: Promise, of: Population, unit: Unit
) -> Metric[Sums]:
    return ratio_to_cost(code, zh, en, formula, of, lambda s: s.unmeasured(), unit)


OWN_ROI_INCREMENTAL = _unmeasured(
    "own_cash_roi_incremental", "自有资金ROI（增量）", "Own-cash ROI, incremental",
    _("GMV that would not have come without the boosts ÷ spend, own cash. Not measured: that needs"
      " an experiment with a group of readers who are not shown them."),
    Population.ORDERS, Unit.TIMES,
)  # fmt: skip
ALL_ROI_INCREMENTAL = _unmeasured(
    "all_money_roi_incremental", "全部资金ROI（增量）", "All-money ROI, incremental",
    _("GMV that would not have come without the boosts ÷ spend, all money. Not measured: that needs"
      " an experiment with a group of readers who are not shown them."),
    Population.ORDERS, Unit.TIMES,
)  # fmt: skip
CPUV_VISIT = _unmeasured(
    "cpuv_visit", "进店人均成本（CPUV 按进店人数）", "Cost per store visitor (CPUV by store visit)",
    _("Spend, all money ÷ people who visited the store. Not measured: visits are counted, and not"
      " yet the people who made them. See cost per credited visit."),
    Population.SPEND, Unit.FEN,
)  # fmt: skip

# What a report has of boosts whatever its days are of.
SPENDING = (
    SPEND, SPEND_OWN, SPEND_PLATFORM, SPEND_PARTNER, IMPRESSIONS, SERVED_CLICKS, CPM, CPC,
)  # fmt: skip
# What it has by the day of the touch alone.
BROUGHT = (
    BOOSTED_VISITS, BOOSTED_ORDERS, BOOSTED_GMV, ORGANIC_ORDERS, ORGANIC_GMV,
    COST_PER_VISIT, COST_PER_ORDER, OWN_ROI, ALL_ROI,
)  # fmt: skip
# What has a name and no number, since nobody measures it.
UNMEASURED = (OWN_ROI_INCREMENTAL, ALL_ROI_INCREMENTAL, CPUV_VISIT)
