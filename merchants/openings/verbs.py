"""Openings: who may let a category link outside, and what is in force at a moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from merchants.openings.models import Opening, OpeningStatus, Programme
from merchants.openings.policy import Policy
from portal import clock, typed
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason, optional_reason
from portal.review import door
from portal.saving import or_refuse, save_or_refuse


@transaction.atomic
def propose(
    *,
    programme: Programme,
    category: Category,
    placement: str,
    store_kind: str,
    state: str,
    effective_at: datetime,
    reason: str,
    by: User,
) -> Opening:
    """A rule that waits for the signature of a second admin."""
    permissions.require(by, "opening.propose")
    _refuse_unfit(programme, store_kind, effective_at)
    opening = Opening(
        programme=programme,
        category=category,
        placement=placement,
        store_kind=store_kind,
        state=state,
        effective_at=effective_at,
        reason=given_reason(reason),
        author=by,
    )
    save_or_refuse(opening)
    new = {
        "programme": programme.code,
        "category": category.code,
        "placement": placement,
        "store_kind": store_kind,
        "state": state,
        "effective_at": effective_at.isoformat(),
    }
    audit.record("opening.proposed", opening, by=by, new=new, reason=opening.reason)
    return opening


def _refuse_unfit(programme: Programme, store_kind: str, effective_at: datetime) -> None:
    """Refuse a rule that its programme has no use for, or that would start in the past or where
    nothing can be counted from it."""
    typed.require_year(effective_at, field="effective_at")
    if store_kind not in programme.store_kinds:
        raise Refusal(
            _("%(programme)s has no stores of this kind.") % {"programme": programme},
            field="store_kind",
        )
    if not programme.runs_on(clock.day_of(effective_at)):
        raise Refusal(
            _("%(programme)s does not run on that day.") % {"programme": programme},
            field="effective_at",
        )
    if clock.day_of(effective_at) < clock.today():
        raise Refusal(
            _("A rule cannot start in the past: what was in force stays as it was."),
            field="effective_at",
        )


@transaction.atomic
def sign(opening: Opening, *, version: str, by: User, reason: str = "") -> Opening:
    """Put the rule in force from its date on, or from the signature on if that is later."""
    opening = door.enter(opening, "opening.sign", version=version, by=by)
    opening.approver = by
    opening.signed_at = clock.now()
    opening.effective_at = max(opening.effective_at, opening.signed_at)
    with or_refuse(opening):
        opening.move_to(OpeningStatus.SIGNED, by=by, reason=optional_reason(reason))
    return opening


@transaction.atomic
def reject(opening: Opening, *, version: str, reason: str, by: User) -> Opening:
    """Refuse the rule for good; whoever proposed it reads why."""
    opening = door.enter(opening, "opening.sign", version=version, by=by)
    opening.move_to(OpeningStatus.REJECTED, by=by, reason=given_reason(reason))
    return opening


@transaction.atomic
def withdraw(opening: Opening, *, by: User) -> Opening:
    """Take back what one proposed oneself, while nobody has signed it; a colleague's is decided."""
    opening = Opening.locked(opening.pk)
    permissions.require(by, "opening.propose")
    if opening.author_id != by.pk:
        raise Refusal(_("Only who proposed a rule withdraws it. You may sign or reject it."))
    opening.move_to(OpeningStatus.WITHDRAWN, by=by)
    return opening


def in_force(
    programme: Programme, category: Category, placement: str, store_kind: str, *, at: datetime
) -> Opening | None:
    """The signed rule that decides at `at`, None when there is none or the programme is not on."""
    policy = Policy.read(category=category.pk)
    rule = policy.decides(programme.pk, category.pk, placement, store_kind, at)
    return rule and Opening.objects.select_related("programme", "category").get(pk=rule.pk)
