"""Telling report days what they do not contain: which merchants' days a batch or an act touches.

Whoever tells news, and whoever publishes, takes the turn of `ReportDay.objects.take_turn()`: so the
numbers of news grow in the order in which they are committed, and a run that saw number 7 contains
every news up to it. Tell the news last in a transaction: nobody publishes until it ends.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Category, Product
from merchants.marketplaces.kinds import StoreKind
from merchants.stores.models import Store
from portal import clock
from reports.attribution.choices import WINDOWS
from reports.attribution.inputs import Named, NamedDay, News, RefundDay
from reports.attribution.models import ReportDay
from reports.attribution.statements import statement
from reports.attribution.tracing import Trace
from reports.sources.models import (
    MARKETPLACE_OF,
    MARKETPLACE_STORE_KINDS,
    Batch,
    EventKind,
    Source,
)
from reports.sources.regimes import ALL, Change, Regime, ratio_on, spans

Asked = dict[str, Any]


def seen() -> int:
    """The number of the newest news; what is read after this call contains it and all before it."""
    with transaction.atomic():
        ReportDay.objects.take_turn()
        return _newest()


def of_batch(batch: Batch, trace: Trace) -> None:
    """Tell what the events of a batch touch, and write down whom they name that nobody knows.

    Whoever becomes known meanwhile waits for the turn, or this does: one of the two sees the other.
    """
    ReportDay.objects.take_turn()
    _name(Named.STORE, trace.stores, marketplace=batch.source.marketplace)
    RefundDay.objects.bulk_create(
        (
            RefundDay(
                marketplace=batch.source.marketplace, external_id=store,
                ordered_on=ordered, refunded_on=refunded,
            )
            for store, ordered, refunded in sorted(trace.refunded)
        ),
        ignore_conflicts=True,
        batch_size=10_000,
    )  # fmt: skip
    boosts = {boost for boost, _day in trace.boosts}
    known = set(Boost.objects.filter(external_id__in=boosts).values_list("external_id", flat=True))
    _name(Named.BOOST, {(boost, day) for boost, day in trace.boosts if boost not in known})
    if trace.notes:
        _tell_of_touches("reached_by_notes", _pairs("notes", trace.notes), batch=batch)
    if stores := trace.stores | trace.refunds:
        kinds = [str(kind) for kind in MARKETPLACE_STORE_KINDS[batch.source.marketplace]]
        _tell("news_of_stores", {"kinds": kinds, **_pairs("stores", stores)}, batch=batch)


def of_store(store: Store, *, act: str) -> None:
    """Tell that a store has orders now, or has none any more: the days that have any change."""
    ReportDay.objects.take_turn()
    days = NamedDay.objects.filter(
        what=Named.STORE,
        external_id=store.external_id,
        marketplace=MARKETPLACE_OF[StoreKind(store.kind)],
    )
    of_days({(store.merchant_id, on) for on in days.values_list("on", flat=True)}, act=act)


def of_boost(boost: Boost, *, act: str) -> None:
    """Tell that a boost is known now: touchpoints that named it before are its own."""
    ReportDay.objects.take_turn()
    days = NamedDay.objects.filter(what=Named.BOOST, external_id=boost.external_id)
    named = {(boost.note.external_id, on) for on in days.values_list("on", flat=True)}
    if named:
        _tell_of_touches("reached_by_notes", _pairs("notes", named), act=act)


def of_regimes(source: Source, changes: Iterable[Change], *, act: str) -> None:
    """Tell that another share of a source's users is there on some days than was agreed before."""
    ReportDay.objects.take_turn()
    for change in changes:
        span: Asked = {"first_on": change.first_on, "last_on": change.last_on}
        if source.events == EventKind.TOUCHPOINTS:
            _tell_of_touches("reached_by_days", span, act=act)
            continue
        of_all = ALL in change.category_ids
        stores = {
            "marketplace": source.marketplace,
            "kinds": [str(kind) for kind in MARKETPLACE_STORE_KINDS[source.marketplace]],
            "categories": None if of_all else sorted(change.category_ids),
        }
        _tell("news_of_sampled_orders", {**span, **stores}, act=act)


