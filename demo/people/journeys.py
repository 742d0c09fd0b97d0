"""People who buy: each journey is one person's touches and the conversions that follow them.

A person has exactly one journey, so what each conversion owes to which touch is known from the
journey alone. Some journeys are awkward on purpose: orders of another product of the same store,
orders weeks after the last touch, conversions that name a click instead of a user, touches after
the order, touches while the listing was paused, refunds.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from demo.plan.period import business_day
from demo.plan.planned import (
    PlannedBoost,
    PlannedListing,
    PlannedNote,
    PlannedProduct,
    PlannedStore,
    World,
)

# Of 100 touchpoints, this many people go on to look for the product, and strangers per 4 of them.
BUYERS_PER_TOUCHPOINT = 0.03
STRANGERS_PER_BUYER = 0.25
EARLIER_KINDS = ("view", "like", "collect", "comment", "share", "click")
EARLIER_WEIGHTS = (62, 11, 12, 3, 2, 10)
# Each step towards an order, how likely it is, and the mean number of hours it takes.
FUNNEL = (("search", 0.35, 1), ("visit", 0.85, 6), ("favourite", 0.15, 2), ("cart", 0.5, 12))
ORDERS = 0.36
REFUNDS = 0.07
# The odd ones: who buys weeks later, who buys another product, who shares the note afterwards.
SLOW = 0.05
HALO = 0.09
AFTERWARDS = 0.08


@dataclass(frozen=True, eq=False)
class Touch:
    """`listing` is named by clicks only; `boost` when the note was shown because of one."""

    at: datetime
    note: PlannedNote
    kind: str
    listing: PlannedListing | None = None
    boost: PlannedBoost | None = None


@dataclass(frozen=True, eq=False)
class Conversion:
    """With `click`, the marketplace knows the click that brought the person, not the person."""

    at: datetime
    kind: str
    store: PlannedStore
    product: PlannedProduct | None = None
    quantity: int | None = None
    value_fen: int | None = None
    is_new_customer: bool | None = None
    click: Touch | None = None
    refund_of: "Conversion | None" = None


@dataclass(frozen=True, eq=False)
class Journey:
    """One person: `number` is unique. A stranger has conversions and no touches."""

    number: int
    touches: tuple[Touch, ...]
    conversions: tuple[Conversion, ...]


class Traveller:
    """Makes the journeys of one world."""

    def __init__(self, world: World) -> None:
        self.dice = random.Random(f"{world.seed}:journeys")  # noqa: S311
        self.period = world.period
        self.listings = world.listings
        self.weights = list(
            accumulate(m.popularity for m in world.selling for _listing in m.listings)
        )
        self.of_store: dict[str, list[PlannedListing]] = defaultdict(list)
        self.products: dict[str, list[PlannedProduct]] = defaultdict(list)
        for listing in self.listings:
            self.of_store[listing.product.store.external_id].append(listing)
        for product in (product for m in world.selling for product in m.products):
            self.products[product.store.external_id].append(product)
        self.boosts = {b.note.external_id: b for m in world.selling for b in m.boosts}

    def journeys(self, touchpoints: int) -> Iterator[Journey]:
        """The journeys that fit a world of `touchpoints` touchpoints."""
        buyers = round(touchpoints * BUYERS_PER_TOUCHPOINT)
        for number in range(buyers):
            yield self._buyer(number)
        for number in range(buyers, buyers + round(buyers * STRANGERS_PER_BUYER)):
            yield self._stranger(number)

    def _goal(self) -> PlannedListing:
        return self.dice.choices(self.listings, cum_weights=self.weights)[0]

    def _buyer(self, number: int) -> Journey:
        goal, decided_at = self._goal(), self.period.instant(self.dice)
        if decided_at < goal.live_from:
            return self._stranger(number)
        touches = self._touches(goal, decided_at)
        product, leaves_at = goal.product, decided_at
        mood = self.dice.random()
        if mood < SLOW:
            leaves_at += timedelta(days=self.dice.uniform(16, 28))
        elif mood < SLOW + HALO:
            product = self._other_product(goal.product, touches)
        last = touches[-1]
        named = goal.product.store.is_external and last.kind == "click" and self.dice.random() < 0.2
        conversions = self._conversions(product, leaves_at, click=last if named else None)
        if self.dice.random() < AFTERWARDS:
            shared_at = decided_at + timedelta(days=self.dice.uniform(3, 6))
            if shared_at < self.period.ends_at:
                touches.append(self._touch(goal, shared_at, "share"))
        return Journey(number, tuple(touches), tuple(conversions))

    def _stranger(self, number: int) -> Journey:
        """Somebody who buys without having seen a note."""
        product, at = self._goal().product, self.period.instant(self.dice)
        return Journey(number, (), tuple(self._conversions(product, at, click=None)))

    def _touches(self, goal: PlannedListing, decided_at: datetime) -> list[Touch]:
        """What the person saw up to `decided_at`, oldest first; the goal's note comes last."""
        same_store = self.of_store[goal.product.store.external_id]
        same_product = [other for other in same_store if other.product is goal.product]
        kind = "click" if self.dice.random() < 0.7 else "view"
        touches = [self._touch(goal, decided_at, kind)]
        at = decided_at
        while self.dice.random() < 0.6:
            at -= timedelta(seconds=30 + self.dice.expovariate(1 / 130_000))
            seen = self.dice.choice(same_store if self.dice.random() < 0.15 else same_product)
            if at >= max(self.period.starts_at, seen.live_from):
                kind = self.dice.choices(EARLIER_KINDS, EARLIER_WEIGHTS)[0]
                touches.append(self._touch(seen, at, kind))
        return touches[::-1]

    def _touch(self, listing: PlannedListing, at: datetime, kind: str) -> Touch:
        """While a listing is paused its note can be read, but there is nothing to click on."""
        if kind == "click" and not listing.is_live(at):
            kind = "view"
        boost = self.boosts.get(listing.note.external_id)
        shown_by = boost if boost and boost.runs_on(business_day(at)) else None
        named = listing if kind == "click" else None
        return Touch(at, listing.note, kind, named, shown_by if self.dice.random() < 0.5 else None)

    def _other_product(self, product: PlannedProduct, touches: list[Touch]) -> PlannedProduct:
        """A product of the same store that none of the notes seen links to, if there is one."""
        seen = {touch.note.external_id for touch in touches}
        store = product.store.external_id
        linked = [x.product for x in self.of_store[store] if x.note.external_id in seen]
        others = [p for p in self.products[store] if p not in linked]
        return self.dice.choice(others) if others else product

    def _conversions(
        self, product: PlannedProduct, leaves_at: datetime, *, click: Touch | None
    ) -> list[Conversion]:
        """The steps towards an order of `product`, as far as the person gets in the period."""
        at, made = leaves_at, []
        for kind, likelihood, hours in FUNNEL:
            if self.dice.random() < likelihood and (kind != "search" or product.store.is_external):
                at += timedelta(seconds=1 + self.dice.expovariate(1 / (hours * 3600)))
                searched = kind == "search"
                made.append(
                    Conversion(at, kind, product.store, None if searched else product, click=click)
                )
        if self.dice.random() < ORDERS:
            at += timedelta(seconds=1 + self.dice.expovariate(1 / 90_000))
            made += self._order(product, at, click=click)
        return [conversion for conversion in made if conversion.at < self.period.ends_at]

    def _order(
        self, product: PlannedProduct, at: datetime, *, click: Touch | None
    ) -> list[Conversion]:
        """An order and, now and then, its refund, of all of it or of one piece."""
        quantity = self.dice.choice((1, 1, 1, 1, 2, 2, 3))
        discount = self.dice.choice((0, 0, 0, 500, 1_000, 2_000))
        order = Conversion(
            at,
            "order",
            product.store,
            product,
            quantity=quantity,
            value_fen=max(100, product.price_fen * quantity - discount),
            is_new_customer=self.dice.random() < 0.6,
            click=click,
        )
        if self.dice.random() >= REFUNDS:
            return [order]
        refund = Conversion(
            at + timedelta(days=self.dice.uniform(0.5, 9)),
            "refund",
            product.store,
            product,
            quantity=quantity,
            value_fen=order.value_fen,
            click=click,
            refund_of=order,
        )
        return [order, refund]
