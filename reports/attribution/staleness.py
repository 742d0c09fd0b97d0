"""Which report days no longer show everything: what listens to batches and acts, and tells news."""

from datetime import date
from typing import Any

from django.db import transaction

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Category, Product
from merchants.listings.models import Listing, ListingStatus
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.audit import acted
from portal.accounts.models import AuditEntry
from portal.states import moved
from reports.attribution import news, tracing
from reports.attribution.models import ReportDay
from reports.lake import commits
from reports.lake import tables as lake
from reports.sources.models import Batch, Source, SourceKind
from reports.sources.regimes import ALL, Change
from reports.sources.signals import batch_committed, days_close, knowledge_changes, regimes_changed

# So many batches of the time before are traced at each look of beat.
OLDER_AT_ONCE = 50


def listen() -> None:
    """Hear of what changes numbers; called once, when the app is ready."""
    batch_committed.connect(_on_batch_committed)
    knowledge_changes.connect(_on_knowledge_changing)
    moved.connect(_on_store_moved, sender=Store)
    moved.connect(_on_listing_moved, sender=Listing)
    acted.connect(_on_boost_acted, sender=Boost)
    acted.connect(_on_product_acted, sender=Product)
    regimes_changed.connect(_on_regimes_changed)
    days_close.connect(_on_days_close)


def _on_days_close(
    *, source: Source, stores: list[int], days: list[date], batch: Batch | None, **signal: Any
) -> None:
    """What a merchant has said himself counts no more on a day that the marketplace closes."""
    if source.kind == SourceKind.MARKETPLACE:
        news.of_closing(source, stores=stores, days=days, batch=batch)


def trace_older() -> None:
    """Tell the news of some batches that came in before there was news.

    Once a batch is traced, nothing is left of it to do.
    """
    for batch in Batch.objects.untraced().select_related("source")[:OLDER_AT_ONCE]:
        with transaction.atomic():
            if not Batch.objects.select_for_update(no_key=True).untraced().filter(pk=batch.pk):
                continue
            found = commits.committed(lake.open_table(batch.source.events), batch.pk)
            if found:
                _on_batch_committed(batch=batch, days=found.days)


def _on_batch_committed(*, batch: Batch, days: set[date], **signal: object) -> None:
    Batch.objects.filter(pk=batch.pk).update(traced_at=clock.now())
    news.of_batch(batch, tracing.traced(batch, days))


def _on_knowledge_changing(**signal: object) -> None:
    """Nobody is given an answer until it stands there from when on something else is known."""
    ReportDay.objects.take_turn()


def _on_store_moved(*, row: Store, old: str, new: str, **signal: object) -> None:
    """Only orders of verified stores are counted."""
    if StoreStatus.VERIFIED in {old, new}:
        news.of_store(row, act=f"store.{new}")


def _on_listing_moved(*, row: Listing, old: str, new: str, **signal: object) -> None:
    """A period begins or ends now: what was touched on days before is as live as it was."""
    if ListingStatus.LIVE in {old, new}:
        news.of_days({(row.merchant_id, clock.today())}, act=f"listing.{new}")


def _on_boost_acted(*, row: Boost, entry: AuditEntry, **signal: Any) -> None:
    if entry.verb == "boost.requested":
        news.of_boost(row, act=entry.verb)


def _on_product_acted(*, row: Product, entry: AuditEntry, **signal: Any) -> None:
    """Of which category a product is says of how large a sample its orders are."""
    if entry.old.get("category") != entry.new.get("category"):
        was = Category.objects.filter(code=entry.old.get("category")).first()
        news.of_product(row, was=was.pk if was else ALL, act=entry.verb)


def _on_regimes_changed(*, source: Source, changes: list[Change], act: str, **signal: Any) -> None:
    news.of_regimes(source, changes, act=act)
