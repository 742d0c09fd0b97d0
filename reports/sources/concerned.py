"""Whom suspensions of data concern: which stores, which merchants, and who was told so.

It may be one more later: a new product, a store that is verified since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts import audit
from portal.accounts.audit import acted
from portal.accounts.models import AuditEntry
from reports.sources import statements
from reports.sources.models import MARKETPLACE_STORE_KINDS, EventKind, Source
from reports.sources.signals import knowledge_changes
from reports.sources.suspensions import DataSuspension, SuspendedStore, subtree

# So many merchants are named before a suspension is made.
NAMED = 5


@dataclass(frozen=True)
class Impact:
    """Whom a suspension will concern, before it is made: `named` are some of the merchants.

    `days` of it are over or today, and become empty at once.
    """

    merchants: int
    stores: int
    named: Sequence[Merchant]
    days: int


def impact_of(
    source: Source, category: Category | None, first_on: date, last_on: date | None
) -> Impact:
    """What suspending these days would concern now."""
    stores = _stores_of(source, category).filter(status=StoreStatus.VERIFIED)
    merchants = Merchant.objects.filter(pk__in=stores.values("merchant")).order_by("pk")
    today = clock.today()
    reached = (min(last_on or today, today) - first_on).days + 1
    return Impact(merchants.count(), stores.count(), list(merchants[:NAMED]), max(reached, 0))


def listen() -> None:
    """Hear of what a store sells, and of what becomes of it; called once, when the app is ready."""
    acted.connect(_on_product_acted, sender=Product)
    acted.connect(_on_store_acted, sender=Store)


def _on_product_acted(*, row: Product, entry: AuditEntry, **signal: Any) -> None:
    look(Store.objects.filter(pk=row.store_id))


def _on_store_acted(*, row: Store, entry: AuditEntry, **signal: Any) -> None:
    look(Store.objects.filter(pk=row.pk))


def look(among: QuerySet[Store] | None = None) -> int:
    """Write down the stores (of `among`, or all) that suspensions have come to concern since they
    were made, as by a new product; how many there were. Tell the merchants whom one concerns since.

    The listener finds them at once; the beat finds those that were added while one was made.
    """
    found = 0
    holding = DataSuspension.objects.holding().select_related("source__merchant__team", "category")
    # In one order: two at once do not wait for each other.
    for suspension in holding.order_by("pk"):
        found += write_down(suspension, among)
    _tell(among)
    return found


@transaction.atomic
def _tell(among: QuerySet[Store] | None) -> None:
    """Tell merchants (of `among`, or all) that a suspension has begun to concern them."""
    stores = None if among is None else list(among.values_list("pk", flat=True))
    found = now_told(stores=stores)
    suspensions = DataSuspension.objects.for_list().in_bulk([one for one, _merchant in found])
    merchants = Merchant.objects.select_related("team").in_bulk([one for _one, one in found])
    for suspension, merchant in found:
        audit.record(
            "datasuspension.concerned",
            suspensions[suspension],
            by=None,
            team=merchants[merchant].team,
        )


def now_told(
    *, suspension: DataSuspension | None = None, stores: list[int] | None = None
) -> list[tuple[int, int]]:
    """Write down whom suspensions concern (or this one does), and who was not told so before."""
    moment = clock.now()
    found = statements.run(
        "suspension_told",
        moment=moment,
        today=clock.day_of(moment),
        stores=stores,
        suspension=suspension and suspension.pk,
    )
    return sorted((one, merchant) for one, merchant in found)


@transaction.atomic
def write_down(suspension: DataSuspension, among: QuerySet[Store] | None = None) -> int:
    """Write down the stores (of `among`, or all) that a suspension concerns; how many are new."""
    stores = _stores_of(suspension.source, suspension.category)
    if among is not None:
        stores = stores.filter(pk__in=among)
    new = list(
        stores.exclude(pk__in=suspension.stores.values("store")).values_list("pk", flat=True)
    )
    if new:
        knowledge_changes.send(DataSuspension)
        moment = clock.now()
        SuspendedStore.objects.bulk_create(
            [SuspendedStore(suspension=suspension, store_id=pk, since=moment) for pk in new],
            batch_size=5000,
            # Another one finds the same store at the same moment.
            ignore_conflicts=True,
        )
    return len(new)


def _stores_of(source: Source, category: Category | None) -> QuerySet[Store]:
    """The stores whose numbers rest on what `source` sends and that sell something of `category`.

    Touches are of all stores. A store is concerned whatever its state: it may be verified later.
    """
    stores = Store.objects.all()
    if source.events == EventKind.CONVERSIONS:
        stores = stores.filter(kind__in=MARKETPLACE_STORE_KINDS[source.marketplace])
    if source.merchant_id:
        stores = stores.filter(merchant=source.merchant_id)
    if category is not None:
        sold = Product.objects.filter(category__in=subtree(category))
        stores = stores.filter(pk__in=sold.values("store"))
    return stores.order_by("pk")
