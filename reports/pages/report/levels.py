"""All orders of a merchant's stores, by how sure we are what explains them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.metric import value_of
from reports.metrics.registry import Unit
from reports.metrics.sums import CLICK_ID, PRODUCT, STORE, UNMATCHED, Orders

LEVELS = {
    CLICK_ID: gettext_lazy("The order names the click"),
    PRODUCT: gettext_lazy("A note linked this very product"),
    STORE: gettext_lazy("A note linked another product of the store"),
    UNMATCHED: gettext_lazy("No note explains it"),
}


@dataclass(frozen=True)
class Level:
    """A part of all orders. `start` and `width` of 100 draw it in one bar.

    A number of a sample is followed by a line that says between which bounds it is.
    """

    code: str
    label: str | Promise
    orders: str
    orders_between: str
    share: str
    share_between: str
    gmv: str
    gmv_between: str
    unpriced: int
    start: float
    width: float


def levels_of(orders: Orders) -> list[Level]:
    """The parts of all orders, the surest first."""
    count_all, start = orders.count(*LEVELS), 0.0
    found: list[Level] = []
    for code, label in LEVELS.items():
        count = orders.count(code)
        share = metrics.ratio(count, count_all)
        width = float(100 * (value_of(share) or 0))
        found.append(
            Level(
                code or "none",
                label,
                *printing.told_of(count, Unit.COUNT),
                *printing.told_of(share, Unit.SHARE),
                *printing.told_of(orders.fen(code), Unit.FEN),
                round(value_of(orders.without_value(code)) or 0),
                round(start, 3),
                round(width, 3),
            )
        )
        start += width
    return found
