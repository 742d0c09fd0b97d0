"""Who is told of which act: one table. Each app adds the acts of its own nouns.

`portal/notices/telling.py` reads it; no verb tells anybody itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.notices.audiences import Audience


@dataclass(frozen=True)
class Told:
    """`audience` is told `text`, an English message id marked by `gettext_noop`.

    `names` gives the values of its placeholders and `page` the path it leads to, both for the row
    that the act was about. What `is_personal` is told and mailed to whoever is of the team no more.
    `otherwise` is what is told when nobody is there of the audience; `others` are told, too.
    """

    audience: Audience
    text: str
    page: Callable[[Any], str]
    names: Callable[[Any], dict[str, object]]
    is_personal: bool = False
    otherwise: "Told | None" = None
    others: Sequence["Told"] = ()

    def everyone(self) -> "list[Told]":
        """All that may be told of the act, to whomever."""
        further = [*self.others, *([self.otherwise] if self.otherwise else [])]
        return [self, *(told for one in further for told in one.everyone())]


@dataclass(frozen=True)
class Nobody:
    """Nobody is told, `because` of what."""

    because: str


# By act, named as its audit entry is: `boost.scheduled`.
TABLE: dict[str, Told | Nobody] = {}


def add(rows: Mapping[str, Told | Nobody]) -> None:
    """Say who is told of these acts; an app calls it once, from `AppConfig.ready`.

    An act upon a noun with states needs a row, were it only a `Nobody`: without one it fails.
    """
    for act, row in rows.items():
        if act in TABLE:
            raise ValueError(f"Who is told of {act} is said twice.")
        TABLE[act] = row
