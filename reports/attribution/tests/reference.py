"""The rules of attribution once more, from their text: slow, in plain Python, without SQL and any
code of the engine. Tests compare every row of the engine with what this module computes.

All ids are text, and compare by the bytes of their UTF-8. Money is fen.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

MODELS = ("last_touch", "first_touch", "linear", "time_decay", "position_based")
# What can be taken back, and what its refund is called.
REFUND_OF = {"order": "refund", "presale_deposit": "deposit_refund"}
# Clicks of our own links that are kept and counted, and earn nothing.
SET_ASIDE = ("repeated_click", "machine_click")


@dataclass(frozen=True)
class Touchpoint:
    event_id: str
    occurred_at: datetime
    user_id: str | None
    note_id: str
    kind: str
    listing_id: str | None = None
    source: str = ""
    boost_id: str | None = None

    @property
    def place(self) -> tuple[datetime, bytes, bytes]:
        """Where it stands among others."""
        return self.occurred_at, self.event_id.encode(), self.source.encode()


@dataclass(frozen=True)
class Conversion:
    event_id: str
    occurred_at: datetime
    user_id: str | None
    store_id: str
    product_id: str | None
    kind: str
    value_fen: int | None = None
    click_id: str | None = None
    refund_of: str | None = None
    order_id: str | None = None
    source: str = ""
    quantity: int | None = None
    is_new_customer: bool | None = None
    is_new_visitor: bool | None = None

    @property
    def place(self) -> tuple[datetime, bytes, bytes]:
        """Where it stands among the refunds of its order."""
        return self.occurred_at, self.event_id.encode(), self.source.encode()


@dataclass(frozen=True)
class Listing:
    listing_id: str
    note_id: str
    product_id: str
    store_id: str
    live_from: datetime
    live_to: datetime | None = None


@dataclass(frozen=True)
class Match:
    level: str
    credited: list[tuple[Touchpoint, str]]  # in order, with the listing each is credited to
    click: Touchpoint | None
    order: Conversion


@dataclass(frozen=True)
class Taken:
    """What a refund takes back of its order: from so much on, to so much; and what nobody owes."""

    order: Conversion
    before_fen: int
    after_fen: int
    excess_fen: int


@dataclass(frozen=True)
class Row:
    """What a conversion gives a touchpoint under a model."""

    conversion: Conversion
    touchpoint: Touchpoint
    model: str
    listing_id: str
    level: str
    micro: int
    fen: int | None


@dataclass
class World:
    """No verdicts are in here: every row is one that was accepted, and the newest of its key."""

    touchpoints: list[Touchpoint] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)

    def credit(self, window_days: int = 15) -> list[Row]:
        """All that touchpoints get, of every conversion, under every model."""
        return [
            row
            for conversion in self.conversions
            for match in [self.match(conversion, window_days)]
            if match
            for model in MODELS
            for row in self._rows(conversion, match, model)
        ]

    def assists(self, window_days: int = 15) -> Iterator[tuple[Conversion, str, set[str]]]:
        """Of every order, under every model, what had a part in it and no weight: names of
        listings and of notes, such as “note n1”."""
        for order in self.conversions:
            match = self.match(order, window_days) if order.kind == "order" else None
            for model in MODELS if match else ():
                assert match
                weights = self._weights(match, model)
                weight: dict[str, int] = defaultdict(int)
                for (touchpoint, listing_id), of_touch in zip(match.credited, weights, strict=True):
                    weight[f"listing {listing_id}"] += of_touch
                    weight[f"note {touchpoint.note_id}"] += of_touch
                yield order, model, {name for name, total in weight.items() if not total}

    def match(self, conversion: Conversion, window_days: int) -> Match | None:
        if conversion.kind != "refund":
            return self._match_order(conversion, window_days)
        taken = self.taken.get(conversion)
        return self._match_order(taken.order, window_days) if taken else None

    @cached_property
    def taken(self) -> dict[Conversion, Taken]:
        """By refund whose order line is known: the refunds of an order taken together, in order."""
        of_order: dict[Conversion, list[Conversion]] = defaultdict(list)
        for refund in self.conversions:
            order = self._order_of(refund) if refund.kind == "refund" else None
            if order is not None:
                of_order[order].append(refund)
        return {
            refund: taken
            for order, refunds in of_order.items()
            for refund, taken in self._together(order, refunds)
        }

    @staticmethod
    def _together(
        order: Conversion, refunds: list[Conversion]
    ) -> Iterator[tuple[Conversion, Taken]]:
        asked = 0
        for refund in sorted(refunds, key=lambda refund: refund.place):
            value = refund.value_fen or 0
            before, after = asked, asked + value
            asked = after
            if order.value_fen is not None:
                before, after = min(before, order.value_fen), min(after, order.value_fen)
            yield refund, Taken(order, before, after, value - (after - before))

    def _order_of(self, refund: Conversion) -> Conversion | None:
        """The one order line that a refund names, in its store."""
        sold = [
            c for c in self.conversions if c.kind in REFUND_OF and c.store_id == refund.store_id
        ]
        others = sorted({c.source for c in sold} - {refund.source}, key=str.encode)
        for source in (refund.source, *others):
            here = [c for c in sold if c.source == source]
            for lines in (
                [c for c in here if c.event_id == refund.refund_of],
                [c for c in here if c.order_id is not None and c.order_id == refund.refund_of],
            ):
                if lines:
                    return lines[0] if len(lines) == 1 else None
        return None

    def kind(self, conversion: Conversion) -> str:
        """What facts call it."""
        if conversion.kind != "refund":
            return conversion.kind
        taken = self.taken.get(conversion)
        return REFUND_OF[taken.order.kind] if taken else "unknown_refund"

    def value(self, conversion: Conversion) -> int | None:
        """What it counts in sums: of a refund what it takes back of its order, as a negative."""
        if conversion.value_fen is None or conversion.kind != "refund":
            return conversion.value_fen
        taken = self.taken.get(conversion)
        return taken.before_fen - taken.after_fen if taken else -conversion.value_fen

    def _match_order(self, order: Conversion, window_days: int) -> Match | None:
        near = [
            t
            for t in self.touchpoints
            if t.kind not in SET_ASIDE
            and timedelta(0) < order.occurred_at - t.occurred_at <= timedelta(days=window_days)
        ]
        click = self._click(order)
        if click is not None and (click not in near or not self._listings(click, order)):
            click = None
        user = order.user_id if order.user_id is not None else click and click.user_id
        mine = [t for t in near if user is not None and t.user_id == user]
        level, found = "product", self._found(mine, order, same_product=True)
        if not found:
            level, found = "store", self._found(mine, order)
        if click is not None:
            level = "click_id"
            found.setdefault(click, self._pick(click, self._listings(click, order)))
        if not found:
            return None
        return Match(level, sorted(found.items(), key=lambda item: item[0].place), click, order)

    def _click(self, order: Conversion) -> Touchpoint | None:
        """The click that an order names: where sources share an id, the latest before it."""
        named = [
            t
            for t in self.touchpoints
            if t.event_id == order.click_id
            and t.kind == "click"
            and t.occurred_at < order.occurred_at
        ]
        return max(named, key=lambda t: t.place, default=None)

    def _listings(
        self, t: Touchpoint, order: Conversion, *, same_product: bool = False
    ) -> set[str]:
        return {
            listing.listing_id
            for listing in self.listings
            if listing.store_id == order.store_id
            and (not same_product or listing.product_id == order.product_id)
            and _is_live(listing, t)
        }

    def shown(self, t: Touchpoint) -> set[str]:
        """The listings that were live on its note at a touch, or the one of them that it names."""
        live = {listing.listing_id for listing in self.listings if _is_live(listing, t)}
        return {t.listing_id} if t.listing_id is not None and t.listing_id in live else live

    def _found(
        self, mine: list[Touchpoint], order: Conversion, *, same_product: bool = False
    ) -> dict[Touchpoint, str]:
        eligible = {t: self._listings(t, order, same_product=same_product) for t in mine}
        return {t: self._pick(t, listings) for t, listings in eligible.items() if listings}

    @staticmethod
    def _pick(t: Touchpoint, eligible: set[str]) -> str:
        if t.listing_id is not None and t.listing_id in eligible:
            return t.listing_id
        return min(eligible, key=str.encode)

    def _rows(self, conversion: Conversion, match: Match, model: str) -> Iterator[Row]:
        weights = self._weights(match, model)
        micro = split(1_000_000, weights)
        fen = self._fen(conversion, weights)
        for k, (touchpoint, listing_id) in enumerate(match.credited):
            if weights[k]:
                value = None if fen is None else fen[k]
                yield Row(conversion, touchpoint, model, listing_id, match.level, micro[k], value)

    def _fen(self, conversion: Conversion, weights: list[int]) -> list[int] | None:
        """What each touchpoint gets, or loses by a refund; None where the value is unknown."""
        if conversion.value_fen is None:
            return None
        if conversion.kind != "refund":
            return split(conversion.value_fen, weights)
        taken = self.taken[conversion]
        before, after = split(taken.before_fen, weights), split(taken.after_fen, weights)
        return [b - a for b, a in zip(before, after, strict=True)]

    @staticmethod
    def _weights(match: Match, model: str) -> list[int]:
        touchpoints = [touchpoint for touchpoint, _ in match.credited]
        n = len(touchpoints)
        if model == "linear":
            return [1] * n
        if model == "first_touch":
            return [1] + [0] * (n - 1)
        if model == "position_based":
            return [1] * n if n <= 2 else [2 * (n - 2)] + [1] * (n - 2) + [2 * (n - 2)]
        if model == "time_decay":
            ages = [match.order.occurred_at - t.occurred_at for t in touchpoints]
            return [round(2**20 * 2 ** (-(age // timedelta(hours=1)) / 168)) for age in ages]
        assert model == "last_touch"
        clicks = [k for k in range(n) if touchpoints[k].kind == "click"]
        last = clicks[-1] if clicks else n - 1
        if match.click is not None:
            last = touchpoints.index(match.click)
        return [int(k == last) for k in range(n)]


def _is_live(listing: Listing, t: Touchpoint) -> bool:
    return (
        listing.note_id == t.note_id
        and listing.live_from <= t.occurred_at
        and (listing.live_to is None or t.occurred_at < listing.live_to)
    )


def split(amount: int, weights: list[int]) -> list[int]:
    """`amount` in integer parts by `weights`, exactly."""
    total, running, taken, parts = sum(weights), 0, 0, []
    for weight in weights:
        running += weight
        parts.append(amount * running // total - taken)
        taken += parts[-1]
    return parts
