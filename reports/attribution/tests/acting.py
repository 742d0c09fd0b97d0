"""What people, programs and files do in a world of news: each act gives the days it may mark."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Objective
from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing, ListingStatus
from merchants.notes.models import Note
from merchants.stores import verbs as stores
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import JobState
from reports.attribution import runs
from reports.attribution.models import Run
from reports.attribution.tests.marking import DAYS, REACH, Pair, Row, Sent, day, is_same, span
from reports.attribution.tests.steps import LAST, noon
from reports.sources import closing, receiving, refunding, sampling, suspending
from reports.sources import verbs as sources
from reports.sources.models import Source
from reports.sources.regimes import Regime
from reports.sources.suspensions import DataSuspension

COMMUNITY, MARKET = "community", "taobao_tmall"
# Products are of one of these: a regime of the second is one of the third, too.
CATEGORIES = ("beauty-skincare", "beauty", "beauty-makeup")
# All that one store or the other has been called.
LATER = ("later1", "later2")


@dataclass
class Closed:
    """Of which days the marketplace and the community have said that they are whole."""

    touches: set[date] = field(default_factory=set)
    of_all: set[date] = field(default_factory=set)
    of_store: set[date] = field(default_factory=set)

    @property
    def orders(self) -> set[date]:
        return self.of_all | self.of_store


class World:
    """Alice's merchant and its rival, whose second store nobody has verified yet."""

    def __init__(self, cast: "Cast", folder: Path) -> None:
        self.cast, self.folder, self.random = cast, folder, Random(0)
        self.keys = [uuid4() for _ in range(2)]
        self.closed = Closed()
        self.later = cast.later
        named = [f"b{key.hex}" for key in self.keys]
        self.sent = Sent(self.random, [cast.listing, cast.rivals], self._stores(), named)
        self.came_of_store: set[date] = set()
        self.came_of_touches: set[date] = set()

    def _stores(self) -> list[Store]:
        others = [Store(external_id=name) for name in LATER]
        return [self.cast.listing.product.store, self.cast.rivals.product.store, *others]

    def act(self, verb: str, random: Random) -> set[Pair]:
        """Do it, with what `random` says, and give the days that it may mark."""
        self.random = self.sent.random = random
        act: Callable[[], set[Pair]] = getattr(self, verb)
        return act()

    # What is sent.

    def send_touches(self) -> set[Pair]:
        rows = [self.sent.touch() for _ in range(self.random.randint(1, 3))]
        return self._touched(COMMUNITY, list({row["event_id"]: row for row in rows}.values()))

    def click(self) -> set[Pair]:
        """A reader follows a link, or the app tells of a click that our link may know or not."""
        return self._touched(self.random.choice(["links", COMMUNITY]), [self.sent.click()])

    def _touched(self, source: str, rows: list[Row]) -> set[Pair]:
        allowed = self.sent.by_touches(rows)
        self._take(source, rows)
        self.sent.touches += rows
        if source == COMMUNITY:
            self.came_of_touches |= {day(row) for row in rows}
        return allowed

    def send_conversions(self) -> set[Pair]:
        rows = [self.sent.conversion() for _ in range(self.random.randint(1, 3))]
        rows = list({(row["store_id"], row["event_id"]): row for row in rows}.values())
        return self._told(rows, self.sent.conversions)

    def send_whole(self) -> set[Pair]:
        """The marketplace sends a file and calls a day whole, of all of its stores."""
        on = self._day_to_close()
        rows = [{**self.sent.conversion(), "occurred_at": noon((LAST - on).days)}]
        closes = self._closes(on, of_all=True)
        said: dict[str, Any] = {"period": [str(on), str(on)], "is_whole": True}
        allowed = self._told(rows, self.sent.conversions, **said)
        self.closed.of_all.add(on)
        # What the file says counts when its days are closed.
        return allowed | (self.sent.by_closing(self.store, on) if closes else set())

    def send_own(self) -> set[Pair]:
        """Alice's merchant says something of its own store."""
        store_id = self.store.external_id
        rows = [{**self.sent.conversion(), "store_id": store_id} for _ in range(3)]
        rows = list({row["event_id"]: row for row in rows}.values())
        return self._told(rows, self.sent.own, by=self.cast.listing.merchant)

    def _told(
        self, rows: list[Row], all_rows: list[Row], by: Merchant | None = None, **said: Any
    ) -> set[Pair]:
        before = [old for old in self.sent.told if any(is_same(old, row) for row in rows)]
        self._take(MARKET, rows, by=by, **said)
        all_rows += rows
        of_store = [row for row in rows if row["store_id"] == self.store.external_id]
        self.came_of_store |= {day(row) for row in of_store}
        return self.sent.by_conversions([*rows, *before])

    def _take(self, source: str, rows: list[Row], by: Merchant | None = None, **said: Any) -> None:
        path = self.folder / f"{source}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        batch = receiving.receive(
            Source.objects.get(code=source), path=path, file_name=path.name, by=None, merchant=by,
            manifest=said,
        )  # fmt: skip
        assert batch.job
        assert queue.run_now(batch.job).state == JobState.DONE, batch.job.error
        batch.refresh_from_db()
        assert batch.accepted + batch.duplicate == len(rows)

    # What is called whole.

    @property
    def store(self) -> Store:
        return self.cast.listing.product.store

    def close_touches(self) -> set[Pair]:
        first = LAST - timedelta(days=REACH + 15)
        last = self.random.choice(DAYS)
        closing.pull_finished(
            Source.objects.get(code=COMMUNITY), first_on=first, last_on=max(first, last)
        )
        self.closed.touches |= set(span(first, last))
        return set()

    def close_day(self) -> set[Pair]:
        """The marketplace says that a day is whole, of one store or of all."""
        on, store = self._day_to_close(), self.random.choice([self.store, None])
        closes = self._closes(on, of_all=store is None)
        closing.pull_finished(Source.objects.get(code=MARKET), first_on=on, last_on=on, store=store)
        (self.closed.of_store if store else self.closed.of_all).add(on)
        return self.sent.by_closing(self.store, on) if closes else set()

    def _day_to_close(self) -> date:
        return self.random.choice([day(row) for row in self.sent.own] or DAYS)

    def _closes(self, on: date, *, of_all: bool) -> bool:
        """Whether closing the day takes away what Alice's merchant has said of it himself."""
        return on not in self.closed.orders and on in {day(row) for row in self.sent.own}

    # What merchants do.

    def move_store(self) -> set[Pair]:
        """The rival's later store is refused, handed in with another id, or verified."""
        store, admin = Store.objects.get(pk=self.later.pk), self.cast.admin
        if store.status == StoreStatus.REJECTED:
            name = self.random.choice(LATER)
            stores.register_again(
                store, name=name, external_id=name, url=f"https://{name}.tmall.com/",
                by=self.cast.charlie,
            )  # fmt: skip
        elif store.status == StoreStatus.VERIFYING and self.random.random() < 0.3:
            stores.reject(store, version=store.version, reason="Not yours.", by=admin)
        elif store.status == StoreStatus.VERIFYING:
            stores.verify(store, version=store.version, by=admin)
            rows = [row for row in self.sent.told if row["store_id"] == store.external_id]
            return {(store.merchant_id, day(row)) for row in rows}
        return set()

    def request_boost(self) -> set[Pair]:
        listing = self.cast.listing
        listing.refresh_from_db()
        closed = self._category() != CATEGORIES[0]
        if not self.keys or closed or listing.status != ListingStatus.LIVE:
            return set()
        key = self.keys.pop()
        boosts.request(
            listing.merchant, request_key=key, by=self.cast.alice, note=listing.note,
            objective=Objective.READS, starts_on=clock.today(), ends_on=clock.today(),
            budget_fen=70_000, beside=True,
        )  # fmt: skip
        named = [row for row in self.sent.touches if row["boost_id"] == f"b{key.hex}"]
        note = listing.note.external_id
        return {pair for row in named for pair in self.sent.reached(note, day(row))}

    def move_listing(self) -> set[Pair]:
        listing = self.cast.listing
        listing.refresh_from_db()
        if listing.status == ListingStatus.ENDED:
            return set()
        if listing.status == ListingStatus.LIVE:
            move = self.random.choice([listings.pause, listings.pause, listings.end])
        else:
            move = listings.publish
            if self._category() != CATEGORIES[0]:
                return set()
        move(listing, by=self.cast.alice)
        return {(listing.merchant_id, clock.today())}

    def link_another(self) -> set[Pair]:
        """Another product of Alice's merchant is linked to the note: a draft, which may go live."""
        listing = self.cast.listing
        of_merchant = Product.objects.filter(store__merchant=listing.merchant)
        product = of_merchant.exclude(pk=listing.product_id).earliest("pk")
        note = Note.objects.get(pk=listing.note_id)
        other = Listing.objects.filter(product=product, note=note).first()
        if other is None:
            listings.link(
                listing.merchant, note=note, product=product, placement="comment_pinned",
                has_ad_label=True, by=self.cast.alice,
            )  # fmt: skip
            return set()
        if other.status == ListingStatus.ENDED:
            return set()
        move = listings.pause if other.status == ListingStatus.LIVE else listings.publish
        move(other, by=self.cast.alice)
        return {(listing.merchant_id, clock.today())}

    def _category(self) -> str:
        return Product.objects.get(pk=self.cast.listing.product_id).category.code

    def move_product(self) -> set[Pair]:
        """The product is of another category: of another sample, where one is agreed of some."""
        product = Product.objects.get(pk=self.cast.listing.product_id)
        code = self.random.choice(CATEGORIES)
        products.edit(
            product, title=product.title, category=Category.objects.get(code=code),
            price_fen=product.price_fen, is_available=True, by=self.cast.alice,
        )  # fmt: skip
        return self._by_category_regimes()

    def add_product(self) -> set[Pair]:
        """A product that the rival sells in Alice's store too: its orders may be a sample now."""
        named = self.cast.rivals.product.external_id
        if self.store.products.filter(external_id=named).exists():
            return set()
        products.add(
            self.store, external_id=named, title="Of another", price_fen=100,
            category=Category.objects.get(code=CATEGORIES[2]), by=self.cast.alice,
        )  # fmt: skip
        return self._by_category_regimes()

    def _by_category_regimes(self) -> set[Pair]:
        days = {
            on
            for regime in Regime.objects.exclude(category=None)
            for on in span(regime.valid_from, regime.valid_to or clock.today())
        }
        return self.sent.by_order_days(sorted(days), self.store.merchant_id)

    # What the platform does.

    def agree(self) -> set[Pair]:
        """On a sample of some days, or on another one where some is agreed of these."""
        source = Source.objects.get(code=self.random.choice([COMMUNITY, MARKET]))
        code = self.random.choice([None, *CATEGORIES]) if source.code == MARKET else None
        category = Category.objects.filter(code=code).first()
        first = LAST - timedelta(days=self.sent.some_day())
        last = first + timedelta(days=self.random.randint(0, 6))
        ratio = Decimal(self.random.randint(1, 4)) / 4
        agreed = Regime.objects.filter(source=source, category=category).order_by("valid_from")
        there = agreed.filter(valid_from__lte=last).exclude(valid_to__lt=first).first()
        by = self.cast.admin
        if there is None:
            is_open = not agreed and self.random.random() < 0.3
            sampling.open_regime(
                source, category=category, valid_from=first, valid_to=None if is_open else last,
                ratio=ratio, by=by,
            )  # fmt: skip
            last = clock.today() if is_open else last
        elif there.valid_to is None:
            first, last = there.valid_from, clock.today()
            ends_on = max(first, LAST - timedelta(days=self.sent.some_day()))
            sampling.close(there, valid_to=ends_on, by=by)
        else:
            first, last = there.valid_from, there.valid_to
            sampling.change(there, valid_from=first, valid_to=last, ratio=ratio, by=by)
        days = span(first, last)
        of_touches = source.code == COMMUNITY
        return self.sent.by_touch_days(days) if of_touches else self.sent.by_order_days(days)

    def suspend(self) -> set[Pair]:
        """Data are suspended, for longer or shorter than they were, or not any more."""
        by, first = self.cast.admin, LAST - timedelta(days=self.sent.some_day())
        last = self.random.choice([first + timedelta(days=3), None])
        there = DataSuspension.objects.filter(lifted_at=None).first()
        if there is None:
            source = Source.objects.get(code=self.random.choice([COMMUNITY, MARKET]))
            code = self.random.choice([None, *CATEGORIES])
            category = Category.objects.filter(code=code).first()
            suspending.suspend(
                source, category=category, first_on=first, last_on=last, reason="Asked.", by=by
            )
        elif self.random.random() < 0.5:
            until = last and max(last, there.first_on)
            suspending.change_end(there, last_on=until, by=by)
        else:
            suspending.lift(there, reason="Over.", by=by)
        return set()

    def set_refund_days(self) -> set[Pair]:
        category = Category.objects.get(code=self.random.choice(CATEGORIES))
        refunding.set_days(
            category, days=self.random.choice([0, 7, 30]), reason="Law.", by=self.cast.admin
        )
        return set()

    def declare(self) -> set[Pair]:
        """A source sends less or more kinds than it did, sooner or later."""
        source = Source.objects.get(code=self.random.choice([COMMUNITY, MARKET]))
        kinds = [kind for kind in source.sends if self.random.random() < 0.8]
        sources.edit(
            source, name_zh=source.name_zh, name_en=source.name_en, unit=source.unit,
            zone=source.zone, most_fen=source.most_fen, rhythm=source.rhythm,
            delay_days=self.random.randint(0, 3), sends=kinds or source.sends, by=self.cast.admin,
        )  # fmt: skip
        return set()

    def run(self) -> set[Pair]:
        """The beat asks for what is due, and a worker computes it."""
        runs.request_due()
        for run in Run.objects.filter(job__state=JobState.QUEUED).select_related("job"):
            assert run.job
            assert queue.run_now(run.job).state == JobState.DONE, run.job.error
        return set()


@dataclass(frozen=True)
class Cast:
    """Who acts, and what is there before anybody has."""

    alice: User
    charlie: User
    admin: User
    listing: Listing
    rivals: Listing
    later: Store
