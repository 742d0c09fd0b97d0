"""What is credited to notes: parts of conversions, which add up to whole ones."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.metrics.estimates import Statistic
from reports.metrics.meanings import TOUCH_DAY, Additive, Grain, Population
from reports.metrics.metric import Metric, Unit, ratio, sum_of
from reports.metrics.sums import (
    DEPOSIT,
    DEPOSIT_REFUND,
    FOLLOW,
    MICRO,
    ORDER,
    REFUND,
    Sums,
)

CREDIT = _("credit facts: partners' conversions joined with the community's touchpoints")
ORDER_DAY = _("day of the conversion")


def _credited(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    unit: Unit,
    population: Population,
    compute: Callable[[Sums], Any],
    **more: Any,
) -> Metric[Sums]:
    return Metric(
        code, zh, en, formula, unit, True, population, Grain.CREDIT, ORDER_DAY, CREDIT, compute,
        **more,
    )  # fmt: skip


def _unpriced(code: str, zh: str, en: str, formula: Promise, of: Population, *kinds: str) -> Any:
    return _credited(
        code, zh, en, formula, Unit.MICRO, of, lambda s: sum(s.unpriced_micro[k] for k in kinds)
    )


SEARCHES = _credited(
    "credited_searches",
    "归因搜索",
    "Credited searches",
    _("Searches at the partner by people who touched a note before, split by the model."),
    Unit.MICRO,
    Population.SEARCHES,
    lambda s: s.credited("search"),
)
VISITS = _credited(
    "credited_visits",
    "归因进店",
    "Credited visits",
    _("Store visits by people who touched a note before, split by the model."),
    Unit.MICRO,
    Population.VISITS,
    lambda s: s.credited("visit"),
)
FAVOURITES = _credited(
    "credited_favourites",
    "归因收藏",
    "Credited favourites",
    _("Products or stores put among the favourites by people who touched a note before."),
    Unit.MICRO,
    Population.FAVOURITES,
    lambda s: s.credited("favourite"),
)
CARTS = _credited(
    "credited_carts",
    "归因加购",
    "Credited carts",
    _("Products put into the cart by people who touched a note before, split by the model."),
    Unit.MICRO,
    Population.CARTS,
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
    Population.ORDERS,
    lambda s: s.credited(ORDER),
)
# Beside what is credited and never added to it. Each row counts an order once, and so does the sum
# of all rows, which is therefore less than what the rows add up to.
ASSISTED: Metric[Sums] = Metric(
    "assisted_orders",
    "助攻订单",
    "Assisted orders",
    _(
        "Order lines in which a note had an eligible touch inside the window and the model credits"
        " it nothing. Several notes may have a part in one order: the sum counts it once. A model"
        " that credits each touch has none."
    ),
    Unit.COUNT,
    True,
    Population.ORDERS,
    Grain.ASSIST,
    ORDER_DAY,
    CREDIT,
    lambda s: s.assists(ORDER),
    additive=Additive.NO,
)
UNPRICED: Metric[Sums] = _unpriced(
    "unpriced_orders",
    "金额未知订单",
    "Orders of unknown value",
    _("The part of the credited orders whose value the partner did not send."),
    Population.ORDERS,
    ORDER,
)
UNPRICED_REFUNDS: Metric[Sums] = _unpriced(
    "unpriced_refunds",
    "金额未知退款",
    "Refunds of unknown value",
    _("The part of the credited refunds whose value the partner did not send."),
    Population.ORDERS,
    REFUND,
)
UNPRICED_NET: Metric[Sums] = _unpriced(
    "unpriced_orders_and_refunds",
    "金额未知订单与退款",
    "Orders and refunds of unknown value",
    _("Credited orders and credited refunds whose value the partner did not send."),
    Population.ORDERS,
    ORDER,
    REFUND,
)
UNPRICED_DEPOSITS: Metric[Sums] = _unpriced(
    "unpriced_deposits",
    "金额未知定金",
    "Deposits of unknown value",
    _("The part of the credited presale deposits whose value the partner did not send."),
    Population.DEPOSITS,
    DEPOSIT,
)
UNPRICED_DEPOSIT_REFUNDS: Metric[Sums] = _unpriced(
    "unpriced_deposit_refunds",
    "金额未知定金退款",
    "Deposit refunds of unknown value",
    _("The part of the credited deposit refunds whose value the partner did not send."),
    Population.DEPOSITS,
    DEPOSIT_REFUND,
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
    Population.ORDERS,
    lambda s: s.fen(ORDER),
    unknown=UNPRICED.code,
)
REFUND_VALUE = _credited(
    "credited_refund_value",
    "归因退款额",
    "Credited refunds",
    _(
        "Value of refunds of credited orders, at most what the order was worth, split like their"
        " orders, on the day of the refund. Refunds of presale deposits are not in it."
    ),
    Unit.FEN,
    Population.ORDERS,
    lambda s: s.fen(REFUND),
    unknown=UNPRICED_REFUNDS.code,
    version=2,
)
NET_GMV = _credited(
    "credited_net_gmv",
    "归因净 GMV",
    "Credited net GMV",
    _("Credited GMV minus credited refunds of orders, both of the same days."),
    Unit.FEN,
    Population.ORDERS,
    lambda s: sum_of(s.fen(ORDER), s.fen(REFUND)),
    unknown=UNPRICED_NET.code,
    statistic=Statistic.NET,
    version=2,
)
FOLLOWS = _credited(
    "credited_follows",
    "归因关注店铺",
    "Credited store follows",
    _("Stores followed by people who touched a note before, split by the model."),
    Unit.MICRO,
    Population.FOLLOWS,
    lambda s: s.credited(FOLLOW),
)
DEPOSITS = _credited(
    "credited_deposits",
    "归因预售定金笔数",
    "Credited deposits",
    _("Presale deposits by people who touched a note before. They are no orders, and not in GMV."),
    Unit.MICRO,
    Population.DEPOSITS,
    lambda s: s.credited(DEPOSIT),
)
DEPOSIT_VALUE = _credited(
    "credited_deposit_value",
    "归因预售定金",
    "Value of credited deposits",
    _("Value of the credited presale deposits. It is in neither GMV nor net GMV."),
    Unit.FEN,
    Population.DEPOSITS,
    lambda s: s.fen(DEPOSIT),
    unknown=UNPRICED_DEPOSITS.code,
)
DEPOSIT_REFUND_VALUE = _credited(
    "credited_deposit_refund_value",
    "归因定金退款额",
    "Credited deposit refunds",
    _("Value of refunds of credited presale deposits, on the day of the refund."),
    Unit.FEN,
    Population.DEPOSITS,
    lambda s: s.fen(DEPOSIT_REFUND),
    unknown=UNPRICED_DEPOSIT_REFUNDS.code,
)
ORDER_VALUE = _credited(
    "credited_order_value",
    "归因单均价",
    "Credited GMV per order",
    _("Credited GMV ÷ the credited orders whose value is known."),
    Unit.FEN,
    Population.ORDERS,
    lambda s: ratio(s.value_fen[ORDER] * MICRO, s.credited_micro[ORDER] - s.unpriced_micro[ORDER]),
    additive=Additive.NO,
    statistic=Statistic.RATIO,
)
# Both sums must be of the day of the touch: by day of the conversion it is not shown, since orders
# of one day would be divided by the reads of another.
GMV_PER_MILLE = Metric(
    "gmv_per_1000_reads",
    "千次阅读归因 GMV",
    "Credited GMV per 1,000 reads",
    _("Credited GMV ÷ reads × 1,000, both of the days of the touches."),
    Unit.FEN,
    True,
    Population.ORDERS,
    Grain.EXPOSURE,
    TOUCH_DAY,
    CREDIT,
    lambda s: ratio(None if (gmv := s.fen(ORDER)) is None else gmv * 1000, s.touchpoints["view"]),
    additive=Additive.NO,
    statistic=Statistic.RATIO,
    version=2,
)
