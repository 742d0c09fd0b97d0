"""What can be decided about."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from portal.accounts import audit
from portal.accounts.models import Team, User
from portal.states import Stateful


@dataclass(frozen=True)
class Entrance:
    """Who came by the door to decide about a subject, what he had read of it, and the codes of the
    reasons that he gives."""

    by: User
    version: str
    judged: dict[str, Any]
    codes: Sequence[str]


class Reviewable(Stateful):
    """A noun that waits for a decision of the platform in the state `WAITING`.

    It has a field `submitted_at`, the moment it was handed in (last); the clock runs from there.
    `TEAM` leads to the team that asks, as a look-up; empty where the platform itself asks.
    `ANSWER_WITHIN` is what is promised. `DECISIONS` are the states that only a decision leads to,
    `BY_THE_PORTAL` those of them that the portal moves to by itself, too, and nobody answers for,
    `GRANTED` those of them that say yes, `CARE` the other acts of the platform: whoever decided or
    took care of a subject did not write it. `FORMERLY` is the noun that rows of before were of,
    with their key of today: what was said of them then is read still.
    """

    WAITING: ClassVar[str]
    TEAM: ClassVar[str] = ""
    ANSWER_WITHIN: ClassVar[timedelta]
    DECISIONS: ClassVar[frozenset[str]]
    BY_THE_PORTAL: ClassVar[frozenset[str]] = frozenset()
    CARE: ClassVar[frozenset[str]] = frozenset()
    GRANTED: ClassVar[frozenset[str]] = frozenset()
    FORMERLY: ClassVar[str] = ""
    submitted_at: datetime | None
    # Noted by `door.enter` on the row it locked; the move that decides uses it up.
    entrance: Entrance | None = None

    class Meta:
        abstract = True

    @property
    def due_at(self) -> datetime | None:
        """When the answer is promised by; None while nothing waits."""
        if self.status != self.WAITING or self.submitted_at is None:
            return None
        return self.submitted_at + self.ANSWER_WITHIN

    @property
    def noun(self) -> str:
        """What rows that are beside it, such as its claim or its decisions, call it."""
        return str(self._meta.model_name)

    @property
    def nouns(self) -> Sequence[str]:
        """What rows beside it call it, and called it."""
        return audit.nouns_of(type(self))

    def audit_team(self) -> Team | None:
        return None

    def judged(self) -> dict[str, object]:
        """What a reviewer reads and judges, by name; the whole of it."""
        raise NotImplementedError

    @classmethod
    def judged_each(cls, rows: Sequence[Self]) -> Mapping[int, dict[str, object]]:
        """What is `judged` of each of `rows`, by primary key. A noun that reads what is beside its
        rows reads it of all at once here."""
        return {row.pk: row.judged() for row in rows}

    @classmethod
    def version_each(cls, rows: Sequence[Self]) -> dict[int, str]:
        """The `version` of each of `rows`, by primary key."""
        judged = cls.judged_each(rows)
        return {row.pk: row.version_of(_kept(judged[row.pk])) for row in rows}

    def snapshot(self) -> dict[str, Any]:
        """What is `judged` now, as JSON keeps it."""
        return _kept(self.judged())

    @property
    def version(self) -> str:
        """Names what is to be judged: another content, or the same handed in again, is another.

        32 hexadecimal digits of SHA-256.
        """
        return self.version_of(self.snapshot())

    def version_of(self, snapshot: dict[str, Any]) -> str:
        """The version whose content is `snapshot`."""
        told = [self._meta.label, self.pk, self.submitted_at, snapshot]
        text = json.dumps(told, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def _kept(judged: dict[str, object]) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(json.dumps(judged, default=str))
    return kept
