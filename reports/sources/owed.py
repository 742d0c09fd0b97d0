"""What sources owe: a slice per source and business day, for conversions per store as well.

A store's slices are owed from the day of its first live listing on, while it is verified. The
community owes its touchpoints for all merchants at once. Our own links and a merchant's own files
owe nothing: what they have not sent, nobody waits for.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from merchants.companies.models import Merchant
from merchants.stores.models import Store, StoreStatus
from portal import clock
from reports.sources.capability import owing_then
from reports.sources.models import MARKETPLACE_STORE_KINDS, Rhythm, Source, SourceKind

OWING = (SourceKind.COMMUNITY, SourceKind.MARKETPLACE)

# The source, and the store of conversions: None for touchpoints, and for all stores of a source.
StreamKey = tuple[int, int | None]


@dataclass(frozen=True)
class Stream:
    """What one source owes: of a store, or of the community; one slice for each day from `since`.

    `name` is whose data it is, in the language of the reader.
    """

    source: Source
    store: Store | None
    since: date

    @property
    def key(self) -> StreamKey:
        return self.source.pk, self.store.pk if self.store else None

    @property
    def name(self) -> str:
        return f"{self.source.name} · {self.store.name}" if self.store else self.source.name

    def due_at(self, on: date) -> datetime:
        """The moment by which the slice of a day is to be closed."""
        return due_at(on, self.source.rhythm, self.source.delay_days)


def _end_of_week(on: date) -> date:
    return on + timedelta(days=6 - on.weekday())


def _end_of_month(on: date) -> date:
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


_COVERED_BY: dict[Rhythm, Callable[[date], date]] = {
    Rhythm.EACH_DAY: lambda on: on,
    Rhythm.EACH_WEEK: _end_of_week,
    Rhythm.EACH_MONTH: _end_of_month,
}


def due_at(on: date, rhythm: str, delay_days: int) -> datetime:
    """The end of the day that is `delay_days` after the day, week or month that `on` is part of."""
    last_on = _COVERED_BY[Rhythm(rhythm)](on)
    return clock.start_of(last_on + timedelta(days=delay_days + 1))


@dataclass(frozen=True)
class Owed:
    """What a merchant's numbers rest on: his stores' `conversions`, the community's `touches`.

    `since` is the day of his first live listing; None when he never had one. `begun` are the stores
    that had one, each with the day of its first.
    """

    conversions: tuple[Stream, ...]
    touches: tuple[Stream, ...]
    since: date | None
    begun: tuple[tuple[Store, date], ...] = ()

    @property
    def streams(self) -> tuple[Stream, ...]:
        return self.touches + self.conversions

    def due(self, days: Iterable[date]) -> list[tuple[Stream, date]]:
        """The slices of the days, stream by stream."""
        wanted = sorted(days)
        return [(stream, on) for stream in self.streams for on in wanted if on >= stream.since]


def owed_to(merchant: Merchant, *, as_of: datetime | None = None) -> Owed:
    """What is owed for one merchant, in two queries; with `as_of` in three, of the stores that had
    begun by then and due as was declared by then."""
    begun = begun_stores(merchant, as_of=as_of)
    if not begun:
        return Owed((), (), None)
    sources = list(Source.objects.filter(kind__in=OWING).order_by("pk"))
    return _owed(begun, owing_then(sources, as_of=as_of))


def owed_to_many(merchants: Collection[int]) -> dict[int, Owed]:
    """What is owed now for each of `merchants`, by primary key, in two queries."""
    sources = list(Source.objects.filter(kind__in=OWING).order_by("pk"))
    begun: dict[int, list[tuple[Store, date]]] = {merchant: [] for merchant in merchants}
    for store, since in _begun(Store.objects.filter(merchant__in=merchants)):
        begun[store.merchant_id].append((store, since))
    return {
        merchant: _owed(stores, sources) if stores else Owed((), (), None)
        for merchant, stores in begun.items()
    }


def _owed(begun: Sequence[tuple[Store, date]], sources: Sequence[Source]) -> Owed:
    since = min(day for _store, day in begun)
    return Owed(
        conversions=tuple(
            Stream(source, store, day)
            for store, day in begun
            for source in sources
            if source.kind == SourceKind.MARKETPLACE and sends_of(source, store)
        ),
        touches=tuple(
            Stream(source, None, since) for source in sources if source.kind == SourceKind.COMMUNITY
        ),
        since=since,
        begun=tuple(begun),
    )


def begun_stores(merchant: Merchant, *, as_of: datetime | None = None) -> list[tuple[Store, date]]:
    """The verified stores that ever had a live listing, or had one by `as_of`, each with the day of
    the first. A listing goes live in a verified store only, so that these were verified by then."""
    return _begun(Store.objects.filter(merchant=merchant), as_of=as_of)


def _begun(stores: "QuerySet[Store]", *, as_of: datetime | None = None) -> list[tuple[Store, date]]:
    verified: QuerySet[Any] = stores.filter(status=StoreStatus.VERIFIED)
    found = verified.annotate(live_from=Min("products__listings__periods__live_from"))
    if as_of is not None:
        found = found.filter(live_from__lte=as_of)
    return [
        (store, clock.day_of(store.live_from))
        for store in found.exclude(live_from=None).order_by("pk")
    ]


def sends_of(source: Source, store: Store) -> bool:
    """Whether conversions of a store come from a source."""
    return store.kind in MARKETPLACE_STORE_KINDS[source.marketplace]
