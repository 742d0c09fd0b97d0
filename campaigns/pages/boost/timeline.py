"""The way of a boost as steps, for its page."""

from dataclasses import dataclass

from django.utils.functional import Promise

from campaigns.boosts.models import Boost, BoostStatus

_WAY = [
    BoostStatus.DRAFT,
    BoostStatus.SUBMITTED,
    BoostStatus.SCHEDULED,
    BoostStatus.RUNNING,
    BoostStatus.COMPLETED,
]
# Where the side roads leave the way.
_AT = {
    BoostStatus.RETURNED: BoostStatus.DRAFT,
    BoostStatus.REJECTED: BoostStatus.SUBMITTED,
}


@dataclass(frozen=True)
class Step:
    label: str | Promise
    is_current: bool


def steps_of(boost: Boost) -> list[Step]:
    """The steps of the usual way; the one the boost is at has the boost's own status for a name.

    Empty for a stopped boost, which left the way.
    """
    if boost.status == BoostStatus.STOPPED:
        return []
    status = BoostStatus(boost.status)
    at = _AT.get(status, status)
    return [
        Step(status.label, is_current=True) if step == at else Step(step.label, is_current=False)
        for step in _WAY
    ]
