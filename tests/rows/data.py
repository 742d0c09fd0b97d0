"""Sources, batches, quarantined rows and published facts."""

from datetime import timedelta
from decimal import Decimal

from merchants.companies.models import Merchant
from merchants.listings.models import ListingPeriod
from merchants.stores.models import Store, StoreStatus
from portal import clock
from reports.attribution.models import CreditFact, ReportDay
from reports.attribution.restatements import Restatement
from reports.attribution.unplaced import TalliedDay, Unplaced, What
from reports.sources.breaches import Breach, parts_of, say
from reports.sources.models import Batch, BatchState, EventKind, QuarantinedRow, Source
from reports.sources.refunds import RefundPeriod
from reports.sources.regimes import Regime
from reports.sources.suspensions import DataSuspension
from reports.tests import factory
from tests.rows import WORD, World
from tests.rows.money import boost
from tests.rows.people import person
from tests.rows.shops import category, company, listing, product, tmall_store


def source(world: World, number: int) -> Source:
    return Source.objects.create(
        code=f"grown-{number}", name_zh=WORD, name_en=WORD, events=EventKind.CONVERSIONS
    )


def marketplace(world: World, number: int) -> Source:
    """A source that owes something."""
    made = source(world, number)
    made.marketplace = "jd"
    made.save()
    return made


def breach(world: World, number: int) -> Breach:
    parts = parts_of([(source(world, number).pk, factory.day(number + 2))])
    return say(parts, merchant=None, is_over=False, moment=clock.now())


def owing_store(world: World, number: int) -> ListingPeriod:
    """A store of whose orders the marketplaces owe something."""
    owing = tmall_store(world, number)
    Store.objects.filter(pk=owing.pk).update(status=StoreStatus.VERIFIED)
    listed = listing(world, number, of=product(world, number, owing))
    return ListingPeriod.objects.create(listing=listed, live_from=clock.now() - timedelta(days=3))


def regime(world: World, number: int) -> Regime:
    return Regime.objects.create(
        source=world["batch"].source, category=category(world, number), ratio=Decimal("0.5"),
        valid_from=factory.day(number),
    )  # fmt: skip


def refund_period(world: World, number: int) -> RefundPeriod:
    return RefundPeriod.objects.create(
        category=category(world, number), days=number, valid_from=clock.now(),
        set_by=person(world, number), reason=WORD,
    )  # fmt: skip


def unplaced(world: World, number: int) -> Unplaced:
    day, _is_new = TalliedDay.objects.get_or_create(events="conversions", on=factory.day(1))
    return Unplaced.objects.create(
        day=day, source=source(world, number), what=What.STORE, code=WORD, rows=1, value_fen=1
    )


def batch(world: World, number: int, merchant: Merchant | None = None) -> Batch:
    return Batch.objects.create(
        source=source(world, number),
        merchant=merchant or world["merchant"],
        file_name=f"{WORD} {number}.csv",
        bytes=1,
        state=BatchState.COMMITTED,
        uploaded_by=person(world, number),
    )


def batch_of_one_source(world: World, number: int) -> Batch:
    return Batch.objects.create(
        source=world["batch"].source,
        merchant=company(world, number),
        file_name=f"{WORD} {number}.csv",
        bytes=1,
        state=BatchState.COMMITTED,
    )


def batch_of_a_company(world: World, number: int) -> Batch:
    return batch(world, number, company(world, number))


def quarantined_row(world: World, number: int) -> QuarantinedRow:
    return QuarantinedRow.objects.create(
        batch=world["batch"], line=number + 1, field="kind", reason="not_a_choice", raw="x,y"
    )


def credited_boost(world: World, number: int) -> CreditFact:
    """An order of yesterday, credited to a listing and a boost of their own."""
    listed = listing(world, number)
    asked = boost(world, number + 1000)
    report_day = ReportDay.objects.current().filter(merchant=world["merchant"]).first()
    if report_day is None:
        [report_day] = factory.publish(world["merchant"], factory.day(1))
    return factory.credit(report_day, listed, "order", boost_id=asked.pk, value_fen=100)


def suspension(world: World, number: int) -> DataSuspension:
    """A day of the source that sent the world's file."""
    on = factory.day(number + 1)
    return DataSuspension.objects.create(
        source=world["batch"].source, first_on=on, last_on=on, reason=WORD,
        suspended_at=clock.now(), suspended_by=person(world, number),
    )  # fmt: skip


def restatement(world: World, number: int) -> Restatement:
    """A day that a batch changed after it was over."""
    [report_day] = factory.publish(company(world, number), factory.day(number + 1))
    return Restatement.objects.create(
        merchant=world["merchant"], on=report_day.on, at=report_day.published_at,
        run=report_day.run, was_day=0, is_day=report_day.pk, batch=batch(world, number),
        old=factory.headline(number), new=factory.headline(0),
    )  # fmt: skip
