"""Openings: who may let a category link outside, and what is in force at a moment."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from merchants.openings.models import Opening, Programme
from merchants.openings.policy import Policy
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeKind, RuleChange
from portal import clock, typed
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import clean_or_refuse


class Scope(NamedTuple):
    """Where a rule holds; what lies in the category follows it."""

    programme: Programme
    category: Category
    placement: str
    store_kind: str


def propose(
    scopes: Iterable[Scope],
    *,
    state: str,
    effective_at: datetime,
    reason: str,
    by: User,
    expires_at: datetime | None = None,
    last_on: date | None = None,
    kept: Iterable[Category] = (),
    **settings: Any,
) -> RuleChange:
    """A change that waits for signatures: a line for each of `scopes`, all of the same state.

    `kept` are the branches that keep what they have where the change `sweeps`; `settings` are those
    of `rulechanges.verbs.propose`.
    """
    scopes = list(dict.fromkeys(scopes))
    for scope in scopes:
        _refuse_unfit(scope, effective_at)
    lines = [
        Opening(
            **scope._asdict(),
            state=state,
            effective_at=effective_at,
            expires_at=expires_at,
            last_on=last_on,
            kept=sorted(category.pk for category in kept),
            **{name: settings[name] for name in _ON_EACH_LINE & settings.keys()},
        )
        for scope in scopes
    ]
    _refuse_untidy(lines)
    return rulechanges.propose(
        ChangeKind.OPENINGS,
        lines,
        effective_at=effective_at,
        expires_at=expires_at,
        reason=reason,
        by=by,
        **settings,
    )


_ON_EACH_LINE = {"sweeps", "grandfather", "grandfather_until"}


def _refuse_untidy(lines: list[Opening]) -> None:
    """Refuse what is no value of its field, or breaks a rule of its own."""
    if not lines:
        raise Refusal(_("Choose at least one scope."), field="categories")
    for line in lines:
        clean_or_refuse(line, but={"change"})


def _refuse_unfit(scope: Scope, effective_at: datetime) -> None:
    """Refuse a rule that its programme has no use for, or that would start in the past or where
    nothing can be counted from it."""
    typed.require_year(effective_at, field="effective_at")
    if scope.store_kind not in scope.programme.store_kinds:
        raise Refusal(
            _("%(programme)s has no stores of this kind.") % {"programme": scope.programme},
            field="store_kind",
        )
    if not scope.programme.runs_on(clock.day_of(effective_at)):
        raise Refusal(
            _("%(programme)s does not run on that day.") % {"programme": scope.programme},
            field="effective_at",
        )
    if clock.day_of(effective_at) < clock.today():
        raise Refusal(
            _("A rule cannot start in the past: what was in force stays as it was."),
            field="effective_at",
        )


def in_force(
    programme: Programme, category: Category, placement: str, store_kind: str, *, at: datetime
) -> Opening | None:
    """The signed rule that decides at `at`, None when there is none or the programme is not on."""
    policy = Policy.read(category=category.pk)
    rule = policy.decides(programme.pk, category.pk, placement, store_kind, at)
    return rule and Opening.objects.select_related("programme", "category").get(pk=rule.pk)
