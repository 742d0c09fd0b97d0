"""What may be done about regimes: agree on one, change it, end it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from portal import words
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import save_or_refuse
from reports.sources.models import EventKind, Source
from reports.sources.regimes import SAMPLED_KINDS, Regime, changes, spans
from reports.sources.signals import regimes_changed


class RegimeRefused(Refusal):
    """This cannot be agreed."""


@transaction.atomic
def open_regime(
    source: Source,
    *,
    category: Category | None,
    valid_from: date,
    valid_to: date | None,
    ratio: Decimal,
    by: User,
) -> Regime:
    """Agree that the source has `ratio` (above 0, at most 1) of its users on these business days,
    both included; without a category for all that have no regime of their own.

    Raises RegimeRefused for a source that has no samples, Refusal for days that are covered.
    """
    source = _locked(source)
    permissions.require(by, "source.manage")
    if source.kind not in SAMPLED_KINDS:
        raise RegimeRefused(_("Only the community and marketplaces send samples."))
    if category is not None and source.events == EventKind.TOUCHPOINTS:
        raise RegimeRefused(
            _("Touchpoints have no category: a sample of them is of all."), field="category"
        )
    _require_days(valid_from, valid_to)
    regime = Regime(
        source=source, category=category, valid_from=valid_from, valid_to=valid_to, ratio=ratio
    )
    with _telling(source, act="regime.opened"):
        save_or_refuse(regime, field="valid_from")
    audit.record("regime.opened", regime, by=by, team=None, new=_facts(regime))
    return regime


@transaction.atomic
def change(
    regime: Regime,
    *,
    valid_from: date,
    valid_to: date | None,
    ratio: Decimal,
    version: str | None = None,
    by: User,
) -> Regime:
    """Correct what was agreed; see `open_regime`. Raises Outdated unless `version` is newest."""
    source = _locked(regime.source)
    permissions.require(by, "source.manage")
    regime = Regime.objects.select_for_update(no_key=True).get(pk=regime.pk)
    versions.require(regime, version)
    old = _facts(regime)
    _require_days(valid_from, valid_to)
    regime.valid_from, regime.valid_to, regime.ratio = valid_from, valid_to, ratio
    with _telling(source, act="regime.changed"):
        save_or_refuse(regime, field="valid_from")
    _record("regime.changed", regime, old, by=by)
    return regime


@transaction.atomic
def close(regime: Regime, *, valid_to: date, version: str | None = None, by: User) -> Regime:
    """End an agreement that has no end, with this day as its last.

    Raises RegimeRefused for one that has an end, Outdated unless `version` is newest.
    """
    source = _locked(regime.source)
    permissions.require(by, "source.manage")
    regime = Regime.objects.select_for_update(no_key=True).get(pk=regime.pk)
    if regime.valid_to is not None:
        raise RegimeRefused(_("It has an end already. Change it instead."), field="valid_to")
    versions.require(regime, version)
    _require_days(regime.valid_from, valid_to)
    old = _facts(regime)
    regime.valid_to = valid_to
    with _telling(source, act="regime.closed"):
        save_or_refuse(regime, field="valid_to")
    _record("regime.closed", regime, old, by=by)
    return regime


def _require_days(valid_from: date, valid_to: date | None) -> None:
    """Asked before the row is: the database cannot compare a period that ends before it begins."""
    if valid_to is not None and valid_to < valid_from:
        raise RegimeRefused(_("The last day is on or after the first."), field="valid_to")


def _locked(source: Source) -> Source:
    """One agreement of a source at a time: each is compared with what was agreed before."""
    return Source.objects.select_for_update(no_key=True).get(pk=source.pk)


@contextmanager
def _telling(source: Source, *, act: str) -> Iterator[None]:
    """Announce which days have another ratio after what is done inside."""
    tree = Category.objects.as_tree()
    before = spans(Regime.objects.filter(source=source), tree)
    yield
    found = changes(before, spans(Regime.objects.filter(source=source), tree))
    if found:
        regimes_changed.send(Source, source=source, changes=found, act=act)


def _record(act: str, regime: Regime, old: dict[str, Any], *, by: User) -> None:
    new = _facts(regime)
    changed = [name for name in new if new[name] != old[name]]
    if changed:
        audit.record(
            act,
            regime,
            by=by,
            team=None,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )


def _facts(regime: Regime) -> dict[str, Any]:
    """What was agreed, as the audit log keeps it."""
    return {
        "source": regime.source.code,
        "category": regime.category.code if regime.category else None,
        "first_on": str(regime.valid_from),
        "last_on": str(regime.valid_to) if regime.valid_to else None,
        "ratio": words.share(Decimal(regime.ratio)),
    }
