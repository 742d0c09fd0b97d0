"""Maturity: how much of what the touches of a day will have earned is in, and what is expected.

None of it is counted, so none of it stands in a column with what is.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.metrics.estimates import Statistic
from reports.metrics.meanings import TOUCH_DAY, Additive, Grain, Population
from reports.metrics.metric import Metric, Unit, Value
from reports.metrics.sums import Expected

_CURVE = _("credit facts, and the delays of touches whose window is over")


def _orders(code: str, zh: str, en: str, formula: Promise, of: str) -> Metric[Expected]:
    def compute(expected: Expected) -> Value:
        value: int | None = getattr(expected, of)
        return value

    return Metric(
        code, zh, en, formula, Unit.COUNT, True, Population.ORDERS, Grain.CREDIT_OF_TOUCH,
        TOUCH_DAY, _CURVE, compute, additive=Additive.NO,
    )  # fmt: skip


SHARE_IN: Metric[Expected] = Metric(
    "share_in",
    "成熟度",
    "Share in",
    _(
        "What part of the orders that these touches earn within their window has usually come by"
        " now, weighted by reads; 100 only when the window is over."
    ),
    Unit.SHARE,
    True,
    Population.ORDERS,
    Grain.CREDIT_OF_TOUCH,
    TOUCH_DAY,
    _CURVE,
    lambda expected: expected.share,
    additive=Additive.NO,
    statistic=Statistic.RATIO,
)
EXPECTED_ORDERS = _orders(
    "expected_orders", "预计归因订单", "Expected orders",
    _("Credited orders of the days that are all in, divided by the share that is in; an estimate."),
    "orders",
)  # fmt: skip
EXPECTED_LOW = _orders(
    "expected_orders_low", "预计归因订单下限", "Expected orders, at least",
    _("The lower bound of the expected orders, which holds with the upper one in 95 of 100 cases."),
    "low",
)  # fmt: skip
EXPECTED_HIGH = _orders(
    "expected_orders_high", "预计归因订单上限", "Expected orders, at most",
    _("The upper bound of the expected orders, which holds with the lower one in 95 of 100 cases."),
    "high",
)  # fmt: skip
MATURITY = (SHARE_IN, EXPECTED_ORDERS, EXPECTED_LOW, EXPECTED_HIGH)
