"""Random files and acts: whatever alters a number is marked, and nothing is that no rule names."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Objective
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing, ListingPeriod
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import User
from reports.attribution import days, dimensions, news
from reports.attribution.choices import WINDOWS
from reports.attribution.content import Contents
from reports.attribution.inputs import News
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, noon
from reports.lake import tables as lake
from reports.sources import closing, sampling
from reports.sources.models import Source
from reports.sources.regimes import Regime

pytestmark = pytest.mark.django_db

REACH = 50
DAYS = [LAST - timedelta(days=ago) for ago in range(-2, REACH + 1)]
Pair = tuple[int, date]
Rows = list[dict[str, Any]]


@dataclass
class World:
    """What was sent, every version of it, and what was done."""

    random: Random
    take: Take
    alice: User
    listing: Listing
    rivals: Listing
    unverified: Store
    admin: User
    keys: list[Any] = field(default_factory=lambda: [uuid4() for _ in range(2)])
    touches: Rows = field(default_factory=list)
    conversions: Rows = field(default_factory=list)
    own: Rows = field(default_factory=list)
    closed: set[date] = field(default_factory=set)

    @property
    def told(self) -> Rows:
        """What the marketplace and the merchant himself have said of orders and refunds."""
        return self.conversions + self.own

    def merchant_of_note(self, note: str) -> int | None:
        for listing in (self.listing, self.rivals):
            if listing.note.external_id == note:
                return listing.merchant_id
        return None

    def merchant_of_store(self, store_id: str) -> int | None:
        store = Store.objects.filter(external_id=store_id, status=StoreStatus.VERIFIED).first()
        return store.merchant_id if store else None

    # Each step does something and gives what its rule allows to be marked.

    def send_touches(self) -> set[Pair]:
        rows = [self.touch() for _ in range(self.random.randint(1, 3))]
        rows = list({row["event_id"]: row for row in rows}.values())
        ids = {row["event_id"] for row in rows}
        concerned = [*rows, *(row for row in self.touches if row["event_id"] in ids)]
        self._take("community", rows, self.touches)
        return {pair for row in concerned for pair in self.reached(row["note_id"], day(row))}

    def touch(self) -> dict[str, Any]:
        pick, number = self.random.choice, self.random.randint(1, 8)
        notes = [self.listing.note.external_id, self.rivals.note.external_id, "nobody's"]
        return {
            "event_id": f"t{number}",
            "occurred_at": noon(self.random.randint(0, REACH - 5)),
            "user_id": pick(["u1", "u2"]),
            "note_id": pick(notes),
            "kind": "click" if number % 2 else "view",
            "boost_id": f"b{pick(self.keys).hex}" if self.random.random() < 0.3 else None,
        }

    def reached(self, note: str, on: date) -> set[Pair]:
        merchant = self.merchant_of_note(note)
        if merchant is None:
            return set()
        reach = [on + timedelta(days=k) for k in range(max(WINDOWS) + 1)]
        refunds = {
            day(refund)
            for order in self.told
            if order["kind"] == "order" and day(order) in reach
            and self.merchant_of_store(order["store_id"]) == merchant
            for refund in self.refunds_of(order)
        }  # fmt: skip
        return {(merchant, one) for one in (*reach, *refunds)}

    def refunds_of(self, order: dict[str, Any]) -> Rows:
        names = {order["event_id"], order["order_id"]} - {None}
        return [
            row for row in self.told
            if row["kind"] == "refund" and row["refund_of"] in names
            and row["store_id"] == order["store_id"]
        ]  # fmt: skip

    def send_conversions(self) -> set[Pair]:
        rows = [self.conversion() for _ in range(self.random.randint(1, 3))]
        rows = list({(row["store_id"], row["event_id"]): row for row in rows}.values())
        return self._sent(rows, self.conversions)

    def send_own(self) -> set[Pair]:
        """Alice's merchant says something of its own store."""
        store_id = self.listing.product.store.external_id
        rows = [{**self.conversion(), "store_id": store_id} for _ in range(3)]
        rows = list({row["event_id"]: row for row in rows}.values())
        return self._sent(rows, self.own, by=self.listing.merchant)

    def _sent(self, rows: Rows, all_rows: Rows, *, by: Merchant | None = None) -> set[Pair]:
        before = [old for old in self.told if any(is_same(old, row) for row in rows)]
        self.take("taobao_tmall", *rows, merchant=by)
        all_rows += rows
        allowed = set()
        for row in (*rows, *before):
            merchant = self.merchant_of_store(row["store_id"])
            if merchant is not None:
                allowed |= {(merchant, on) for on in self.days_of(row)}
        return allowed

    def close_day(self) -> set[Pair]:
        """The marketplace says that a day is whole, of one store or of all."""
        store = self.listing.product.store
        some = [day(row) for row in self.own] or DAYS
        on = self.random.choice(some)
        closing.pull_finished(
            Source.objects.get(code="taobao_tmall"), first_on=on, last_on=on,
            store=self.random.choice([store, None]),
        )  # fmt: skip
        if on in self.closed or on not in {day(row) for row in self.own}:
            self.closed.add(on)
            return set()
        self.closed.add(on)
        of_store = [row for row in self.told if row["store_id"] == store.external_id]
        orders = [row for row in of_store if row["kind"] == "order"]
        refunds = [
            day(refund)
            for order in orders
            if on in {day(order), *map(day, self.refunds_of(order))}
            for refund in self.refunds_of(order)
            if day(order) == on or day(refund) >= on
        ]
        return {(store.merchant_id, one) for one in (on, *refunds)}

    def days_of(self, row: dict[str, Any]) -> set[date]:
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

    def conversion(self) -> dict[str, Any]:
        pick, number = self.random.choice, self.random.randint(1, 5)
        stores = [self.listing.product.store, self.rivals.product.store, self.unverified]
        row: dict[str, Any] = {
            "occurred_at": noon(self.random.randint(0, REACH - 5)),
            "user_id": pick(["u1", "u2"]),
            "store_id": pick(stores).external_id,
            "product_id": pick([self.listing, self.rivals]).product.external_id,
            "value_fen": self.random.randint(1, 1000),
            "order_id": None, "refund_of": None,
        }  # fmt: skip
        if self.random.random() < 0.6:
            ordered = pick([None, "o1", "o2"])
            return {**row, "event_id": f"c{number}", "kind": "order", "order_id": ordered}
        named = pick([f"c{self.random.randint(1, 5)}", "o1", "o2"])
        return {**row, "event_id": f"r{number}", "kind": "refund", "refund_of": named}

    def verify_store(self) -> set[Pair]:
        store = self.unverified
        if Store.objects.get(pk=store.pk).status == StoreStatus.VERIFIED:
            return set()
        Store.locked(store.pk).move_to(StoreStatus.VERIFIED, by=None)
        rows = [row for row in self.conversions if row["store_id"] == store.external_id]
        return {(store.merchant_id, day(row)) for row in rows}

    def request_boost(self) -> set[Pair]:
        self.listing.refresh_from_db()
        if not self.keys[1:] or self.listing.status != "live":
            return set()
        key = self.keys.pop()
        boosts.request(
            self.listing.merchant, request_key=key, by=self.alice, note=self.listing.note,
            objective=Objective.READS, starts_on=clock.today(), ends_on=clock.today(),
            budget_fen=70_000, beside=True,
        )  # fmt: skip
        named = [row for row in self.touches if row["boost_id"] == f"b{key.hex}"]
        note = self.listing.note.external_id
        return {pair for row in named for pair in self.reached(note, day(row))}

    def move_listing(self) -> set[Pair]:
        self.listing.refresh_from_db()
        move = listings.pause if self.listing.status == "live" else listings.publish
        move(self.listing, by=self.alice)
        return {(self.listing.merchant_id, clock.today())}

    def agree(self) -> set[Pair]:
        """On a sample of some days, or on another one where some is agreed of these."""
        code = self.random.choice(["community", "taobao_tmall"])
        source = Source.objects.get(code=code)
        first = LAST - timedelta(days=self.random.randint(0, REACH - 5))
        last = first + timedelta(days=self.random.randint(0, 6))
        ratio = Decimal(self.random.randint(1, 4)) / 4
        there = Regime.objects.filter(source=source, valid_from__lte=last, valid_to__gte=first)
        if found := there.first():
            first, last = found.valid_from, found.valid_to or last
            sampling.change(found, valid_from=first, valid_to=last, ratio=ratio, by=self.admin)
        else:
            sampling.open_regime(
                source, category=None, valid_from=first, valid_to=last, ratio=ratio, by=self.admin
            )
        span = [first + timedelta(days=k) for k in range((last - first).days + 1)]
        if code == "community":
            notes = [self.listing.note.external_id, self.rivals.note.external_id]
            return {pair for note in notes for on in span for pair in self.reached(note, on)}
        return {
            (merchant, on)
            for row in self.told
            if day(row) in span
            for merchant in [self.merchant_of_store(row["store_id"])]
            if merchant is not None
            for on in (day(row), *(self.days_of(row) if row["kind"] == "order" else ()))
        }

    def _take(
        self, source: str, rows: list[dict[str, Any]], all_rows: list[dict[str, Any]]
    ) -> None:
        self.take(source, *rows)
        all_rows += rows


