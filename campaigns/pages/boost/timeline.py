"""The way of a boost as steps, for its page."""

from dataclasses import dataclass

from django.utils.functional import Promise

from campaigns.boosts.models import Boost, BoostStatus
from campaigns.boosts.reviews import ReviewDecision

_WAY = [
    BoostStatus.DRAFT,
    BoostStatus.SUBMITTED,
    BoostStatus.SCHEDULED,
    BoostStatus.RUNNING,
    BoostStatus.COMPLETED,
]
# The step of that way at which a boost of each status stands; a stopped one left it at the last
# that it had reached.
STEP_OF: dict[BoostStatus, BoostStatus | None] = {
    BoostStatus.DRAFT: BoostStatus.DRAFT,
    BoostStatus.SUBMITTED: BoostStatus.SUBMITTED,
    BoostStatus.RETURNED: BoostStatus.DRAFT,
    BoostStatus.REJECTED: BoostStatus.SUBMITTED,
    BoostStatus.APPROVED: BoostStatus.SCHEDULED,
    BoostStatus.SCHEDULED: BoostStatus.SCHEDULED,
    BoostStatus.RUNNING: BoostStatus.RUNNING,
    BoostStatus.PAUSED: BoostStatus.RUNNING,
    BoostStatus.COMPLETED: BoostStatus.COMPLETED,
    BoostStatus.STOPPED: None,
}


@dataclass(frozen=True)
class Step:
    label: str | Promise
    is_current: bool


def steps_of(boost: Boost) -> list[Step]:
    """The steps of the usual way; the one the boost is at has the boost's own status for a name."""
    status = BoostStatus(boost.status)
    at = STEP_OF[status] or _left_at(boost)
    return [
        Step(status.label, is_current=True) if step == at else Step(step.label, is_current=False)
        for step in _WAY
    ]


def _left_at(boost: Boost) -> BoostStatus:
    """The step at which a stopped boost was."""
    if boost.spans.exists():
        return BoostStatus.RUNNING
    decided = boost.reviews.filter(submission=boost.submission, decision=ReviewDecision.APPROVED)
    return BoostStatus.SCHEDULED if decided.exists() else BoostStatus.DRAFT
