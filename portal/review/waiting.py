"""The one clock of what waits: how long it has, how long it may, and how urgent that makes it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.utils.translation import gettext as _

from portal import words
from portal.choices import Colour


class Lamp(Enum):
    """How urgent it is; past three quarters of the time it is soon late."""

    CALM = Colour.GREEN
    SOON = Colour.YELLOW
    LATE = Colour.RED

    @property
    def colour(self) -> Colour:
        return self.value


@dataclass(frozen=True)
class Waiting:
    """How long something has waited for its decision."""

    time: timedelta
    lamp: Lamp

    def __str__(self) -> str:
        told = words.duration(self.time)
        return _("%(time)s, late") % {"time": told} if self.lamp is Lamp.LATE else told


def waiting(since: datetime, *, within: timedelta, at: datetime) -> Waiting:
    """How long what waits `since` then has waited at the instant `at`.

    `within` is what was promised: the time in which it is decided.
    """
    time = at - since
    if time > within:
        return Waiting(time, Lamp.LATE)
    return Waiting(time, Lamp.SOON if time > within * 3 / 4 else Lamp.CALM)
