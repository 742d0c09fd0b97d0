"""The way of a boost as steps, for its page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.models import Boost, BoostStatus

_WAY = [
    (BoostStatus.DRAFT, _("Draft")),
    (BoostStatus.SUBMITTED, _("In review")),
    (BoostStatus.SCHEDULED, _("Scheduled")),
    (BoostStatus.RUNNING, _("Running")),
    (BoostStatus.COMPLETED, _("Completed")),
]
# Where the side roads leave the way.
_AT = {
    BoostStatus.RETURNED: BoostStatus.DRAFT,
    BoostStatus.REJECTED: BoostStatus.SUBMITTED,
    BoostStatus.APPROVED: BoostStatus.SCHEDULED,
    BoostStatus.PAUSED: BoostStatus.RUNNING,
}


@dataclass(frozen=True)
class Step:
    label: Any
    is_current: bool


def steps_of(boost: Boost) -> list[Step]:
    """The steps of the usual way, with the one the boost is at; none for a stopped boost."""
    if boost.status == BoostStatus.STOPPED:
        return []
    status = BoostStatus(boost.status)
    at = _AT.get(status, status)
    labels = {at: status.label}
    return [Step(labels.get(step, label), step == at) for step, label in _WAY]
