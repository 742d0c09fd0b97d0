"""What facts add up to: the integers every metric is computed from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

MICRO = 1_000_000
ORDER, REFUND = "order", "refund"
CLICK_ID, PRODUCT, STORE, UNMATCHED = "click_id", "product", "store", ""
MATCHED = (CLICK_ID, PRODUCT, STORE)


@dataclass(frozen=True)
class Sums:
    """Exact sums of credit facts and touch facts, per kind of event.

    `touchpoints` counts, `credited_micro` is millionths of a conversion, `value_fen` is fen and
    negative for refunds. `unpriced_micro` is the part of `credited_micro` whose value nobody knows.
    """

    touchpoints: Counter[str] = field(default_factory=Counter)
    credited_micro: Counter[str] = field(default_factory=Counter)
    value_fen: Counter[str] = field(default_factory=Counter)
    unpriced_micro: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, parts: "Iterable[Sums]") -> "Sums":
        """What `parts` add up to."""
        total = cls()
        for part in parts:
            total.add(part)
        return total

    def add(self, other: "Sums") -> None:
        """Take `other` in. Unlike `+` on counters this keeps zeros and negative values."""
        self.touchpoints.update(other.touchpoints)
        self.credited_micro.update(other.credited_micro)
        self.value_fen.update(other.value_fen)
        self.unpriced_micro.update(other.unpriced_micro)

    def credited(self, *kinds: str) -> int:
        return sum(self.credited_micro[kind] for kind in kinds)

    def touched(self, *kinds: str) -> int:
        return sum(self.touchpoints[kind] for kind in kinds)

    def fen(self, kind: str) -> int | None:
        """The value of all conversions of `kind`; None when not one of them has a known value."""
        credited = self.credited_micro[kind]
        if credited and self.unpriced_micro[kind] == credited:
            return None
        return self.value_fen[kind]


@dataclass(frozen=True)
class Orders:
    """All orders of the merchant's stores, by the level at which they matched.

    The level "" is what no touchpoint explains. Counts are whole orders, values fen; `unpriced`
    counts the orders whose value nobody knows.
    """

    orders: Counter[str] = field(default_factory=Counter)
    value_fen: Counter[str] = field(default_factory=Counter)
    unpriced: Counter[str] = field(default_factory=Counter)

    def count(self, *levels: str) -> int:
        return sum(self.orders[level] for level in levels)

    def without_value(self, *levels: str) -> int:
        """How many orders of these levels have no known value."""
        return sum(self.unpriced[level] for level in levels)

    def fen(self, *levels: str) -> int | None:
        """The value of the orders of these levels; None when not one of them has a known value."""
        count = self.count(*levels)
        if count and self.without_value(*levels) == count:
            return None
        return sum(self.value_fen[level] for level in levels)
