"""A link by its code: kept ready, else from the database, and from this machine's copy while nobody
can ask that."""

import logging
import threading
import time
from dataclasses import dataclass, field

from django.db import Error, connection

from merchants.links import asking, chain, following, kept, local_copy, policy
from merchants.links.chain import Destination
from merchants.links.facts import Facts
from merchants.links.following import Follower
from merchants.links.kept import Entry
from portal import clock, patience

logger = logging.getLogger(__name__)

# A reader waits no longer, and the others do not wait at all for a second.
_PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 1.0
# The copy follows the database within a second; one that is further behind missed what happened.
_MOST_SECONDS_BEHIND = 10.0
# Whoever has never heard from the database cannot tell what an older copy has missed.
_MOST_SECONDS_UNHEARD = 600.0


class Unreachable(Exception):
    """Nobody can say now where the link leads, or whether there is one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A link, and where it leads now."""

    facts: Facts
    destination: Destination


def find(code: str) -> Found | None:
    """The link with this code, None when there is none. Raises Unreachable.

    What is kept ready answers as long as this process hears of changes, else the database. While
    that does not answer, what was kept or the copy does: by all switches that were known to come,
    each at its second. What was behind before that sends nobody outside.
    """
    if not code:
        return None
    follower, ready = following.follower(), kept.kept()
    hears = follower.hears()
    if hears:
        if entry := ready.find(code, follower):
            return _of(entry, follower)
        if ready.is_unknown(code, follower):
            return None
    if _database.may_be_asked():
        try:
            with patience.at_most(_PATIENCE_SECONDS):
                found = _from_the_database(code, keep=hears)
        except Error:
            # Whatever it is, a plan that no longer fits included: readers go on, the log has it.
            _database.is_silent()
            connection.close()
        else:
            _database.has_answered()
            return found
    return _from_this_machine(code)


def _from_the_database(code: str, *, keep: bool) -> Found | None:
    # Before it is read: what is committed meanwhile makes it stale.
    number = following.follower().number
    answer = asking.of_code(code)
    if keep:
        kept.kept().put(code, answer and answer[0], number)
    if answer is None:
        return None
    found, stamp = answer
    return Found(found, chain.resolve(found, policy.stamped(stamp), at=clock.now()))


def _from_this_machine(code: str) -> Found:
    """Without the database: by what this process keeps where it heard long enough, or the copy."""
    follower = following.follower()
    if follower.heard_at >= _database.knows_of() and (entry := kept.kept().find(code, follower)):
        return _of(entry, follower)
    try:
        copied = local_copy.find(code)
    except local_copy.NoCopy as nothing:
        raise Unreachable(code) from nothing
    if copied.read_at < _database.knows_of():
        return Found(copied.facts, chain.inside(copied.facts))
    return Found(copied.facts, chain.resolve(copied.facts, copied.policy, at=clock.now()))


def _of(entry: Entry, follower: Follower) -> Found:
    assert follower.policy is not None, "a follower that has heard knows policy"
    return Found(entry.facts, entry.leads(follower.policy, clock.now()))


@dataclass
class _Database:
    """What this process knows of the database: `answered_at` in seconds since 1970."""

    answered_at: float = 0.0
    _ask_again_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def knows_of(self) -> float:
        """What a copy has to have been read since."""
        if heard_at := max(self.answered_at, following.follower().heard_at):
            return heard_at - _MOST_SECONDS_BEHIND
        return time.time() - _MOST_SECONDS_UNHEARD

    def may_be_asked(self) -> bool:
        """Whether it answers as far as we know; while it does not, one request a second may try."""
        if not self._ask_again_at:
            return True
        with self._lock:
            if time.monotonic() < self._ask_again_at:
                return False
            self._ask_again_at = time.monotonic() + _PATIENCE_SECONDS + _PAUSE_SECONDS
            return True

    def is_silent(self) -> None:
        if not self._ask_again_at:
            logger.exception("The database does not answer; links lead on by this machine's copy.")
        self._ask_again_at = time.monotonic() + _PAUSE_SECONDS

    def has_answered(self) -> None:
        self._ask_again_at, self.answered_at = 0.0, time.time()


_database = _Database()
