"""The nouns of the demo world, before any of them is a row."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from demo.plan.period import Period


class Stage(StrEnum):
    """How far a merchant has come in the portal."""

    NEW = "new"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SELLING = "selling"


@dataclass(frozen=True)
class PlannedStore:
    """`url` is empty for an in-app shop."""

    kind: str
    name: str
    external_id: str
    url: str

    @property
    def is_external(self) -> bool:
        return self.kind != "in_app"


@dataclass(frozen=True)
class PlannedProduct:
    store: PlannedStore
    external_id: str
    title: str
    category: str
    price_fen: int
    url: str


@dataclass(frozen=True)
class PlannedNote:
    """`cover` is the number of a drawing of `demo.plan.covers`."""

    external_id: str
    title: str
    author: str
    kind: str
    published_at: datetime
    text: str
    cover: int


@dataclass(frozen=True)
class PlannedListing:
    """Live from `live_from` on, except from `paused_at` to `resumed_at`."""

    note: PlannedNote
    product: PlannedProduct
    placement: str
    fallback: PlannedProduct | None
    live_from: datetime
    paused_at: datetime | None = None
    resumed_at: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.note.external_id}:{self.product.external_id}"

    def is_live(self, at: datetime) -> bool:
        if at < self.live_from:
            return False
        if self.paused_at is None:
            return True
        return at < self.paused_at or (self.resumed_at is not None and at >= self.resumed_at)


class Outcome(StrEnum):
    """Where a boost stands on the day after the period."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class PlannedBoost:
    """`grant_fen` of the budget comes from the platform's fund, the rest from the merchant."""

    note: PlannedNote
    objective: str
    budget_fen: int
    grant_fen: int
    starts_on: date
    ends_on: date
    outcome: Outcome

    @property
    def key(self) -> str:
        """A note has one boost at most."""
        return self.note.external_id

    def runs_on(self, day: date) -> bool:
        ran = self.outcome in (Outcome.RUNNING, Outcome.COMPLETED)
        return ran and self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class PlannedMerchant:
    """`popularity` is the merchant's share of the community's attention, before scaling."""

    slug: str
    brand: str
    name: str
    credit_code: str
    category: str
    stage: Stage
    popularity: float
    stores: tuple[PlannedStore, ...] = ()
    products: tuple[PlannedProduct, ...] = ()
    notes: tuple[PlannedNote, ...] = ()
    listings: tuple[PlannedListing, ...] = ()
    boosts: tuple[PlannedBoost, ...] = ()


@dataclass(frozen=True)
class World:
    """Everything that exists in the demo world. Merchant 0 is the demo owner's."""

    seed: int
    period: Period
    merchants: tuple[PlannedMerchant, ...]

    @cached_property
    def selling(self) -> list[PlannedMerchant]:
        return [merchant for merchant in self.merchants if merchant.stage == Stage.SELLING]

    @cached_property
    def listings(self) -> list[PlannedListing]:
        return [listing for merchant in self.selling for listing in merchant.listings]

    @cached_property
    def boosts(self) -> list[PlannedBoost]:
        return [boost for merchant in self.selling for boost in merchant.boosts]

    @cached_property
    def notes(self) -> list[tuple[PlannedMerchant, PlannedNote]]:
        """Every note with the merchant on whose account it appears."""
        return [(merchant, note) for merchant in self.selling for note in merchant.notes]
