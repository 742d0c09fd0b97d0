"""Published facts without a run of the engine: tests say what was credited, and see it reported."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from reports.attribution import day_sums
from reports.attribution.choices import DEFAULT_WINDOW_DAYS, Model
from reports.attribution.code import code_version
from reports.attribution.models import (
    ConversionFact,
    CreditFact,
    CreditSum,
    ReportDay,
    Run,
    TouchFact,
    TouchSum,
)
from reports.metrics.sums import MICRO
from reports.sources import closing
from reports.sources.models import Source
from reports.sources.owed import OWING

_rows = count(1)
# Report days whose facts are still coming.
_open: set[int] = set()


def day(ago: int) -> date:
    """The business day `ago` days before today."""
    return clock.today() - timedelta(days=ago)


def publish(merchant: Merchant, *days: date, stale_at: datetime | None = None) -> list[ReportDay]:
    """Current report days of `merchant`, all by one run, of which everything has arrived."""
    now = clock.now()
    arrive(merchant)
    run = Run.objects.create(
        first_on=min(days), last_on=max(days), code_version=code_version(), published_at=now,
        touchpoints_version=3, conversions_version=7,
    )  # fmt: skip
    return [
        ReportDay.objects.create(
            merchant=merchant, on=on, run=run, published_at=now, stale_at=stale_at
        )
        for on in days
    ]


def headline(number: int) -> dict[str, int]:
    """The headline numbers of a day, all of them `number`."""
    names = ("credited_micro", "credited_fen", "orders", "orders_fen", "touches")
    return dict.fromkeys(names, number)


def arrive(merchant: Merchant) -> None:
    """Everything that is owed to the merchant has come until yesterday, as its senders say; his
    first listing has been live for long. Who has no store is owed nothing.
    """
    if not merchant.stores.exists():
        return
    since = clock.now() - timedelta(days=450)
    periods = ListingPeriod.objects.filter(listing__merchant=merchant)
    if earliest := periods.order_by("live_from").first():
        periods.filter(pk=earliest.pk, live_from__gt=since).update(live_from=since)
    else:
        for listing in merchant.listings.all() or [_some_listing(merchant)]:
            ListingPeriod.objects.create(listing=listing, live_from=since)
    first = clock.today() - timedelta(days=450)
    for source in Source.objects.filter(kind__in=OWING):
        if not source.slices.filter(store=None, on=first).exists():
            closing.pull_finished(source, first_on=first, last_on=day(1))


def _some_listing(merchant: Merchant) -> Listing:
    """A listing of nothing in particular, which no fact is of."""
    store = merchant.stores.earliest("pk")
    product = Product.objects.create(
        store=store, external_id=f"begun-{merchant.pk}", title="Begun",
        category=Category.objects.earliest("pk"),
    )  # fmt: skip
    note = Note.objects.create(
        merchant=merchant, external_id=f"begun-{merchant.pk}", title="Begun", kind="image",
        author_name="Lin", published_at=clock.now(),
    )  # fmt: skip
    return Listing.objects.create(
        merchant=merchant, note=note, product=product, placement=Placement.NOTE_BODY,
        code=f"B{product.pk}", status="ended", created_by=User.objects.earliest("pk"),
    )  # fmt: skip


def credit(report_day: ReportDay, listing: Listing, kind: str, **given: Any) -> CreditFact:
    """One credit fact: one whole conversion matched by product, unless `given` says otherwise.

    `credit_micro` and `value_fen` are what `model` gives; the others give nothing.
    """
    _note_sample(report_day, "credit", given)
    model = Model(given.pop("model", Model.LAST_TOUCH))
    given[model.micro] = given.pop("credit_micro", MICRO)
    given[model.fen] = given.pop("value_fen", None)
    fact = CreditFact.objects.create(
        **_key(report_day),
        **_listing(listing),
        **{
            "store_kind": listing.product.store.kind,
            "kind": kind,
            "level": "product",
            "window_days": DEFAULT_WINDOW_DAYS,
            "touched_on": report_day.on,
            **given,
        },
    )
    _sum_up(report_day)
    return fact


def touch(report_day: ReportDay, listing: Listing, kind: str, **given: Any) -> TouchFact:
    """One touch fact: one touchpoint on a note with this listing alone, unless `given` says
    otherwise."""
    _note_sample(report_day, "touch", given)
    of = {"note_id": listing.note_id, "listing_ids": [listing.pk]}
    fact = TouchFact.objects.create(
        **_key(report_day), **{**of, "kind": kind, "touchpoints": 1, **given}
    )
    _sum_up(report_day)
    return fact


def conversion(report_day: ReportDay, listing: Listing, **given: Any) -> ConversionFact:
    """One conversion fact of the listing's store: one order nobody explains, unless `given`."""
    _note_sample(report_day, "conversion", given)
    return ConversionFact.objects.create(
        **_key(report_day),
        **{
            "store_id": listing.product.store_id,
            "store_kind": listing.product.store.kind,
            "kind": "order",
            "level": "",
            "window_days": DEFAULT_WINDOW_DAYS,
            "conversions": 1,
            "value_fen": None,
            "numbers": 1,
            "units": 1,
            "without_units": 0,
            "newcomers": 0,
            "maybe_newcomers": 0,
            **given,
        },
    )


def _note_sample(report_day: ReportDay, table: str, given: dict[str, Any]) -> None:
    """What a run writes down of the samples it reads."""
    ratio = given.get("sampling_ratio")
    if ratio is not None:
        written = format(Decimal(str(ratio)).normalize(), "f")
        ratios = {*report_day.samples.get(table, ()), written}
        report_day.samples = report_day.samples | {table: sorted(ratios)}
        report_day.save(update_fields=["samples"])


@contextmanager
def at_once(report_day: ReportDay) -> Iterator[None]:
    """Facts of a day that are many are summed up when all are there, as a run does it."""
    _open.add(report_day.pk)
    try:
        yield
    finally:
        _open.discard(report_day.pk)
    _sum_up(report_day)


def _sum_up(report_day: ReportDay) -> None:
    """A run adds all facts of a day before it sums them up; here they come one by one."""
    if report_day.pk in _open:
        return
    for sums in (CreditSum, TouchSum):
        sums.objects.filter(report_day_id=report_day.pk).delete()
    day_sums.add([report_day])


def _key(report_day: ReportDay) -> dict[str, Any]:
    return {
        "on": report_day.on,
        "report_day_id": report_day.pk,
        "row": next(_rows),
        "merchant_id": report_day.merchant_id,
    }


def _listing(listing: Listing) -> dict[str, Any]:
    return {
        "listing_id": listing.pk,
        "note_id": listing.note_id,
        "placement": listing.placement,
    }
