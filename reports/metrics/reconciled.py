"""All orders of a merchant's stores, explained by a note or not."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.metrics.estimates import Statistic
from reports.metrics.meanings import Additive, Grain, Population
from reports.metrics.metric import Metric, Unit, ratio
from reports.metrics.sums import MATCHED, UNMATCHED, Orders

CONVERSIONS = _("conversion facts: everything the partners sent for the merchant's stores")
ORDER_DAY = _("day of the conversion")


def _orders(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    compute: Callable[[Orders], Any],
    *,
    unit: Unit = Unit.COUNT,
    windowed: bool = True,
    **more: Any,
) -> Metric[Orders]:
    return Metric(
        code, zh, en, formula, unit, windowed, Population.ORDERS, Grain.STORE, ORDER_DAY,
        CONVERSIONS, compute, **more,
    )  # fmt: skip


ALL_ORDERS = _orders(
    "all_orders",
    "全部订单",
    "All orders",
    _("Every order line the partners sent for the merchant's stores, explained by a note or not."),
    lambda o: o.count(UNMATCHED, *MATCHED),
    windowed=False,
)
ALL_UNPRICED = _orders(
    "all_unpriced_orders",
    "全部金额未知订单",
    "All orders of unknown value",
    _("The order lines among all orders whose value the partner did not send."),
    lambda o: o.without_value(UNMATCHED, *MATCHED),
    windowed=False,
)
MATCHED_UNPRICED = _orders(
    "matched_unpriced_orders",
    "归因到的金额未知订单",
    "Matched orders of unknown value",
    _("The matched orders whose value the partner did not send."),
    lambda o: o.without_value(*MATCHED),
)
ALL_GMV = _orders(
    "all_gmv",
    "全部 GMV",
    "GMV of all orders",
    _("Value of every order line the partners sent for the merchant's stores, before refunds."),
    lambda o: o.fen(UNMATCHED, *MATCHED),
    unit=Unit.FEN,
    windowed=False,
    unknown=ALL_UNPRICED.code,
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
    unknown=MATCHED_UNPRICED.code,
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
    additive=Additive.NO,
    statistic=Statistic.RATIO,
)
