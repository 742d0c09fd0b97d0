"""What a merchant's stores sold and took back in all, whatever explains it."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.metrics.estimates import Statistic
from reports.metrics.meanings import Grain, Population
from reports.metrics.metric import Metric, Unit, sum_of
from reports.metrics.reconciled import CONVERSIONS, ORDER_DAY
from reports.metrics.sums import (
    DEPOSIT,
    DEPOSIT_REFUND,
    EXCESS_REFUND,
    ORDER,
    REFUND,
    UNKNOWN_REFUND,
    VISIT,
    Orders,
)


def _whole(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    compute: Callable[[Orders], Any],
    *,
    unit: Unit = Unit.COUNT,
    population: Population = Population.ORDERS,
    **more: Any,
) -> Metric[Orders]:
    return Metric(
        code, zh, en, formula, unit, False, population, Grain.STORE, ORDER_DAY, CONVERSIONS,
        compute, **more,
    )  # fmt: skip


ORDER_NUMBERS = _whole(
    "all_order_numbers",
    "全部订单（按订单号）",
    "All orders by order number",
    _(
        "Order lines with the same order number in a store on a day count as one order; a line"
        " without a number is one of its own."
    ),
    lambda o: o.all(ORDER, "numbers"),
)
WITHOUT_UNITS = _whole(
    "order_lines_without_units",
    "件数未知订单行",
    "Order lines of unknown units",
    _("The order lines of which the partner did not send how many items they are."),
    lambda o: o.all(ORDER, "without_units"),
)
UNITS = _whole(
    "all_units",
    "销售件数",
    "Item units",
    _("Items of all order lines, before refunds."),
    lambda o: o.known(ORDER, "units", among="conversions", unknown="without_units"),
    unknown=WITHOUT_UNITS.code,
)
MAYBE_NEW_CUSTOMERS = _whole(
    "orders_of_unknown_customers",
    "新老客未知订单",
    "Orders without a word on the customer",
    _("Orders by order number of which the partner does not say whether the customer is new."),
    lambda o: o.all(ORDER, "maybe_newcomers"),
)
NEW_CUSTOMERS = _whole(
    "new_customer_orders",
    "新客订单",
    "Orders of new customers",
    _("Orders by order number of which the partner says that the customer is new to the store."),
    lambda o: o.known(ORDER, "newcomers", among="numbers", unknown="maybe_newcomers"),
    unknown=MAYBE_NEW_CUSTOMERS.code,
)
MAYBE_NEW_VISITORS = _whole(
    "visits_of_unknown_visitors",
    "新老访客未知进店",
    "Visits without a word on the visitor",
    _("Store visits of which the partner does not say whether the visitor is new."),
    lambda o: o.all(VISIT, "maybe_newcomers"),
    population=Population.VISITS,
)
NEW_VISITORS = _whole(
    "new_visitor_visits",
    "新访客进店",
    "Visits of new visitors",
    _("Store visits of which the partner says that the visitor is new to the store."),
    lambda o: o.known(VISIT, "newcomers", among="conversions", unknown="maybe_newcomers"),
    population=Population.VISITS,
    unknown=MAYBE_NEW_VISITORS.code,
)
UNPRICED_ALL_REFUNDS = _whole(
    "all_unpriced_refunds",
    "全部金额未知退款",
    "All refunds of unknown value",
    _("The refunds of orders whose value the partner did not send."),
    lambda o: o.all(REFUND, "unpriced"),
)
ALL_REFUNDS = _whole(
    "all_refund_value",
    "全部退款额",
    "Refunds of all orders",
    _("Value of refunds of orders, at most what each order was worth, on the day of the refund."),
    lambda o: o.worth(REFUND),
    unit=Unit.FEN,
    unknown=UNPRICED_ALL_REFUNDS.code,
)
ALL_NET_UNPRICED = _whole(
    "all_unpriced_orders_and_refunds",
    "全部金额未知订单与退款",
    "All orders and refunds of unknown value",
    _("All orders and refunds of orders whose value the partner did not send."),
    lambda o: sum_of(o.all(ORDER, "unpriced"), o.all(REFUND, "unpriced")),
)
ALL_NET_GMV = _whole(
    "all_net_gmv",
    "全部净 GMV",
    "Net GMV of all orders",
    _("GMV of all orders less refunds of orders, both of the same days. Deposits are not in it."),
    lambda o: sum_of(o.worth(ORDER), o.worth(REFUND)),
    unit=Unit.FEN,
    unknown=ALL_NET_UNPRICED.code,
    statistic=Statistic.NET,
)
ALL_UNPRICED_DEPOSITS = _whole(
    "all_unpriced_deposits",
    "全部金额未知定金",
    "All deposits of unknown value",
    _("The presale deposits whose value the partner did not send."),
    lambda o: o.all(DEPOSIT, "unpriced"),
    population=Population.DEPOSITS,
)
ALL_DEPOSITS = _whole(
    "all_deposit_value",
    "全部预售定金",
    "All deposits",
    _("Value of every presale deposit the partners sent. It is in neither GMV nor net GMV."),
    lambda o: o.worth(DEPOSIT),
    unit=Unit.FEN,
    population=Population.DEPOSITS,
    unknown=ALL_UNPRICED_DEPOSITS.code,
)
ALL_UNPRICED_DEPOSIT_REFUNDS = _whole(
    "all_unpriced_deposit_refunds",
    "全部金额未知定金退款",
    "All deposit refunds of unknown value",
    _("The refunds of presale deposits whose value the partner did not send."),
    lambda o: o.all(DEPOSIT_REFUND, "unpriced"),
    population=Population.DEPOSITS,
)
ALL_DEPOSIT_REFUNDS = _whole(
    "all_deposit_refund_value",
    "全部定金退款额",
    "All deposit refunds",
    _("Value of every refund of a presale deposit, on the day of the refund."),
    lambda o: o.worth(DEPOSIT_REFUND),
    unit=Unit.FEN,
    population=Population.DEPOSITS,
    unknown=ALL_UNPRICED_DEPOSIT_REFUNDS.code,
)
UNPRICED_UNKNOWN_REFUNDS = _whole(
    "unpriced_unknown_refunds",
    "订单不明且金额未知退款",
    "Refunds of unknown order lines and unknown value",
    _("Refunds of unknown order lines whose value the partner did not send."),
    lambda o: o.all(UNKNOWN_REFUND, "unpriced"),
    population=Population.NOBODYS_REFUNDS,
)
UNKNOWN_REFUNDS = _whole(
    "unknown_refunds",
    "订单不明退款",
    "Refunds whose order line we do not know",
    _("Refunds that name no order, an unknown one, or an order number of several lines."),
    lambda o: o.all(UNKNOWN_REFUND, "conversions"),
    population=Population.NOBODYS_REFUNDS,
)
UNKNOWN_REFUND_VALUE = _whole(
    "unknown_refund_value",
    "订单不明退款额",
    "Value of refunds whose order line we do not know",
    _("Their value. It is taken from no order, and from no GMV."),
    lambda o: o.worth(UNKNOWN_REFUND),
    unit=Unit.FEN,
    population=Population.NOBODYS_REFUNDS,
    unknown=UNPRICED_UNKNOWN_REFUNDS.code,
)
EXCESS_REFUNDS = _whole(
    "excess_refund_value",
    "超额退款",
    "Refunded more than sold",
    _("What refunds ask for beyond the value of their order. It is nobody's, and in no GMV."),
    lambda o: o.worth(EXCESS_REFUND),
    unit=Unit.FEN,
    population=Population.NOBODYS_REFUNDS,
)
