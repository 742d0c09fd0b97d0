"""Openings: who may let a category link outside, and what is in force at a moment."""

import itertools
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.openings.models import Opening, OpeningMerchant, OpeningState, Programme
from merchants.openings.policy import Policy
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeKind, Grandfather, RuleChange
from portal import clock, typed
from portal.accounts import permissions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import clean_or_refuse

# Beyond these a change is cut in two by whoever proposes it.
MOST_LINES = 2_000
MOST_LISTED = 20_000
# What takes away in a branch takes it from what lies in the branch, too.
SWEEPS = {OpeningState.CLOSING, OpeningState.SUSPENDED, OpeningState.CLOSED}


class Scope(NamedTuple):
    """Where a rule holds; what lies in the category follows it."""

    programme: Programme
    category: Category
    placement: str
    store_kind: str


def scopes(
    programmes: Iterable[Programme],
    categories: Iterable[Category],
    placements: Iterable[str],
    store_kinds: Iterable[str],
) -> list[Scope]:
    """Each with each, where the programme is about such stores. Raises Refusal for a kind of store,
    or a programme, that comes to nothing."""
    programmes, store_kinds = list(programmes), list(store_kinds)
    if barren := next(
        (k for k in store_kinds if not any(k in p.store_kinds for p in programmes)), ""
    ):
        raise Refusal(
            _("None of these programmes has stores of this kind: %(kind)s.")
            % {"kind": StoreKind(barren).label},
            field="store_kinds",
        )
    if idle := next((p for p in programmes if p.store_kinds.isdisjoint(store_kinds)), None):
        raise Refusal(
            _("%(programme)s has no stores of this kind.") % {"programme": idle},
            field="programmes",
        )
    wanted = itertools.product(programmes, categories, placements, store_kinds)
    return [Scope(*each) for each in wanted if each[3] in each[0].store_kinds]


def draft(
    scopes: Iterable[Scope],
    *,
    state: str,
    effective_at: datetime,
    expires_at: datetime | None = None,
    last_on: date | None = None,
    kept: Iterable[Category] = (),
    merchants: Iterable[Merchant] = (),
    grandfather: str = Grandfather.NONE,
    grandfather_until: datetime | None = None,
) -> list[Opening]:
    """Unsaved lines of one state, one for each of `scopes`; `listed` of each are the primary keys
    of the merchants of a pilot. Raises Refusal for what can be no rule."""
    scopes, kept = list(dict.fromkeys(scopes)), list(kept)
    listed = sorted({merchant.pk for merchant in merchants})
    _refuse_untidy(scopes, state, kept, listed)
    for scope in scopes:
        _refuse_unfit(scope, effective_at)
    lines = [
        Opening(
            **scope._asdict(),
            state=state,
            effective_at=effective_at,
            expires_at=expires_at,
            last_on=last_on,
            sweeps=state in SWEEPS,
            kept=sorted(category.pk for category in kept),
            grandfather=grandfather,
            grandfather_until=grandfather_until,
        )
        for scope in scopes
    ]
    for line in lines:
        line.listed = listed
        clean_or_refuse(line, but={"change"})
    _refuse_broken(lines[0])
    return lines


@transaction.atomic
def propose(
    scopes: Iterable[Scope], *, reason: str, by: User, evidence: str = "", **said: Any
) -> RuleChange:
    """A change that waits for signatures; `said` are the arguments of `draft`."""
    permissions.require(by, "opening.propose")
    lines = draft(scopes, **said)
    first = lines[0]
    change = rulechanges.propose(
        ChangeKind.OPENINGS,
        lines,
        effective_at=first.effective_at,
        expires_at=first.expires_at,
        grandfather=first.grandfather,
        grandfather_until=first.grandfather_until,
        sweeps=first.sweeps,
        reason=reason,
        evidence=evidence,
        by=by,
    )
    OpeningMerchant.objects.bulk_create(
        OpeningMerchant(opening=line, merchant_id=pk) for line in lines for pk in line.listed
    )
    return change


def roll_back(change: RuleChange, *, reason: str, by: User) -> RuleChange:
    """A change that takes the lines of `change` back when it is signed."""
    return rulechanges.propose(
        ChangeKind.ROLLBACK,
        (),
        effective_at=clock.now(),
        takes_back=RuleChange.objects.get(pk=change.pk),
        reason=reason,
        by=by,
    )


def _refuse_untidy(
    scopes: list[Scope], state: str, kept: list[Category], listed: list[int]
) -> None:
    if not scopes:
        raise Refusal(_("Choose at least one scope."), field="categories")
    if len(scopes) > MOST_LINES:
        raise Refusal(
            _("That makes %(lines)s rules; a change has at most %(most)s.")
            % {"lines": len(scopes), "most": MOST_LINES},
            field="categories",
        )
    if (state == OpeningState.PILOT) != bool(listed):
        raise Refusal(_("A pilot names its merchants, and nothing else does."), field="merchants")
    if len(listed) * len(scopes) > MOST_LISTED:
        raise Refusal(_("That list is too long for so many rules."), field="merchants")
    if kept and state not in SWEEPS:
        raise Refusal(_("Only what takes away keeps something."), field="kept")
    chosen = {scope.category.pk for scope in scopes}
    for category in kept:
        if chosen.isdisjoint(one.pk for one in category.lineage()[1:]):
            raise Refusal(
                _("%(category)s lies in none of the categories.") % {"category": category},
                field="kept",
            )


# At which field of a form a broken rule of a line is told.
_FIELDS = {
    "opening_closing_has_its_last_day": "last_on",
    "opening_ends_after_it_begins": "expires_at",
}


def _refuse_broken(line: Opening) -> None:
    """What all lines have alike is asked of the first."""
    for constraint in Opening._meta.constraints:
        if constraint.name in _FIELDS:
            try:
                constraint.validate(Opening, line)
            except ValidationError as error:
                raise Refusal(error.messages[0], field=_FIELDS[constraint.name]) from error
    if line.grandfather == Grandfather.UNTIL_DATE and line.grandfather_until is None:
        raise Refusal(_("Name the day until which what is live stays."), field="grandfather_until")


def _refuse_unfit(scope: Scope, effective_at: datetime) -> None:
    """Refuse a rule that its programme has no use for, or that would start in the past or where
    nothing can be counted from it."""
    typed.require_year(effective_at, field="effective_at")
    if scope.store_kind not in scope.programme.store_kinds:
        raise Refusal(
            _("%(programme)s has no stores of this kind.") % {"programme": scope.programme},
            field="store_kinds",
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