def of_product(product: Product, *, was: int, act: str) -> None:
    """Tell that a product is of another category now than of `was` (ALL: of none), which matters
    on days on which these are samples of another size."""
    marketplace = MARKETPLACE_OF[StoreKind(product.store.kind)]
    sources = Source.objects.of_parties().filter(marketplace=marketplace)
    regimes = Regime.objects.filter(source__in=sources)
    if not regimes.exclude(category=None).exists():
        return
    ReportDay.objects.take_turn()
    tree = Category.objects.as_tree()
    of_store = {"marketplace": marketplace, "external_id": product.store.external_id}
    named = NamedDay.objects.filter(what=Named.STORE, **of_store).values_list("on", flat=True)
    touched = set()
    for source in sources:
        found = spans(regimes.filter(source=source), tree)
        touched |= {
            on
            for on in named
            if ratio_on(found, on, was) != ratio_on(found, on, product.category_id)
        }
    refunded = RefundDay.objects.filter(**of_store, ordered_on__in=touched)
    touched |= set(refunded.values_list("refunded_on", flat=True))
    of_days({(product.store.merchant_id, on) for on in touched}, act=act)


def of_days(days: Collection[tuple[int, date]], *, act: str) -> None:
    """Tell of an act that changes the numbers of these days, each with the id of its merchant."""
    if days:
        _tell("news_of_days", _pairs("merchants", days), act=act)


def of_closing(
    source: Source, *, stores: Collection[int], days: Collection[date], batch: Batch | None
) -> None:
    """Tell that a marketplace is about to close days of `stores`, of all of its stores if empty."""
    asked = {
        "source": source.pk, "days": sorted(days), "stores": sorted(stores),
        "is_of_all": not stores,
    }  # fmt: skip
    _tell("news_of_closing", asked, batch=batch, act="" if batch else "slice.closed")


def _tell_of_touches(
    reached: str, asked: Asked, *, batch: Batch | None = None, act: str = ""
) -> None:
    """Tell of touchpoints; `reached` is the statement of the days that they reach."""
    _tell("news_of_touches", {**asked, **_reach()}, reached=reached, batch=batch, act=act)


def _tell(
    touched: str, asked: Asked, *, reached: str = "", batch: Batch | None = None, act: str = ""
) -> None:
    """Tell of the days that the statement `touched` finds, which may read those of `reached`."""
    first = f"reached AS ({statement(reached)}), " if reached else ""
    with transaction.atomic(), connection.cursor() as cursor:
        ReportDay.objects.take_turn()
        said: Asked = {"number": _newest() + 1, "batch": batch and batch.pk, "act": act}
        cursor.execute(
            f"WITH {first}touched AS ({statement(touched)}){statement('tell')}",
            {**asked, **said, "at": clock.now()},
        )


def _newest() -> int:
    return News.objects.aggregate(newest=Max("number"))["newest"] or 0


def _name(what: Named, named: Iterable[tuple[str, date]], *, marketplace: str = "") -> None:
    NamedDay.objects.bulk_create(
        (
            NamedDay(what=what, marketplace=marketplace, external_id=external_id, on=on)
            for external_id, on in sorted(named)
        ),
        ignore_conflicts=True,
        batch_size=10_000,
    )


def _reach() -> Asked:
    """How far touchpoints reach, and where the stores' orders come from."""
    return {
        "window_days": max(WINDOWS),
        "today": clock.today(),
        "kinds": [str(kind) for kind in StoreKind],
        "marketplaces": [MARKETPLACE_OF[kind] for kind in StoreKind],
    }


def _pairs(what: str, pairs: Iterable[tuple[Any, date]]) -> Asked:
    ordered = sorted(pairs)
    return {what: [name for name, _day in ordered], "days": [day for _name, day in ordered]}
