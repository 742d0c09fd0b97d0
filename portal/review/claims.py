"""Claims: one reviewer reads a thing, and the others take the next. ADR 0151."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from portal import clock, words
from portal.accounts import permissions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.review import concerned
from portal.review.models import Claim
from portal.review.subjects import Reviewable

# As long as a careful reader takes; whoever needs longer claims it again.
CLAIMED_FOR = timedelta(minutes=15)


class ClaimRefusal(Refusal):
    """The subject cannot be claimed: not now, or not by this person."""


@transaction.atomic
def take(subject: Reviewable, action: str, *, by: User) -> Claim:
    """`by`, who may do `action`, decides alone about `subject` for CLAIMED_FOR; again, from now on.

    Two at once do not both: one row stands for a subject, and only its holder, or anybody once its
    moment has passed, may write it anew. Raises ClaimRefusal to the other.
    """
    permissions.require(by, action)
    if subject.status != subject.WAITING:
        raise ClaimRefusal(_("This waits for no decision."))
    if told := concerned.objection(subject, by):
        raise ClaimRefusal(told)
    now = clock.now()
    mine = Claim(noun=subject.noun, number=subject.pk, by=by, until=now + CLAIMED_FOR)
    free = _of(subject).filter(Q(by=by) | Q(until__lte=now))
    if not free.update(by=by, until=mine.until):
        Claim.objects.bulk_create([mine], ignore_conflicts=True)
    claim = _of(subject).select_related("by").get()
    if claim.by != by:
        raise ClaimRefusal(said(claim))
    return claim


def release(subject: Reviewable, *, by: User) -> None:
    """`by` leaves `subject` to the others; whoever had not claimed it leaves nothing."""
    _of(subject).filter(by=by).delete()


def end(subject: Reviewable) -> None:
    """The locked `subject` is decided about; nobody has to keep it any more."""
    _of(subject).delete()


def now_of(subject: Reviewable) -> Claim | None:
    """Who has claimed `subject` now; None when nobody has."""
    return _of(subject).filter(until__gt=clock.now()).select_related("by").first()


def names_of(noun: str) -> QuerySet[Any, Any]:
    """Who has claimed the row of the query around, of this noun, by name."""
    now = Claim.objects.filter(noun=noun, number=OuterRef("pk"), until__gt=clock.now())
    return now.values("by__name")


def of_another(subject: Reviewable, person: User) -> Claim | None:
    """The claim of somebody else than `person` on `subject`, if there is one now."""
    claim = now_of(subject)
    return claim if claim and claim.by != person else None


def said(claim: Claim) -> str:
    """Who has claimed it and until when, as a sentence."""
    told = {"name": claim.by.name, "until": words.instant(claim.until)}
    return _("%(name)s has claimed this until %(until)s. Take the next one.") % told


def _of(subject: Reviewable) -> QuerySet[Claim]:
    return Claim.objects.filter(noun=subject.noun, number=subject.pk)
