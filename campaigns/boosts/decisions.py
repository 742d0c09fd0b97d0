"""What an account manager decides about a submitted boost.

A decision names the submission it read, so a boost that was changed in between is not decided by
accident. Nobody decides about a boost of their own. ADR 0052.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts import funding
from campaigns.boosts.models import Boost, BoostReview, BoostStatus, ReviewDecision
from portal import clock, words
from portal.accounts import permissions
from portal.accounts.models import User
from portal.choices import Colour
from portal.refusals import Refusal, given_reason

# A note lives for days: a boost that waits longer than one loses the readers it was asked for.
ANSWER_WITHIN = timedelta(hours=24)

# What a reviewer can point at: names of the fields of the merchant's form.
FIELDS = [
    ("note", gettext_lazy("Note")),
    ("budget", gettext_lazy("Budget")),
    ("days", gettext_lazy("Days")),
    ("objective", gettext_lazy("Objective")),
    ("starts_on", gettext_lazy("First day")),
    ("grant", gettext_lazy("Grant")),
]


class ReviewRefusal(Refusal):
    """The decision cannot be taken, or not by this person."""


class Lamp(Enum):
    """How urgent a waiting boost is; past three quarters of the time it is soon late."""

    CALM = Colour.GREEN
    SOON = Colour.YELLOW
    LATE = Colour.RED

    @property
    def colour(self) -> Colour:
        return self.value


@dataclass(frozen=True)
class Waiting:
    """How long a boost has waited for its decision."""

    time: timedelta
    lamp: Lamp

    def __str__(self) -> str:
        told = words.duration(self.time)
        return _("%(time)s, late") % {"time": told} if self.lamp is Lamp.LATE else told


def waiting_of(boost: Boost, *, at: datetime) -> Waiting:
    """How long the submitted `boost` has waited at the instant `at`, and how urgent that is."""
    time = at - (boost.submitted_at or at)
    if time > ANSWER_WITHIN:
        return Waiting(time, Lamp.LATE)
    return Waiting(time, Lamp.SOON if time > ANSWER_WITHIN * 3 / 4 else Lamp.CALM)


@transaction.atomic
def approve(boost: Boost, *, submission: int, by: User, reason: str = "") -> Boost:
    """Approve a submitted boost: it is scheduled and starts on its first day."""
    boost = _undecided(boost, submission=submission, by=by)
    if boost.ends_on < clock.today():
        raise ReviewRefusal(
            _("The last day has passed. Send the boost back for a new period."), field="decision"
        )
    _write(boost, ReviewDecision.APPROVED, by=by, reason=reason)
    boost.move_to(BoostStatus.SCHEDULED, by=by, reason=reason)
    return boost


@transaction.atomic
def send_back(boost: Boost, *, submission: int, reason: str, by: User, field: str = "") -> Boost:
    """Return a submitted boost for correction and release its money.

    `field` names the one field that has to change, if it is one.
    """
    boost = _undecided(boost, submission=submission, by=by)
    reason = given_reason(reason)
    _write(boost, ReviewDecision.RETURNED, by=by, reason=reason, field=field)
    boost.move_to(BoostStatus.RETURNED, by=by, reason=reason)
    funding.release(boost)
    return boost


@transaction.atomic
def reject(boost: Boost, *, submission: int, reason: str, by: User) -> Boost:
    """Refuse a submitted boost for good and release its money."""
    boost = _undecided(boost, submission=submission, by=by)
    reason = given_reason(reason)
    _write(boost, ReviewDecision.REJECTED, by=by, reason=reason)
    boost.move_to(BoostStatus.REJECTED, by=by, reason=reason)
    funding.release(boost)
    return boost


def _undecided(boost: Boost, *, submission: int, by: User) -> Boost:
    """The locked boost, if `by` may decide about exactly this submission of it."""
    permissions.require(by, "boost.review")
    boost = Boost.locked(boost.pk)
    if boost.status != BoostStatus.SUBMITTED:
        raise ReviewRefusal(
            _("This boost is not waiting for a decision any more: it is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    if boost.submission != submission:
        raise ReviewRefusal(
            _("The merchant changed this boost since you opened it. Read it again.")
        )
    members = boost.merchant.team.memberships.filter(user=by)
    if boost.created_by_id == by.pk or members.exists():
        raise ReviewRefusal(_("This boost is your own. A colleague has to decide."))
    return boost


def _write(
    boost: Boost, decision: ReviewDecision, *, by: User, reason: str, field: str = ""
) -> None:
    BoostReview.objects.create(
        boost=boost,
        submission=boost.submission,
        decision=decision,
        field=field,
        reason=reason.strip(),
        reviewer=by,
    )
