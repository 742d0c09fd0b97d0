"""What may be done to the data of a source: suspend them for some days, change the end, lift it.

Reports show other numbers from the moment of the act on, and the same ones when they are asked as
of an earlier one. So everything here announces `knowledge_changes` before it takes its moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.stores.models import Store, StoreStatus
from portal import clock, words
from portal.accounts import audit, permissions, versions
from portal.accounts.audit import acted
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal, given_reason
from portal.saving import save_or_refuse
from reports.sources.models import MARKETPLACE_STORE_KINDS, EventKind, Source
from reports.sources.signals import knowledge_changes
from reports.sources.suspensions import (
    DataSuspension,
    SuspendedStore,
    subtree,
)

# No report has earlier days.
EARLIEST_ON = date(2013, 1, 1)
# Nobody knows further ahead; what lasts longer has no end yet.
MOST_AHEAD = timedelta(days=366)
# So many merchants are named before a suspension is made.
NAMED = 5


class SuspensionRefused(Refusal):
    """Data cannot be suspended so."""


@transaction.atomic
def suspend(
    source: Source,
    *,
    category: Category | None,
    first_on: date,
    last_on: date | None,
    reason: str,
    by: User,
) -> DataSuspension:
    """Withhold what `source` sends about products of `category` (None: all) for the days from
    `first_on` to `last_on`, both included; None is no end yet.

    Raises SuspensionRefused for days that cannot be, or that another suspension has.
    """
    source = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    permissions.require(by, "source.suspend")
    _require_days(first_on, last_on)
    _require_alone(source, category, first_on, last_on)
    knowledge_changes.send(DataSuspension)
    suspension = DataSuspension(
        source=source,
        category=category,
        first_on=first_on,
        last_on=last_on,
        reason=given_reason(reason),
        suspended_at=clock.now(),
        suspended_by=by,
    )
    save_or_refuse(suspension, field="first_on")
    suspension.ends.create(last_on=last_on, set_at=suspension.suspended_at)
    _concern(suspension, _stores_of(source, category))
    audit.record(
        "datasuspension.made",
        suspension,
        by=by,
        team=suspension.audit_team(),
        new={
            "source": source.code,
            "category": category.code if category else None,
            "first_on": first_on.isoformat(),
            "last_on": _iso(last_on),
            "stores": suspension.stores.count(),
        },
        reason=suspension.reason,
    )
    return suspension


@transaction.atomic
def change_end(
    suspension: DataSuspension, *, last_on: date | None, version: str | None = None, by: User
) -> DataSuspension:
    """Withhold the days until `last_on`, or until further notice. Days behind it are shown again,
    days before it are not any more.

    Raises Outdated unless `version` is the newest, SuspensionRefused for days that cannot be.
    """
    suspension = _locked(suspension, version=version, by=by)
    old = suspension.last_on
    if last_on == old:
        return suspension
    _require_days(suspension.first_on, last_on)
    _require_alone(
        suspension.source, suspension.category, suspension.first_on, last_on, but=suspension.pk
    )
    knowledge_changes.send(DataSuspension)
    suspension.last_on = last_on
    save_or_refuse(suspension, field="last_on")
    suspension.ends.create(last_on=last_on, set_at=clock.now())
    audit.record(
        "datasuspension.end_changed",
        suspension,
        by=by,
        team=suspension.audit_team(),
        old={"last_on": _iso(old)},
        new={"last_on": _iso(last_on)},
    )
    return suspension


@transaction.atomic
def lift(
    suspension: DataSuspension, *, reason: str, version: str | None = None, by: User
) -> DataSuspension:
    """Show all its days again. Raises Outdated unless `version` is the newest, SuspensionRefused
    for one that is lifted already."""
    suspension = _locked(suspension, version=version, by=by)
    knowledge_changes.send(DataSuspension)
    suspension.lifted_at, suspension.lifted_by = clock.now(), by
    suspension.lift_reason = given_reason(reason)
    save_or_refuse(suspension)
    audit.record(
        "datasuspension.lifted",
        suspension,
        by=by,
        team=suspension.audit_team(),
        reason=suspension.lift_reason,
    )
    return suspension


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
    """Hear of what a store sells; called once, when the app is ready."""
    acted.connect(_on_product_acted, sender=Product)


def _on_product_acted(*, row: Product, entry: AuditEntry, **signal: Any) -> None:
    concern_stores(Store.objects.filter(pk=row.store_id))


def concern_stores(among: QuerySet[Store] | None = None) -> int:
    """Write down the stores (of `among`, or all) that suspensions have come to concern since they
    were made, as by a new product; how many there were.

    The listener finds them at once; the beat finds those that were added while one was made.
    """
    found = 0
    for suspension in DataSuspension.objects.holding().select_related("source", "category"):
        stores = _stores_of(suspension.source, suspension.category)
        if among is not None:
            stores = stores.filter(pk__in=among)
        found += _concern(suspension, stores)
    return found


@transaction.atomic
def _concern(suspension: DataSuspension, stores: QuerySet[Store]) -> int:
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


def _locked(suspension: DataSuspension, *, version: str | None, by: User) -> DataSuspension:
    """The suspension and its source locked: overlaps are looked for among those of a source.

    Raises SuspensionRefused for one that is lifted.
    """
    Source.objects.select_for_update(no_key=True).get(pk=suspension.source_id)
    locked = (
        DataSuspension.objects.select_for_update(of=("self",), no_key=True)
        .select_related("source__merchant__team", "category")
        .get(pk=suspension.pk)
    )
    permissions.require(by, "source.suspend")
    versions.require(locked, version)
    if locked.lifted_at is not None:
        raise SuspensionRefused(
            _("This suspension was lifted at %(at)s.") % {"at": words.instant(locked.lifted_at)}
        )
    return locked


def _require_days(first_on: date, last_on: date | None) -> None:
    if first_on < EARLIEST_ON:
        raise SuspensionRefused(
            _("Reports begin on %(day)s.") % {"day": words.day(EARLIEST_ON)}, field="first_on"
        )
    furthest = clock.today() + MOST_AHEAD
    for field, on in (("first_on", first_on), ("last_on", last_on)):
        if on is not None and on > furthest:
            raise SuspensionRefused(
                _("Nobody knows so far ahead. Leave the last day empty until it is known."),
                field=field,
            )
    if last_on is not None and last_on < first_on:
        raise SuspensionRefused(_("The last day is on or after the first."), field="last_on")


def _require_alone(
    source: Source,
    category: Category | None,
    first_on: date,
    last_on: date | None,
    but: int | None = None,
) -> None:
    """Raise SuspensionRefused, naming the other, for days that are suspended already.

    The source is locked, so no other one comes in between; a category and what lies in it cannot be
    compared by a constraint.
    """
    others = DataSuspension.objects.overlapping(source, category, first_on, last_on)
    if but is not None:
        others = others.exclude(pk=but)
    other = others.select_related("source", "category").order_by("pk").first()
    if other is not None:
        raise SuspensionRefused(
            _("Some of it is suspended already: %(other)s. Change that one, or lift it.")
            % {"other": other},
            field="first_on" if but is None else "last_on",
        )


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
