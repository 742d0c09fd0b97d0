"""What comes in while a site is harmed: two merchants' shops, and files about them that repeat,
correct and take back what earlier files said; and what has to come of it, by the rules' own text.

Each file covers all days, so that each leaves a small file in each of them. Users are strangers to
each other: what is computed of one needs nothing of the others.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.stores.models import Store
from portal import clock
from portal.accounts import people, teams
from reports.attribution.tests import reference
from reports.attribution.tests.reference import Conversion, Touchpoint, World

SPAN = 12
USERS = 120
TOUCHES, ORDERS, REFUNDS = 240, 80, 30
# Reads of notes that nobody lists: they make the files as large as files are.
OTHERS = 2000
TOUCH_KINDS = ("view", "like", "click", "click")
VALUES = (None, 0, 1, 7, 100, 99_999)


@dataclass(frozen=True)
class Sending:
    """A file of a source, and how many of its rows are new or correct what is there."""

    source: str
    path: Path
    rows: int
    accepted: int


@dataclass
class Story:
    """All that was said so far, the newest of each event."""

    rng: Random
    folder: Path
    touches: dict[str, Touchpoint] = field(default_factory=dict)
    conversions: dict[tuple[str, str], Conversion] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    listings: list[reference.Listing] = field(default_factory=list)
    stores: dict[str, str] = field(default_factory=dict)
    products: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Make the merchants, their stores and what they list."""
        for number in (1, 2):
            self._shop(number)

    def file_of_touches(self) -> Sending:
        """New touches, some that are told again, some corrected, which may move to other days."""
        new = [self._touch(f"t{len(self.touches) + k:06d}") for k in range(TOUCHES)]
        again = self._some(self.touches.values(), TOUCHES // 10)
        corrected = [self._corrected_touch(t) for t in self._some(self.touches.values(), 50)]
        last = {t.event_id: t for t in (*again, *corrected)}
        told = [*new, *last.values()]
        accepted = sum(self.touches.get(t.event_id) != t for t in told)
        self.touches.update({t.event_id: t for t in told})
        more = [f"o{len(self.others) + k:07d}" for k in range(OTHERS)]
        self.others.update(more)
        rows = [*map(_touch_row, told), *map(self._other, more)]
        return self._written("community", rows, accepted + len(more))

    def file_of_conversions(self) -> Sending:
        """New orders, refunds of older ones, and orders that are corrected."""
        orders = [self._order(len(self.conversions) + k) for k in range(ORDERS)]
        refunds = [self._refund(order) for order in self._sold(REFUNDS)]
        corrected = [self._corrected_order(order) for order in self._sold(20)]
        last = {_key(c): c for c in (*self._some(self.conversions.values(), 20), *corrected)}
        told = [*orders, *{_key(c): c for c in refunds}.values(), *last.values()]
        accepted = sum(self.conversions.get(_key(c)) != c for c in told)
        self.conversions.update({_key(c): c for c in told})
        return self._written("taobao_tmall", map(self._conversion_row, told), accepted)

    def worlds(self) -> list[World]:
        """What is to be computed, by user; a refund belongs to whoever bought."""
        touches, conversions = defaultdict(list), defaultdict(list)
        for touch in self.touches.values():
            touches[touch.user_id].append(touch)
        for conversion in self.conversions.values():
            conversions[self._user_of(conversion)].append(conversion)
        users = sorted({*touches, *conversions}, key=str)
        return [World(touches[user], conversions[user], self.listings) for user in users]

    def _user_of(self, conversion: Conversion) -> str | None:
        named = conversion.refund_of
        return self.conversions[conversion.store_id, named].user_id if named else conversion.user_id

    def _some(self, known: Iterable[Any], most: int) -> list[Any]:
        listed = list(known)
        return self.rng.sample(listed, min(most, len(listed)))

    def _sold(self, most: int) -> list[Conversion]:
        return self._some([c for c in self.conversions.values() if c.kind == "order"], most)

    def _moment(self) -> datetime:
        """Of any of the days: midnight or noon of Shanghai, exactly or a microsecond off."""
        at = clock.start_of(clock.today() - timedelta(days=self.rng.randint(1, SPAN)))
        off = self.rng.choice((0, 0, 1, -1))
        return at.astimezone(UTC) + timedelta(hours=self.rng.choice((0, 12)), microseconds=off)

    def _touch(self, name: str) -> Touchpoint:
        return Touchpoint(
            name, self._moment(), self._user(), self.rng.choice(self.notes),
            self.rng.choice(TOUCH_KINDS),
        )  # fmt: skip

    def _corrected_touch(self, touch: Touchpoint) -> Touchpoint:
        moved = replace(touch, occurred_at=self._moment())
        return self.rng.choice((moved, replace(touch, note_id=self.rng.choice(self.notes))))

    def _user(self) -> str:
        return f"u{self.rng.randrange(USERS):03d}"

    def _order(self, number: int) -> Conversion:
        store = self.rng.choice(list(self.stores))
        kind = self.rng.choice(("order", "order", "order", "cart"))
        return Conversion(
            f"c{number:06d}", self._moment(), self._user(), store,
            self.rng.choice(self.products[store]), kind, self.rng.choice(VALUES),
        )  # fmt: skip

    def _refund(self, order: Conversion) -> Conversion:
        return Conversion(
            f"r{self.rng.randrange(10**9):09d}", self._moment(), None, order.store_id, None,
            "refund", self.rng.choice((None, 1, 50, order.value_fen)), refund_of=order.event_id,
        )  # fmt: skip

    def _corrected_order(self, order: Conversion) -> Conversion:
        other = replace(order, value_fen=self.rng.choice(VALUES))
        return self.rng.choice((other, replace(order, occurred_at=self._moment())))

    def _other(self, name: str) -> dict[str, Any]:
        at, note = self._moment(), f"nobody{self.rng.randrange(50)}"
        return _touch_row(Touchpoint(name, at, self._user(), note, "view"))

    def _conversion_row(self, conversion: Conversion) -> dict[str, Any]:
        said = {**asdict(conversion), "store_id": self.stores[conversion.store_id]}
        return _row(said)

    def _written(self, source: str, rows: Iterable[dict[str, Any]], accepted: int) -> Sending:
        lines = [json.dumps(row) for row in rows]
        path = self.folder / f"{source}.jsonl"
        path.write_text("\n".join([*lines, ""]))
        return Sending(source, path, len(lines), accepted)

    def _shop(self, number: int) -> None:
        name = f"story-{number}"
        owner = people.create(f"{name}@bench.example", None, name=name)
        team = teams.create(name, owner=owner)
        merchant = Merchant.objects.create(
            code=name, name=name, credit_code=name, status="verified", team=team
        )
        store = Store.objects.create(
            merchant=merchant, kind="tmall", name=name, external_id=name, status="verified",
            url=f"https://{name}.tmall.com/",
        )  # fmt: skip
        self.stores[str(store.pk)] = name
        category = Category.objects.get(code="beauty")
        notes = [
            Note.objects.create(
                merchant=merchant, external_id=f"{name}-{k}", title=name, kind="image",
                author_name=name, published_at=clock.now(),
            )
            for k in range(3)
        ]  # fmt: skip
        self.notes += [note.external_id for note in notes]
        for k in range(2):
            product = Product.objects.create(
                store=store, external_id=f"{name}-{k}", title=name, category=category
            )
            self.products.setdefault(str(store.pk), []).append(product.external_id)
            for note in notes[k:]:
                self._listed(note, product, owner)

    def _listed(self, note: Note, product: Product, by: Any) -> None:
        """A listing that is live, or was for some of the days."""
        listing = Listing.objects.create(
            merchant=note.merchant, note=note, product=product, placement=Placement.NOTE_BODY,
            code=f"st{note.pk}x{product.pk}", status="live", created_by=by,
        )  # fmt: skip
        since = clock.now() - timedelta(days=200)
        until = self.rng.choice((None, clock.now() - timedelta(days=SPAN // 2)))
        ListingPeriod.objects.create(listing=listing, live_from=since, live_to=until)
        self.listings.append(
            reference.Listing(
                str(listing.pk), note.external_id, product.external_id, str(product.store_id),
                since, until,
            )
        )  # fmt: skip


def _key(conversion: Conversion) -> tuple[str, str]:
    return conversion.store_id, conversion.event_id


def _touch_row(touch: Touchpoint) -> dict[str, Any]:
    return _row(asdict(touch))


def _row(said: dict[str, Any]) -> dict[str, Any]:
    """What is said of an event, as a file has it."""
    said.pop("source")
    said["occurred_at"] = said["occurred_at"].isoformat()
    return {name: value for name, value in said.items() if value is not None}