def is_same(old: dict[str, Any], row: dict[str, Any]) -> bool:
    return (old["store_id"], old["event_id"]) == (row["store_id"], row["event_id"])


def day(row: dict[str, Any]) -> date:
    return date.fromisoformat(row["occurred_at"][:10])


@pytest.fixture
def world(
    live_listing: Listing, rival: Merchant, take: Take, alice: User, charlie: User, admin: User
) -> World:
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    store, unverified = (
        Store.objects.create(
            merchant=rival, kind="tmall", name=name, external_id=name, status=status,
            url=f"https://{name}.tmall.com/",
        )
        for name, status in (("rival1", StoreStatus.VERIFIED), ("later1", StoreStatus.VERIFYING))
    )  # fmt: skip
    product = Product.objects.create(
        store=store, external_id="rivals", title="R", category=Category.objects.get(code="beauty")
    )
    note = Note.objects.create(
        merchant=rival, external_id="rivals-note", title="R", kind="image", author_name="R",
        published_at=clock.now(),
    )  # fmt: skip
    theirs = Listing.objects.create(
        merchant=rival, note=note, product=product, placement=Placement.NOTE_BODY, code="rivals1",
        status="live", created_by=charlie,
    )  # fmt: skip
    ListingPeriod.objects.create(listing=theirs, live_from=clock.start_of(LAST - timedelta(25)))
    return World(Random(0), take, alice, live_listing, theirs, unverified, admin)


