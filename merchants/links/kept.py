"""Links kept ready in this process: what they depend on, and where they lead until something
switches. A click on one of them asks nobody. ADR 0194."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings

from merchants.links import chain
from merchants.links.chain import Destination
from merchants.links.facts import Facts
from merchants.links.following import Follower
from merchants.openings.policy import Policy

# Codes of no link: whoever tries many costs a question each, but the same one only once a second.
_MOST_UNKNOWN, _UNKNOWN_SECONDS = 1_000, 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """Where a link leads from `from_at` on until `until`, by one policy; None is for ever."""

    epoch: int
    from_at: datetime
    until: datetime | None
    destination: Destination

    def holds(self, policy: Policy, at: datetime) -> bool:
        return (
            self.epoch == policy.epoch
            and self.from_at <= at
            and (self.until is None or at < self.until)
        )


@dataclass(slots=True)
class Entry:
    """Facts as they were read after look `number`, and the last answer that was made of them."""

    facts: Facts
    number: int
    ready: Ready | None = None

    def leads(self, policy: Policy, at: datetime) -> Destination:
        """Where the link leads at `at`. Threads may make the same answer twice: both are right."""
        ready = self.ready
        if ready is None or not ready.holds(policy, at):
            led = chain.resolve(self.facts, policy, at=at)
            self.ready = ready = Ready(policy.epoch, at, policy.next_switch(at), led)
        return ready.destination


class Kept:
    """The entries of one process, by code."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._unknown: dict[str, tuple[int, float]] = {}
        self._writing = threading.Lock()

    def find(self, code: str, follower: Follower) -> Entry | None:
        """The entry for the code; None where there is none, or it is stale."""
        entry = self._entries.get(code)
        if entry is None or follower.is_stale(entry.facts, entry.number):
            return None
        return entry

    def is_unknown(self, code: str, follower: Follower) -> bool:
        """Whether it was the code of no link a moment ago, and nothing was heard since."""
        number, until = self._unknown.get(code, (-1, 0.0))
        return number == follower.number and time.monotonic() < until

    def put(self, code: str, facts: Facts | None, number: int) -> None:
        """Keep what was read of the code, None where it is no link's; the oldest make room."""
        with self._writing:
            if facts is None:
                _make_room(self._unknown, _MOST_UNKNOWN)
                self._unknown[code] = (number, time.monotonic() + _UNKNOWN_SECONDS)
                return
            self._entries.pop(code, None)
            _make_room(self._entries, settings.LINKS_KEPT)
            self._entries[code] = Entry(facts, number)

    def __len__(self) -> int:
        return len(self._entries)


def _make_room(kept: dict[str, Any], most: int) -> None:
    if len(kept) >= most:
        for code in list(islice(kept, max(1, most // 10))):
            del kept[code]


_kept = Kept()


def kept() -> Kept:
    """What this process keeps."""
    return _kept
