"""While a job is worked on: keep its lease from a thread, and stop the work when it must end."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from portal.jobs.claims import Claim, LeaseLost, OverTime
from portal.jobs.models import Job

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
# Work that does not end within this time, once it was told to, ends with its process.
GRACE_SECONDS = 10.0
# Celery and the supervisor use other signals.
STOP = signal.SIGUSR2

_process_may_end = threading.Event()


def let_the_process_end() -> None:
    """Called in a process of a worker's pool, which is replaced when it is killed."""
    _process_may_end.set()


@contextmanager
def kept(
    claim: Claim, *, within: timedelta, give_up: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Renew the lease inside, and stop the work when it is lost or `within` has passed.

    First what the work waits for is stopped, then its thread is sent an exception, again and again
    until it ends; a process of a pool that does not end is killed. Before that `give_up` is called
    for work over its time: nobody else would say how it ended.
    """
    stop = threading.Event()
    watch = _Watch(claim, within, give_up, stop)
    # A thread has a connection of its own: its new lease is committed, and seen by all, even
    # while the work is inside a transaction.
    thread = threading.Thread(target=watch.run, daemon=True)
    with _told_to_stop(claim, watch):
        thread.start()
        try:
            yield
        finally:
            watch.has_ended = True
            stop.set()
            # It may wait for a row that this thread's transaction holds; it ends by itself.
            thread.join(timeout=1)


class _Watch:
    """The thread beside the work."""

    def __init__(
        self, claim: Claim, within: timedelta, give_up: Callable[[], None], stop: threading.Event
    ) -> None:
        self._claim, self._give_up, self._stop = claim, give_up, stop
        self._ends_at = time.monotonic() + within.total_seconds()
        self._beats_at = time.monotonic() + self._between_beats()
        self._worker = threading.get_ident()
        self.has_ended = False
        self.sends_signals = False

    def run(self) -> None:
        try:
            while not self._stop.wait(self._pause()):
                self._look()
                if self._claim.over:
                    self._end_the_work()
                    return
        finally:
            connection.close()

    def _pause(self) -> float:
        now = time.monotonic()
        return max(0.0, min(SECONDS_BETWEEN_LOOKS, self._beats_at - now, self._ends_at - now))

    def _between_beats(self) -> float:
        return float(settings.JOB_LEASE.total_seconds() / 3)

    def _look(self) -> None:
        if time.monotonic() >= self._ends_at:
            self._claim.end(OverTime())
        elif time.monotonic() >= self._beats_at:
            self._beat()

    def _beat(self) -> None:
        """Renew the lease. While the database is away nobody else can claim: ask until it is back.

        Then its row says whether the job is still ours, by the database's clock alone.
        """
        self._beats_at = time.monotonic() + self._between_beats()
        try:
            # A job that is not committed yet cannot be another worker's: it is left alone.
            if Job.objects.filter(pk=self._claim.job_id).exists():
                self._claim.beat()
        except (LeaseLost, OverTime):
            pass
        except (OperationalError, InterfaceError):
            connection.close()
            self._beats_at = time.monotonic() + SECONDS_BETWEEN_LOOKS

    def _end_the_work(self) -> None:
        log.warning("Job %s has to end: %r", self._claim.job_id, self._claim.over)
        killed_at = time.monotonic() + GRACE_SECONDS
        while not self._stop.is_set():
            if self.sends_signals and not self._claim.is_writing:
                signal.pthread_kill(self._worker, STOP)
            if _process_may_end.is_set() and time.monotonic() >= killed_at:
                self._end_the_process()
            self._stop.wait(SECONDS_BETWEEN_LOOKS)

    def _end_the_process(self) -> None:
        try:
            if isinstance(self._claim.over, OverTime):
                self._give_up()
        finally:
            log.error("Job %s did not end when told to: its process ends.", self._claim.job_id)
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _told_to_stop(claim: Claim, watch: _Watch) -> Iterator[None]:
    """Inside, STOP raises why the claim is over; only a main thread can be told so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def told(number: int, frame: FrameType | None) -> None:
        # Once the work has ended, or where it writes what belongs together, it is too late.
        if claim.over and not watch.has_ended and not claim.is_writing:
            raise claim.over

    before = signal.signal(STOP, told)
    watch.sends_signals = True
    try:
        yield
    finally:
        watch.sends_signals = False
        signal.signal(STOP, before)