def contents(merchants: list[int], folder: Path) -> dict[Pair, str]:
    """What the facts of every day of both merchants say, computed anew."""
    found = Contents()
    versions = days.Versions(
        lake.current_version("touchpoints"), lake.current_version("conversions")
    )
    for table, rows in days.compute(
        min(DAYS), max(DAYS), versions=versions, nouns=dimensions.tables(merchants),
        work_dir=folder,
    ):  # fmt: skip
        found.add(table, rows)
    return {(merchant, on): found.of((merchant, on)) for merchant in merchants for on in DAYS}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_alters_a_number_marks_exactly_its_days(
    world: World, tmp_path: Path, seed: int
) -> None:
    world.random.seed(seed)
    merchants = [world.listing.merchant_id, world.rivals.merchant_id]
    folder = tmp_path / "work"
    before = contents(merchants, folder)
    steps = [
        world.send_touches, world.send_conversions, world.verify_store, world.request_boost,
        world.move_listing, world.agree, world.send_own, world.close_day,
    ]  # fmt: skip
    altered = 0
    for _step in range(12):
        [step] = world.random.choices(steps, weights=[4, 4, 1, 1, 1, 2, 4, 3])
        seen = news.seen()
        allowed = step()
        marked = set(News.objects.filter(number__gt=seen).values_list("merchant_id", "on"))
        after = contents(merchants, folder)
        changed = {pair for pair in after if after[pair] != before[pair]}
        assert changed <= marked, step.__name__
        assert marked <= allowed, step.__name__
        before, altered = after, altered + len(changed)
    assert altered > 3
