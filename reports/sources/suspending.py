"""What may be done to the data of a source: suspend them for some days, change the end, lift it.

Reports show other numbers from the moment of the act on, and the same ones when they are asked as
of an earlier one. So everything here announces `knowledge_changes` before it takes its moment.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from portal import clock, words
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason
from portal.saving import save_or_refuse
from reports.sources import concerned
from reports.sources.models import Source, SourceKind
from reports.sources.signals import knowledge_changes
from reports.sources.suspensions import (
    DataSuspension,
)

# No report has earlier days.
EARLIEST_ON = date(2013, 1, 1)
# Nobody knows further ahead; what lasts longer has no end yet.
MOST_AHEAD = timedelta(days=366)


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
    if source.kind == SourceKind.ADSERVER:
        raise SuspensionRefused(
            _("What an ad server says is money, not data of reports: it cannot be withheld."),
            field="first_on",
        )
    require_days(first_on, last_on)
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
    concerned.write_down(suspension)
    concerned.now_told(suspension=suspension)
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
    require_days(suspension.first_on, last_on)
    _require_alone(
        suspension.source, suspension.category, suspension.first_on, last_on, but=suspension.pk
    )
    knowledge_changes.send(DataSuspension)
    suspension.last_on = last_on
    save_or_refuse(suspension, field="last_on")
    suspension.ends.create(last_on=last_on, set_at=clock.now())
    concerned.now_told(suspension=suspension)
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


def require_days(first_on: date, last_on: date | None) -> None:
    """Raise SuspensionRefused, at its field, for a day of which nothing can be suspended."""
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
