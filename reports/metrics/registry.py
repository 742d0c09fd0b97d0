"""The metric registry: the only place where a number of a report gets its meaning.

Every column of a page, a command or an export is a `Metric` of this module, computed from exact
sums. A value is an int (counts, fen, micro-conversions), a Fraction (ratios), or None, which
means unknown and is never the same as 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeAlias, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import words
from reports.metrics.sums import MATCHED, MICRO, ORDER, REFUND, UNMATCHED, Orders, Sums
from reports.metrics.terms import Term

Value: TypeAlias = int | Fraction | None
Of = TypeVar("Of", Sums, Orders)

CREDIT = _("credit facts: partners' conversions joined with the community's touchpoints")
TOUCHES = _("touchpoint facts: the community's events on notes with a live listing")
CONVERSIONS = _("conversion facts: everything the partners sent for the merchant's stores")
TOUCH_DAY, EVENT_DAY = _("day of the touchpoint"), _("day of the conversion")


class Unit(StrEnum):
    """How a value counts and is printed; `micro` is millionths of a conversion."""

    COUNT = "count"
    MICRO = "micro"
    FEN = "fen"
    SHARE = "share"


@dataclass(frozen=True)
class Metric(Generic[Of]):
    """One number: its names, its formula in one sentence, and the formula itself.

    `windowed` says whether the lookback window and the model change it.
    """

    code: str
    zh: str
    en: str
    formula: Promise
    unit: Unit
    windowed: bool
    time_base: Promise
    source: Promise
    compute: Callable[[Of], Value]
    version: int = 1

    def of(self, facts: Of | None) -> Value:
        """The value for these sums; unknown for what is not computed."""
        return None if facts is None else self.compute(facts)

    @property
    def name(self) -> str:
        return words.name(self.zh, self.en)


def _touches(code: str, zh: str, en: str, formula: Promise, *kinds: str) -> Metric[Sums]:
    return Metric(
        code, zh, en, formula, Unit.COUNT, False, TOUCH_DAY, TOUCHES, lambda s: s.touched(*kinds)
    )


def _credited(
    code: str, zh: str, en: str, formula: Promise, unit: Unit, compute: Callable[[Sums], Value]
) -> Metric[Sums]:
    return Metric(code, zh, en, formula, unit, True, EVENT_DAY, CREDIT, compute)


def _orders(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    compute: Callable[[Orders], Value],
    *,
    unit: Unit = Unit.COUNT,
    windowed: bool = True,
) -> Metric[Orders]:
    return Metric(code, zh, en, formula, unit, windowed, EVENT_DAY, CONVERSIONS, compute)


def _net_gmv(sums: Sums) -> int | None:
    gmv, refunds = sums.fen(ORDER), sums.fen(REFUND)
    return None if gmv is None or refunds is None else gmv + refunds


def ratio(numerator: Any, denominator: Any) -> Any:
    """Ratio of sums; None when there is nothing to divide by."""
    if isinstance(numerator, Term) and isinstance(denominator, Term):
        return numerator.over(denominator)
    return None if numerator is None or not denominator else Fraction(numerator, denominator)


READS = _touches(
    "reads", "阅读量", "Reads", _("Times a note with a live listing was opened."), "view"
)
ENGAGEMENTS = _touches(
    "engagements4",
    "互动量（赞藏评转）",
    "Engagements (4)",
    _("Likes + saves + comments + shares of notes with a live listing. Follows are not in it."),
    *("like", "collect", "comment", "share"),
)
CLICKS = _touches(
    "clicks",
    "商品点击量",
    "Product clicks",
    _("Times a reader clicked a product linked to a note."),
    "click",
)
REPEATED_CLICKS = _touches(
    "repeated_clicks",
    "重复点击",
    "Repeated clicks",
    _(
        "Clicks that followed a click of the same reader on the same listing within 10 seconds."
        " They are counted here, are not among the product clicks and earn no credit."
    ),
    "repeated_click",
)
MACHINE_CLICKS = _touches(
    "machine_clicks",
    "机器点击",
    "Machine clicks",
    _(
        "Openings of a link by programs: crawlers, link previews, scripts. They are counted here,"
        " are not among the product clicks and earn no credit."
    ),
    "machine_click",
)
SEARCHES = _credited(
    "credited_searches",
    "归因搜索",
    "Credited searches",
    _("Searches at the partner by people who touched a note before, split by the model."),
    Unit.MICRO,
    lambda s: s.credited("search"),
)
VISITS = _credited(
    "credited_visits",
    "归因进店",
    "Credited visits",
    _("Store visits by people who touched a note before, split by the model."),
    Unit.MICRO,
    lambda s: s.credited("visit"),
)
FAVOURITES = _credited(
    "credited_favourites",
    "归因收藏",
    "Credited favourites",
    _("Products or stores put among the favourites by people who touched a note before."),
    Unit.MICRO,
    lambda s: s.credited("favourite"),
)
CARTS = _credited(
    "credited_carts",
    "归因加购",
    "Credited carts",
    _("Products put into the cart by people who touched a note before, split by the model."),
    Unit.MICRO,
    lambda s: s.credited("cart"),
)
ORDERS = _credited(
    "credited_orders",
    "归因订单",
    "Credited orders",
    _(
        "Order lines by people who touched a note before, split by the model. Over all notes the"
        " parts add up to whole orders; presale deposits are not in it."
    ),
    Unit.MICRO,
    lambda s: s.credited(ORDER),
)
GMV = _credited(
    "credited_gmv",
    "归因 GMV",
    "Credited GMV",
    _(
        "Value of the credited orders, split by the model to the fen, before refunds. Presale"
        " deposits are not in it."
    ),
    Unit.FEN,
    lambda s: s.fen(ORDER),
)
REFUND_VALUE = _credited(
    "credited_refund_value",
    "归因退款额",
    "Credited refunds",
    _("Value of refunds of credited orders, split like their orders, on the day of the refund."),
    Unit.FEN,
    lambda s: s.fen(REFUND),
)
NET_GMV = _credited(
    "credited_net_gmv",
    "归因净 GMV",
    "Credited net GMV",
    _("Credited GMV minus credited refunds of the same days."),
    Unit.FEN,
    _net_gmv,
)
UNPRICED = _credited(
    "unpriced_orders",
    "金额未知订单",
    "Orders of unknown value",
    _("The part of the credited orders whose value the partner did not send."),
    Unit.MICRO,
    lambda s: s.unpriced_micro[ORDER],
)
ORDER_VALUE = _credited(
    "credited_order_value",
    "归因单均价",
    "Credited GMV per order",
    _("Credited GMV ÷ the credited orders whose value is known."),
    Unit.FEN,
    lambda s: ratio(s.value_fen[ORDER] * MICRO, s.credited_micro[ORDER] - s.unpriced_micro[ORDER]),
)
GMV_PER_MILLE = _credited(
    "gmv_per_1000_reads",
    "千次阅读归因 GMV",
    "Credited GMV per 1,000 reads",
    _("Credited GMV ÷ reads × 1,000, both of the days of the report."),
    Unit.FEN,
    lambda s: ratio(None if (gmv := s.fen(ORDER)) is None else gmv * 1000, s.touchpoints["view"]),
)
ALL_ORDERS = _orders(
    "all_orders",
    "全部订单",
    "All orders",
    _("Every order line the partners sent for the merchant's stores, explained by a note or not."),
    lambda o: o.count(UNMATCHED, *MATCHED),
    windowed=False,
)
ALL_GMV = _orders(
    "all_gmv",
    "全部 GMV",
    "GMV of all orders",
    _("Value of every order line the partners sent for the merchant's stores, before refunds."),
    lambda o: o.fen(UNMATCHED, *MATCHED),
    unit=Unit.FEN,
    windowed=False,
)
MATCHED_ORDERS = _orders(
    "matched_orders",
    "归因到的订单",
    "Matched orders",
    _("Whole orders with at least one eligible touchpoint inside the window; any model."),
    lambda o: o.count(*MATCHED),
)
MATCHED_GMV = _orders(
    "matched_gmv",
    "归因到的 GMV",
    "GMV of matched orders",
    _("Value of the matched orders, before refunds. Every model credits exactly this much."),
    lambda o: o.fen(*MATCHED),
    unit=Unit.FEN,
)
UNMATCHED_ORDERS = _orders(
    "unmatched_orders",
    "未归因订单",
    "Unmatched orders",
    _("Orders that no touchpoint inside the window explains. They earn nobody credit."),
    lambda o: o.count(UNMATCHED),
)
MATCH_RATE = _orders(
    "match_rate",
    "订单归因率",
    "Share of orders matched",
    _("Matched orders ÷ all orders."),
    lambda o: ratio(o.count(*MATCHED), o.count(UNMATCHED, *MATCHED)),
    unit=Unit.SHARE,
)

# The stages people pass on their way to an order. Impressions come first; no source delivers them.
FUNNEL = (READS, ENGAGEMENTS, CLICKS, SEARCHES, VISITS, CARTS, ORDERS)
BREAKDOWN = (
    GMV, ORDERS, REFUND_VALUE, NET_GMV,
    READS, ENGAGEMENTS, CLICKS, SEARCHES, VISITS, FAVOURITES, CARTS, GMV_PER_MILLE,
    REPEATED_CLICKS, MACHINE_CLICKS,
)  # fmt: skip
RECONCILIATION = (
    ALL_ORDERS, MATCHED_ORDERS, UNMATCHED_ORDERS, MATCH_RATE, ALL_GMV, MATCHED_GMV,
)  # fmt: skip
REGISTRY: dict[str, Metric[Sums] | Metric[Orders]] = {
    metric.code: metric for metric in (*BREAKDOWN, UNPRICED, ORDER_VALUE, *RECONCILIATION)
}
