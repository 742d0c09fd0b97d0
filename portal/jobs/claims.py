"""A claim: the right of one worker to write the results of one job, until its lease runs out.

Leases are measured by the database's clock, so workers need not agree on the time.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, Func

from portal.jobs.models import Job, JobState

SECONDS_BETWEEN_REPORTS = 0.5


class StatementTime(Func):
    """The database's clock, running on within a transaction (unlike Now)."""

    function = "statement_timestamp"
    output_field = DateTimeField()


class LeaseLost(Exception):
    """Another worker may have the job now: stop, and write nothing."""


class OverTime(Exception):
    """The work took longer than jobs of its kind may."""


@dataclass
class Claim:
    """Held by the worker that runs the job. `fence` is higher than that of every earlier claim.

    `over` is set once the work has to end: what it waits for is stopped, and each of its next
    steps raises it.
    """

    job_id: int
    fence: int
    over: Exception | None = field(default=None, repr=False)
    is_writing: bool = field(default=False, repr=False)
    _stops: list[Callable[[], object]] = field(default_factory=list, repr=False)
    _changing: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _reported_at: float = field(default=0.0, repr=False)

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Say how far the work is, and keep the lease. Raises LeaseLost when it is gone.

        Reports that follow each other within half a second are left out, but for the last. A
        database that is away does not stop the work: it is asked again at the next report.
        """
        now = time.monotonic()
        if self.over is None and done < total and now - self._reported_at < SECONDS_BETWEEN_REPORTS:
            return
        self._reported_at = now
        values = {"progress_done": done, "progress_total": total, "progress_text": text[:200]}
        try:
            self._update(**values)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()

    def beat(self) -> None:
        """Keep the lease. Raises LeaseLost when it is gone."""
        self._update()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction for results: the job's row is locked and its fence checked first.

        Raises LeaseLost, and writes nothing, when the claim is not the newest one. Nobody is
        stopped inside, where half of what belongs together is written.
        """
        with transaction.atomic():
            mine = Job.objects.select_for_update(no_key=True).filter(
                pk=self.job_id, fence=self.fence, state=JobState.RUNNING
            )
            # `exists` keeps the lock: nobody takes the job over before these results are committed.
            # NO KEY, because a row that points at the job only needs it to stay.
            if not mine.exists():
                lost = LeaseLost()
                self.end(lost)
                raise lost
            self.is_writing = True
            try:
                yield
            finally:
                self.is_writing = False

    def finish(self) -> None:
        """The work is done and its results are written."""
        with self.writing():
            Job.objects.filter(pk=self.job_id).mark_done()

    @contextmanager
    def stops(self, stop: Callable[[], object]) -> Iterator[None]:
        """Inside, `stop` ends what the work waits for, from any thread: a process, a query."""
        self._stops.append(stop)
        try:
            if self.over:
                raise self.over
            yield
        finally:
            self._stops.remove(stop)

    def end(self, why: Exception) -> Exception:
        """The work has to end: stop what it waits for. Returns the first reason there was."""
        with self._changing:
            self.over = self.over or why
        for stop in list(self._stops):
            with suppress(Exception):
                stop()
        return self.over

    def _update(self, **values: object) -> None:
        # The work and the thread that keeps the lease share this: what one hears, both know.
        if self.over:
            raise self.over
        # Not Now: it stands still in a transaction, and what is counted from there may be over.
        kept = Job.objects.filter(pk=self.job_id, fence=self.fence, state=JobState.RUNNING).update(
            lease_expires_at=StatementTime() + settings.JOB_LEASE, **values
        )
        if not kept:
            raise self.end(LeaseLost())
