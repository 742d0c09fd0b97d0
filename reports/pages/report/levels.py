"""All orders of a merchant's stores, by how sure we are what explains them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from reports.metrics import printing
from reports.metrics import registry as metrics
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
    """A part of all orders. `start` and `width` of 100 draw it in one bar."""

    code: str
    label: str | Promise
    orders: str
    share: str
    gmv: str
    unpriced: int
    start: float
    width: float


def levels_of(orders: Orders) -> list[Level]:
    """The parts of `orders`, the surest first."""
    count_all, start = orders.count(*LEVELS), 0.0
    found: list[Level] = []
    for code, label in LEVELS.items():
        count = orders.count(code)
        width = 100 * count / count_all if count_all else 0.0
        found.append(
            Level(
                code or "none",
                label,
                printing.text(count, Unit.COUNT),
                printing.text(metrics.ratio(count, count_all), Unit.SHARE),
                printing.text(orders.fen(code), Unit.FEN),
                orders.without_value(code),
                round(start, 3),
                round(width, 3),
            )
        )
        start += width
    return found
