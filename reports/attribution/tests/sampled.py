"""Samples of hostile worlds by the text of the rules, slow and without SQL: what is agreed of which
days, of how large a sample an event is, and in which group whoever it is of stands.
"""

from dataclasses import dataclass
from datetime import date, timedelta, timezone
from decimal import Decimal
from hashlib import md5

import pyarrow as pa

from reports.attribution import samples
from reports.attribution.tests.reference import Conversion, Touchpoint, World
from reports.attribution.tests.worlds import START

SHANGHAI = timezone(timedelta(hours=8))
EPOCH = date(1970, 1, 1)
# A category that has ratios of its own; products with these endings are in it.
CATEGORY = 3
ENDINGS = ("é",)
Sample = tuple[int | None, Decimal | None]
WIDEST = timedelta(days=30)
WHOLE: Sample = (None, None)


@dataclass(frozen=True)
class Agreed:
    """From the first to the last day of the world, both included."""

    source: str
    first: int
    last: int
    ratio: Decimal
    category: int = 0

    def covers(self, source: str, on: date) -> bool:
        return self.source == source and self.first <= (on - START.date()).days <= self.last


TOUCHES: tuple[Agreed, ...] = (
    Agreed("mall", 5, 12, Decimal("0.5")),
    Agreed("mall", 13, 20, Decimal("0.25")),
    Agreed("shop", 16, 25, Decimal("0.9")),
)
CONVERSIONS: tuple[Agreed, ...] = (
    Agreed("mall", 3, 40, Decimal("0.5")),
    Agreed("mall", 41, 60, Decimal("0.333333")),
    Agreed("mall", 8, 25, Decimal(1), CATEGORY),
    Agreed("shop", 20, 50, Decimal("0.2")),
    Agreed("shop", 1, 30, Decimal("0.75"), CATEGORY),
)


def nouns(made: World) -> dict[str, pa.Table]:
    """The regimes as the engine reads them."""

    def row(agreed: Agreed) -> dict[str, object]:
        begins = (START.date() - EPOCH).days
        return {
            "source": agreed.source, "category_id": agreed.category, "ratio": agreed.ratio,
            "first_day": begins + agreed.first, "last_day": begins + agreed.last,
        }  # fmt: skip

    products = {(c.store_id, c.product_id) for c in made.conversions if _category(c)}
    rows = {
        "touch_regimes": [row(agreed) for agreed in TOUCHES],
        "order_regimes": [row(agreed) for agreed in CONVERSIONS],
        "regime_products": [
            {"store_id": store, "product_id": product, "category_id": CATEGORY}
            for store, product in sorted(products)
        ],
    }
    return {name: pa.Table.from_pylist(rows[name], of) for name, of in samples.NOUNS.items()}


def of_touch(touch: Touchpoint) -> Sample:
    """A touch by itself, as exposure."""
    ratio = ratio_of_touch(touch)
    whose = touch.event_id + "\x1f" + touch.source if touch.user_id is None else touch.user_id
    return WHOLE if ratio == 1 else (_group(whose), ratio)


def of_conversion(made: World, conversion: Conversion) -> Sample:
    ratio = ratio_of_conversion(made, conversion)
    return WHOLE if ratio == 1 else (group(made, conversion), ratio)


def of_credit(made: World, conversion: Conversion, touch: Touchpoint) -> Sample:
    """Both have to be seen, and whoever is in the smaller sample is in the larger one."""
    ratio = min(ratio_of_conversion(made, conversion), ratio_of_touch(touch))
    return WHOLE if ratio == 1 else (group(made, conversion), ratio)


def ratio_of_touch(touch: Touchpoint) -> Decimal:
    on = touch.occurred_at.astimezone(SHANGHAI).date()
    return _ratio(TOUCHES, touch.source, on, category=0)


def ratio_of_conversion(made: World, conversion: Conversion) -> Decimal:
    """A refund is seen where its order is seen, too."""
    taken = made.taken.get(conversion)
    both = (conversion, taken.order) if taken else (conversion,)
    return min(
        _ratio(CONVERSIONS, c.source, c.occurred_at.astimezone(SHANGHAI).date(), _category(c))
        for c in both
    )


def group(made: World, conversion: Conversion) -> int:
    """Whom a conversion is of: its user, the one whose click it names, or its order."""
    taken = made.taken.get(conversion)
    order = taken.order if taken else conversion
    click = made._click(order) if order.user_id is None else None
    if click and order.occurred_at - click.occurred_at > WIDEST:
        click = None
    user = order.user_id or (click and click.user_id)
    return _group(user or order.store_id + "\x1f" + (order.order_id or order.event_id))


def _group(whose: str) -> int:
    return md5(whose.encode(), usedforsecurity=False).digest()[0] // 8


def _category(conversion: Conversion) -> int:
    product = conversion.product_id
    return CATEGORY if product is not None and product.endswith(ENDINGS) else 0


def _ratio(agreed: tuple[Agreed, ...], source: str, on: date, category: int) -> Decimal:
    there = {a.category: a.ratio for a in agreed if a.covers(source, on)}
    return there.get(category, there.get(0, Decimal(1)))
