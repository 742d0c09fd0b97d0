"""The rules of attribution once more: slow, in plain Python, sharing no code with the engine.

Tests compare every credit row of the engine with what this module computes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MODELS = ("last_touch", "first_touch", "linear", "time_decay", "position_based")


@dataclass(frozen=True)
class Touchpoint:
    event_id: str
    occurred_at: datetime
    user_id: str
    note_id: str
    kind: str
    listing_id: str | None = None


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


@dataclass
class World:
    touchpoints: list[Touchpoint] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)

    def credit(self, window_days: int = 15) -> set[tuple[object, ...]]:
        """Rows of credit.parquet as a set of tuples, in the order of its columns."""
        rows: set[tuple[object, ...]] = set()
        for conversion in self.conversions:
            match = self.match(conversion, window_days)
            if match is not None:
                for model in MODELS:
                    rows |= self._rows(conversion, match, model)
        return rows

    def match(self, conversion: Conversion, window_days: int) -> Match | None:
        if conversion.kind != "refund":
            return self._match_order(conversion, window_days)
        for order in self.conversions:
            if order.event_id == conversion.refund_of and order.kind in (
                "order",
                "presale_deposit",
            ):
                return self._match_order(order, window_days)
        return None

    def _match_order(self, order: Conversion, window_days: int) -> Match | None:
        near = [
            t
            for t in self.touchpoints
            if timedelta(0) < order.occurred_at - t.occurred_at <= timedelta(days=window_days)
        ]
        click = None
        for t in near:
            if t.event_id == order.click_id and t.kind == "click" and self._listings(t, order):
                click = t
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
        ordered = sorted(found.items(), key=lambda item: (item[0].occurred_at, item[0].event_id))
        return Match(level, ordered, click, order)

    def _listings(
        self, t: Touchpoint, order: Conversion, *, same_product: bool = False
    ) -> set[str]:
        return {
            listing.listing_id
            for listing in self.listings
            if listing.note_id == t.note_id
            and listing.store_id == order.store_id
            and (not same_product or listing.product_id == order.product_id)
            and listing.live_from <= t.occurred_at
            and (listing.live_to is None or t.occurred_at < listing.live_to)
        }

    def _found(
        self, mine: list[Touchpoint], order: Conversion, *, same_product: bool = False
    ) -> dict[Touchpoint, str]:
        eligible = {t: self._listings(t, order, same_product=same_product) for t in mine}
        return {t: self._pick(t, listings) for t, listings in eligible.items() if listings}

    @staticmethod
    def _pick(t: Touchpoint, eligible: set[str]) -> str:
        return t.listing_id if t.listing_id in eligible and t.listing_id else min(eligible)

    def _rows(self, conversion: Conversion, match: Match, model: str) -> set[tuple[object, ...]]:
        weights = self._weights(match, model)
        micro = split(1_000_000, weights)
        value = None if conversion.value_fen is None else split(conversion.value_fen, weights)
        sign = -1 if conversion.kind == "refund" else 1
        return {
            (
                conversion.event_id,
                touchpoint.event_id,
                model,
                listing_id,
                touchpoint.note_id,
                match.level,
                micro[k],
                None if value is None else sign * value[k],
            )
            for k, (touchpoint, listing_id) in enumerate(match.credited)
            if weights[k]
        }

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
        clicks = [k for k in range(n) if touchpoints[k].kind == "click"]
        last = clicks[-1] if clicks else n - 1
        if match.click is not None:
            last = touchpoints.index(match.click)
        return [int(k == last) for k in range(n)]


def split(amount: int, weights: list[int]) -> list[int]:
    """`amount` in integer parts by `weights`, exactly."""
    total, running, taken, parts = sum(weights), 0, 0, []
    for weight in weights:
        running += weight
        parts.append(amount * running // total - taken)
        taken += parts[-1]
    return parts
