"""Looking at parts of the site without waiting for one that hangs."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db import connection

log = logging.getLogger(__name__)

# A round that has not ended after this is given up, and the next one who asks begins another:
# whoever waits on a dead address would otherwise never hear that there is a new one.
_GIVEN_UP_SECONDS = 60.0


@dataclass(frozen=True)
class Finding:
    """How one part is: well, or why not in a few words; `figures` are ages and sizes by name."""

    reason: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        return not self.reason


Look = Callable[[], Finding]
SILENT = Finding("does not answer")


class _Round:
    """The looks of one group, one after another in a thread; whoever asks meanwhile shares them."""

    def __init__(self, looks: Mapping[str, Look]) -> None:
        self._looks = looks
        self._findings: dict[str, Finding] = {}
        self._began_at = time.monotonic()
        self._ended = threading.Event()
        # A daemon: a part that hangs does not keep this process from ending.
        threading.Thread(target=self._look, daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or was given up."""
        return self._ended.is_set() or time.monotonic() - self._began_at > _GIVEN_UP_SECONDS

    def findings(self, seconds: float) -> dict[str, Finding]:
        """What was found, after `seconds` at the latest; what was not seen by then is silent."""
        self._ended.wait(max(0.0, seconds))
        return {name: self._findings.get(name, SILENT) for name in self._looks}

    def _look(self) -> None:
        try:
            for name, look in self._looks.items():
                self._findings[name] = _seen(name, look)
        finally:
            # Each thread has a connection of its own.
            connection.close()
            self._ended.set()


class Group:
    """Parts that fail together, such as all that is asked of the database, and how each is asked.

    At most one thread looks at a group at a time, however many ask.
    """

    def __init__(self, **looks: Look) -> None:
        self._looks = looks
        self._lock = threading.Lock()
        self._round: _Round | None = None

    def begin(self) -> _Round:
        """The round that is under way, else a new one."""
        with self._lock:
            if self._round is None or self._round.is_over:
                self._round = _Round(self._looks)
            return self._round


def all_of(groups: list[Group], *, seconds: float) -> dict[str, Finding]:
    """How each part of `groups` is, within `seconds` whatever hangs."""
    until = time.monotonic() + seconds
    rounds = [group.begin() for group in groups]
    return {
        name: finding
        for one in rounds
        for name, finding in one.findings(until - time.monotonic()).items()
    }


def _seen(name: str, look: Look) -> Finding:
    try:
        finding = look()
    except Exception:  # each driver has its own
        log.warning("The part %s of the site could not be looked at.", name, exc_info=True)
        return Finding("cannot be reached")
    if not finding.is_well:
        log.warning("The part %s of the site %s: %s", name, finding.reason, dict(finding.figures))
    return finding
