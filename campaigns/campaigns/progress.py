"""How far a campaign is on the way to its target, as an upper app counts it.

That app calls `told_by` in `AppConfig.ready`, so that this room imports none of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from campaigns.campaigns.models import Campaign


@dataclass(frozen=True)
class Progress:
    """`value` of the target (a count, or fen) on the days to `until_on`, the last that is counted.

    `lacks` days of the campaign up to then are not counted, or not in full.
    """

    value: int
    until_on: date
    lacks: int = 0


Tell = Callable[[Campaign], Progress | None]

_tell: list[Tell] = []


def told_by(tell: Tell) -> None:
    """Name the function that counts; None from it where nothing is counted yet."""
    _tell[:] = [tell]


def of(campaign: Campaign) -> Progress | None:
    """What is counted of the target of `campaign`; None without a target, or while nothing is."""
    if not campaign.target_kind or not _tell:
        return None
    return _tell[0](campaign)


def share(campaign: Campaign, progress: Progress | None) -> Fraction | None:
    """The part of its target that is reached; None where it is not known."""
    if progress is None or not campaign.target_value:
        return None
    return Fraction(progress.value, campaign.target_value)
