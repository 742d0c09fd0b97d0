"""How large whoever asks is, as an upper app knows it. ADR 0167."""

from collections.abc import Callable, Collection

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Size(models.TextChoices):
    """Of a team that asks: a closed set."""

    SMALL = "small", pgettext_lazy("merchants", "Small")
    LARGE = "large", pgettext_lazy("merchants", "Large")
    UNKNOWN = "unknown", _("Size not known")


# What a room above says: the sizes of those teams, by primary key, of which it knows one.
Tell = Callable[[Collection[int]], dict[int, Size]]
_tell: list[tuple[Tell, Callable[[], str]]] = []


def told_by(tell: Tell, explain: Callable[[], str]) -> None:
    """Name the function that knows, and the one that says in a sentence what is small; an app calls
    it once, from `AppConfig.ready`."""
    _tell[:] = [(tell, explain)]


def said() -> str:
    """What is small, as a sentence; "" where nobody knows sizes."""
    return _tell[0][1]() if _tell else ""


def of_teams(teams: Collection[int]) -> dict[int, Size]:
    """The size of each of `teams` now, by primary key."""
    known = _tell[0][0](teams) if _tell and teams else {}
    return {team: known.get(team, Size.UNKNOWN) for team in teams}
