"""What was sent into a world of news, and which days the rules let an event mark.

Written from the rules alone: a touchpoint of day d touches d to d + the widest window, and the days
of the refunds of the orders there; an order its day and the days of its refunds; a refund its day
and the days of later refunds of its order. Nothing here reads what news or runs have found.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from merchants.links import click_ids
from merchants.listings.models import Listing
from merchants.stores.models import Store, StoreStatus
from reports.attribution.choices import WINDOWS
from reports.attribution.tests.steps import LAST, noon

REACH = 50
DAYS = [LAST - timedelta(days=ago) for ago in range(-2, REACH + 1)]
Pair = tuple[int, date]
Row = dict[str, Any]


def day(row: Row) -> date:
    return date.fromisoformat(row["occurred_at"][:10])


def span(first_on: date, last_on: date) -> list[date]:
    return [first_on + timedelta(days=k) for k in range((last_on - first_on).days + 1)]


def is_same(old: Row, row: Row) -> bool:
    return (old["store_id"], old["event_id"]) == (row["store_id"], row["event_id"])


@dataclass
class Sent:
    """Every version of every row, by who said it: rows of clicks of our links are touches, too."""

    random: Random
    listings: list[Listing]
    stores: list[Store]
    boosts: list[str]
    touches: list[Row] = field(default_factory=list)
    conversions: list[Row] = field(default_factory=list)
    own: list[Row] = field(default_factory=list)
    clicks: dict[str, Row] = field(default_factory=dict)

    @property
    def told(self) -> list[Row]:
        """What the marketplace and the merchant himself have said of orders and refunds."""
        return self.conversions + self.own

    def some_day(self) -> int:
        return self.random.randint(0, REACH - 5)

    # Rows as they may be sent.

    def touch(self) -> Row:
        pick, number = self.random.choice, self.random.randint(1, 8)
        notes = [*(one.note.external_id for one in self.listings), "nobody's"]
        return {
            "event_id": f"t{number}",
            "occurred_at": noon(self.some_day()),
            "user_id": pick(["u1", "u2"]),
            "note_id": pick(notes),
            "kind": "click" if number % 2 else "view",
            "boost_id": pick(self.boosts) if self.random.random() < 0.3 else None,
        }

    def click(self) -> Row:
        """A click of our links: whoever reports it names the note that it was on."""
        number = str(self.random.randint(1, 3))
        if number not in self.clicks:
            self.clicks[number] = {
                **self.touch(), "event_id": click_ids.make(), "kind": "click", "boost_id": None,
            }  # fmt: skip
        return self.clicks[number]

    def conversion(self) -> Row:
        pick, number = self.random.choice, self.random.randint(1, 5)
        row: Row = {
            "occurred_at": noon(self.some_day()),
            "user_id": pick(["u1", "u2"]),
            "store_id": pick(self.stores).external_id,
            "product_id": pick(self.listings).product.external_id,
            "value_fen": self.random.randint(1, 1000),
            "order_id": None, "refund_of": None,
        }  # fmt: skip
        if self.random.random() < 0.6:
            ordered = pick([None, "o1", "o2"])
            return {**row, "event_id": f"c{number}", "kind": "order", "order_id": ordered}
        named = pick([f"c{self.random.randint(1, 5)}", "o1", "o2"])
        return {**row, "event_id": f"r{number}", "kind": "refund", "refund_of": named}

    # Whose they are.

    def merchant_of_note(self, note: str) -> int | None:
        return next((o.merchant_id for o in self.listings if o.note.external_id == note), None)

    def merchant_of_store(self, store_id: str) -> int | None:
        store = Store.objects.filter(external_id=store_id, status=StoreStatus.VERIFIED).first()
        return store.merchant_id if store else None

    # What a rule lets be marked.

    def by_touches(self, rows: list[Row]) -> set[Pair]:
        """Of touches that come now: where they are, and where they were."""
        ids = {row["event_id"] for row in rows}
        concerned = [*rows, *(row for row in self.touches if row["event_id"] in ids)]
        return {pair for row in concerned for pair in self.reached(row["note_id"], day(row))}

    def by_touch_days(self, days: list[date]) -> set[Pair]:
        notes = {one.note.external_id for one in self.listings}
        return {pair for note in notes for on in days for pair in self.reached(note, on)}

    def reached(self, note: str, on: date) -> set[Pair]:
        merchant = self.merchant_of_note(note)
        if merchant is None:
            return set()
        reach = span(on, on + timedelta(days=max(WINDOWS)))
        refunds = {
            day(refund)
            for order in self.told
            if order["kind"] == "order" and day(order) in reach
            and self.merchant_of_store(order["store_id"]) == merchant
            for refund in self.refunds_of(order)
        }  # fmt: skip
        return {(merchant, one) for one in (*reach, *refunds)}

    def by_conversions(self, rows: list[Row]) -> set[Pair]:
        """Of orders and refunds that have come: where they are, and where they were."""
        allowed = set()
        for row in rows:
            merchant = self.merchant_of_store(row["store_id"])
            if merchant is not None:
                allowed |= {(merchant, on) for on in self.days_of(row)}
        return allowed

    def by_order_days(self, days: list[date], merchant: int | None = None) -> set[Pair]:
        found = self.by_conversions([row for row in self.told if day(row) in days])
        return {pair for pair in found if merchant in (None, pair[0])}

    def by_closing(self, store: Store, on: date) -> set[Pair]:
        """The marketplace closes a day of which the merchant has said something himself."""
        of_store = [row for row in self.told if row["store_id"] == store.external_id]
        refunds = [
            day(refund)
            for order in of_store
            if order["kind"] == "order"
            and on in {day(order), *map(day, self.refunds_of(order))}
            for refund in self.refunds_of(order)
            if day(order) == on or day(refund) >= on
        ]  # fmt: skip
        return {(store.merchant_id, one) for one in (on, *refunds)}

    def days_of(self, row: Row) -> set[date]:
        if row["kind"] == "order":
            return {day(row), *map(day, self.refunds_of(row))}
        orders = [
            order for order in self.told
            if order["kind"] == "order" and order["store_id"] == row["store_id"]
            and row["refund_of"] in (order["event_id"], order["order_id"])
        ]  # fmt: skip
        others = [other for order in orders for other in self.refunds_of(order)]
        same = [one for one in self.told if one.get("refund_of") == row["refund_of"]]
        later = {day(other) for other in (*others, *same) if day(other) >= day(row)}
        return {day(row)} | later

    def refunds_of(self, order: Row) -> list[Row]:
        names = {order["event_id"], order["order_id"]} - {None}
        return [
            row for row in self.told
            if row["kind"] == "refund" and row["refund_of"] in names
            and row["store_id"] == order["store_id"]
        ]  # fmt: skip
