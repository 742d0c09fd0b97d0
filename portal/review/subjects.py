"""What can be decided about."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import ClassVar

from portal.accounts.models import Team
from portal.states import Stateful


class Reviewable(Stateful):
    """A noun that waits for a decision of the platform in the state `WAITING`.

    It has a field `submitted_at`, the moment it was handed in (last); the clock runs from there.
    `TEAM` leads to the team that asks, as a look-up; empty where the platform itself asks.
    `ANSWER_WITHIN` is what is promised. `DECISIONS` are the states that only a decision leads to,
    `CARE` the other acts of the platform: whoever decided or took care of a subject did not write
    it.
    """

    WAITING: ClassVar[str]
    TEAM: ClassVar[str] = ""
    ANSWER_WITHIN: ClassVar[timedelta]
    DECISIONS: ClassVar[frozenset[str]]
    CARE: ClassVar[frozenset[str]] = frozenset()
    submitted_at: datetime | None

    class Meta:
        abstract = True

    @property
    def due_at(self) -> datetime | None:
        """When the answer is promised by; None while nothing waits."""
        if self.status != self.WAITING or self.submitted_at is None:
            return None
        return self.submitted_at + self.ANSWER_WITHIN

    def audit_team(self) -> Team | None:
        return None

    def judged(self) -> dict[str, object]:
        """What a reviewer reads and judges, by name; the whole of it."""
        raise NotImplementedError

    @property
    def version(self) -> str:
        """Names what is to be judged: another content, or the same handed in again, is another.

        32 hexadecimal digits of SHA-256.
        """
        told = [self._meta.label, self.pk, self.submitted_at, self.judged()]
        text = json.dumps(told, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]
