"""What this process has heard of changes: each second, and before a click where somebody on this
machine has just committed one. ADR 0194.

Whatever is kept ready notes `number()` before it is read, and is stale once a later look has
`touched` what it was made of. Policy is kept whole.
"""

import threading
import time

from django.db import Error, connection

from merchants.links import generation, log, policy
from merchants.links.facts import Facts
from merchants.links.log import Position, Touched
from merchants.links.models import KEPT
from merchants.openings.policy import Policy
from portal import patience

SECONDS = 1.0
# Who has heard nothing for so long asks the database at each click.
HEARD_WITHIN_SECONDS = 3.0
_PATIENCE_SECONDS = 2.0
# Somebody else reads the log just now: so long his news are waited for.
_WAIT_SECONDS = 0.05
# With more it forgets all it knows, and so does whatever was kept ready.
_MOST_MARKS = 100_000
_MOST_SECONDS_BEHIND = KEPT.total_seconds() / 2


class Follower:
    """What one process knows of the log. One thread looks at a time; all others read.

    `number` counts looks. `heard_at` is when the last one began, in seconds since 1970.
    """

    def __init__(self) -> None:
        self.number = 0
        self.heard_at = 0.0
        self.policy: Policy | None = None
        self._heard, self._floor = float("-inf"), 0
        self._generation: bytes | None = None
        self._position: Position | None = None
        self._marks: dict[tuple[str, int], int] = {}
        self._turn = threading.Lock()

    def hears(self) -> bool:
        """Whether what was heard is of now: of within the last seconds and, as far as this machine
        has changed it, of this moment. Asks the database only where there is news."""
        if time.monotonic() - self._heard > HEARD_WITHIN_SECONDS:
            return False
        return generation.current() == self._generation or self._caught_up()

    def look(self) -> None:
        """Read what is new. Raises the database's errors, and knows then what it knew before."""
        with self._turn:
            self._look()

    def is_stale(self, facts: Facts, number: int) -> bool:
        """Whether something of what the facts were made of has changed since look `number`."""
        marks = self._marks
        return (
            number < self._floor
            or marks.get(("listing", facts.listing_id), 0) > number
            or marks.get(("product", facts.product_id), 0) > number
            or marks.get(("product", facts.fallback_id or 0), 0) > number
            or marks.get(("merchant", facts.merchant_id), 0) > number
        )

    def _caught_up(self) -> bool:
        if not self._turn.acquire(timeout=_WAIT_SECONDS):
            return False
        try:
            if generation.current() != self._generation:
                self._look()
            return True
        except Error:
            connection.close()
            return False
        finally:
            self._turn.release()

    def _look(self) -> None:
        # In this order: who commits in between leaves another mark, and is asked about again.
        seen, began, began_at = generation.current(), time.monotonic(), time.time()
        with patience.at_most(_PATIENCE_SECONDS):
            position, touched = log.read(self._position)
            known = self._position is not None and position.follows(self._position)
            if not known or began_at - self.heard_at > _MOST_SECONDS_BEHIND:
                touched = {Touched(None, None, None)}
                self._forget()
            ruled = any(one.is_of_policy for one in touched)
            now = policy.current() if ruled or self.policy is None else self.policy
        # What is read from here on has seen all of this, and may count itself as of this look.
        self.number += 1
        self._mark(touched)
        self.policy, self._position, self._generation = now, position, seen
        self._heard, self.heard_at = began, began_at

    def _mark(self, touched: set[Touched]) -> None:
        for one in touched:
            for kind, key in zip(("listing", "product", "merchant"), one, strict=True):
                if key is not None:
                    self._marks[kind, key] = self.number
        if len(self._marks) > _MOST_MARKS:
            self._forget()

    def _forget(self) -> None:
        self._floor, self._marks = self.number + 1, {}


_follower = Follower()


def follower() -> Follower:
    """What this process has heard."""
    return _follower


def follow_here() -> None:
    """One look of this process; for the thread beside."""
    generation.look_whether_it_is_there()
    _follower.look()
