"""What facts add up to, which every metric is computed from: integers, or what samples hold."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reports.metrics.meanings import BOOSTED, CHANNELS, KEPT, UNASSUMED
from reports.metrics.sampled import Counts, Number

MICRO = 1_000_000
# Kinds of facts: a refund is one of an order, that of a deposit is a kind of its own, as is what
# refunds ask for that no known order holds.
ORDER, REFUND = "order", "refund"
DEPOSIT, DEPOSIT_REFUND = "presale_deposit", "deposit_refund"
UNKNOWN_REFUND, EXCESS_REFUND = "unknown_refund", "excess_refund"
VISIT, FOLLOW = "visit", "follow_store"
CLICK_ID, PRODUCT, STORE, UNMATCHED = "click_id", "product", "store", ""
MATCHED = (CLICK_ID, PRODUCT, STORE)
# Of these kinds sums know the part that boosted touches have, where boosts cost something.
OF_BOOSTS = (ORDER, VISIT)


@dataclass(frozen=True)
class Sums:
    """Exact sums of credit facts and touch facts, per kind of event.

    `touchpoints` counts, `credited_micro` is millionths of a conversion, `value_fen` is fen and
    negative for refunds. `unpriced_micro` is the part of `credited_micro` whose value nobody knows.

    `assisted` counts orders in which something had a part without credit, and does not add up over
    notes and listings: sums of one of them have it in `assisted_of`, and two of them together know
    no number. What was not counted is named in `uncounted`.

    `spent` is what the delivery of boosts was and cost, and what was paid outside, by what is told
    of it (`OF_SPEND`): fen, impressions and clicks, and exact even where touches were sampled. Of
    it `unmatched` is the cost of days whose results are not in these sums, `unmatched_outside` that
    of what was paid outside. Of a day that has no numbers these sums are
    `is_blank`: nothing is known but what it cost.
    """

    touchpoints: Counts = field(default_factory=Counts)
    credited_micro: Counts = field(default_factory=Counts)
    value_fen: Counts = field(default_factory=Counts)
    unpriced_micro: Counts = field(default_factory=Counts)
    assisted: Counts = field(default_factory=Counts)
    assisted_of: set[Any] = field(default_factory=set, compare=False)
    uncounted: set[str] = field(default_factory=set, compare=False)
    spent: Counts = field(default_factory=Counts)
    is_blank: bool = field(default=False, compare=False)

    @classmethod
    def empty(cls, *, touched: Number = 0, credited: Number = 0) -> "Sums":
        """Sums without facts; in a sample, where nothing is not nothing, see `nothing_of`."""
        micro, fen, unpriced, assisted = (Counts(nothing=credited) for _column in range(4))
        return cls(Counts(nothing=touched), micro, fen, unpriced, assisted)

    @classmethod
    def of(cls, parts: "Iterable[Sums]") -> "Sums":
        """What `parts` add up to."""
        total = cls()
        for part in parts:
            total.add(part)
        return total

    def add(self, other: "Sums") -> None:
        """Take `other` in."""
        self.touchpoints.join(other.touchpoints)
        self.credited_micro.join(other.credited_micro)
        self.value_fen.join(other.value_fen)
        self.unpriced_micro.join(other.unpriced_micro)
        self.assisted.join(other.assisted)
        self.assisted_of.update(other.assisted_of)
        self.uncounted.update(other.uncounted)
        self.spent.join(other.spent)

    def blank(self) -> "Sums":
        """The same where nothing is known but what was spent."""
        return Sums(spent=self.spent, is_blank=True)

    def all_boosted(self) -> None:
        """All that is credited is so to boosted touches."""
        for counts in (self.credited_micro, self.value_fen, self.unpriced_micro):
            for kind in OF_BOOSTS:
                if kind in counts:
                    counts[BOOSTED + kind] = counts[kind]

    def keep_orders(self, factor: int | None) -> None:
        """What its orders leave, of whose value `factor` millionths are left; None where that is
        not known."""
        part = UNASSUMED if factor is None else KEPT
        if ORDER not in self.credited_micro:
            return
        for counts, times in (
            (self.credited_micro, 1), (self.value_fen, factor or 0), (self.unpriced_micro, 1),
        ):  # fmt: skip
            counts[part + ORDER] = counts[ORDER] * times

    def spend(self, what: str) -> Number:
        """What delivery was or cost, whether or not anything came of it."""
        spent: Number = self.spent[what]
        return spent

    def matched_spend(self, what: str) -> Number | None:
        """The same beside what it brought; None where the cost of some days is known and what they
        brought is not: one would be divided by the other of other days."""
        return None if self.spent["unmatched"] else self.spend(what)

    def matched_cost(self, what: str) -> Number | None:
        """`what` of the spend and all that was paid outside, beside what it brought; None where the
        cost of some days is known and what they brought is not."""
        spent = self.spent
        if spent["unmatched"] or spent["unmatched_outside"]:
            return None
        cost: Number = self.cost(what)
        return cost

    def cost(self, what: str) -> Any:
        """`what` of the spend, and all that was paid outside."""
        return self.spend(what) + self.outside()

    def outside(self) -> Any:
        """What was paid outside, in whatever channel."""
        return sum(self.spend(f"outside_{channel}") for channel in CHANNELS)

    def kept_micro(self) -> Number | None:
        """What all orders leave by what is assumed of their days, in millionths of fen; None where
        something is not assumed of one of the days, or no value is known."""
        if self.credited_micro[UNASSUMED + ORDER] or self.fen(ORDER) is None:
            return None
        kept: Number = self.value_fen[KEPT + ORDER]
        return kept

    def unmeasured(self) -> Any:
        """What nobody measures."""
        return None

    def credited(self, *kinds: str) -> Number:
        return sum(self.credited_micro[kind] for kind in kinds)

    def touched(self, *kinds: str) -> Number:
        return sum(self.touchpoints[kind] for kind in kinds)

    def assists(self, kind: str) -> Number | None:
        """How many conversions of `kind` had a part without credit; None where not all of them are
        counted, or some perhaps twice."""
        is_known = not self.uncounted and len(self.assisted_of) <= 1
        return self.assisted[kind] if is_known else None

    def fen(self, kind: str) -> Number | None:
        """The value of all conversions of `kind`; None when not one of them has a known value."""
        credited: Number = self.credited_micro[kind]
        if credited and self.unpriced_micro[kind] == credited:
            return None
        value: Number = self.value_fen[kind]
        return value


@dataclass(frozen=True)
class Orders:
    """All orders of the merchant's stores, by the level at which they matched.

    The level "" is what no touchpoint explains. Counts are whole orders, values fen; `unpriced`
    counts the orders whose value nobody knows. What is counted whatever explains it stands in
    `counted`, by kind of conversion and what is counted: `conversions`, `value_fen` (negative for
    refunds), `unpriced`, `numbers` (of orders), `units`, `without_units`, `newcomers` (orders of
    new customers, visits of new visitors), `maybe_newcomers` (of whom nobody says). A pair in
    `uncounted` is of days that are computed without it.
    """

    orders: Counts = field(default_factory=Counts)
    value_fen: Counts = field(default_factory=Counts)
    unpriced: Counts = field(default_factory=Counts)
    counted: Counts = field(default_factory=Counts)
    uncounted: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def empty(cls, nothing: Number) -> "Orders":
        """No orders; in a sample, where that is not nothing, see `nothing_of`."""
        return cls(
            orders=Counts(nothing=nothing), value_fen=Counts(nothing=nothing),
            unpriced=Counts(nothing=nothing), counted=Counts(nothing=nothing),
        )  # fmt: skip

    def count(self, *levels: str) -> Number:
        return sum(self.orders[level] for level in levels)

    def all(self, kind: str, what: str) -> Number | None:
        """How many of `what` all conversions of `kind` are; None where some were not counted."""
        return None if (kind, what) in self.uncounted else self.counted[kind, what]

    def known(self, kind: str, what: str, *, among: str, unknown: str) -> Number | None:
        """How many of `what` they are as far as is known; None where it is `unknown` of all `among`
        them."""
        count = self.all(kind, among)
        return None if count and self.all(kind, unknown) == count else self.all(kind, what)

    def worth(self, kind: str) -> Number | None:
        """The value of all conversions of `kind`; None when not one of them has a known value."""
        return self.known(kind, "value_fen", among="conversions", unknown="unpriced")

    def without_value(self, *levels: str) -> Number:
        """How many orders of these levels have no known value."""
        return sum(self.unpriced[level] for level in levels)

    def fen(self, *levels: str) -> Number | None:
        """The value of the orders of these levels; None when not one of them has a known value."""
        count = self.count(*levels)
        if count and self.without_value(*levels) == count:
            return None
        return sum(self.value_fen[level] for level in levels)


@dataclass(frozen=True)
class Expected:
    """What is expected of some touches: the part that is in, and orders with their bounds.

    `share` is rounded down to whole hundredths, and 1 only when the window of all is over; None of
    anything is what is not known. Of a small share it is too early to say how many.
    """

    share: Fraction | None = None
    orders: int | None = None
    low: int | None = None
    high: int | None = None
    is_too_early: bool = False
