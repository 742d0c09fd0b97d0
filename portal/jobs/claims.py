"""A claim: the right of one worker to write the results of one job, until its lease runs out.

Leases are measured by the database's clock, so workers need not agree on the time.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Func
from django.db.models.functions import Now

from portal.jobs.models import Job, JobState

MAX_ATTEMPTS = 5
SECONDS_BETWEEN_REPORTS = 0.5

_TAKE = """
UPDATE jobs_job
SET state = 'running', fence = fence + 1, attempts = attempts + 1,
    lease_expires_at = statement_timestamp() + make_interval(secs => %(lease)s), error = ''
WHERE id = %(job)s AND attempts < %(most)s
    AND (state = 'queued' OR (state = 'running' AND lease_expires_at < statement_timestamp()))
RETURNING fence, attempts
"""


class StatementTime(Func):
    """The database's clock, running on within a transaction (unlike Now)."""

    function = "statement_timestamp"
    output_field = DateTimeField()


class LeaseLost(Exception):
    """Another worker may have the job now: stop, and write nothing."""


@dataclass
class Claim:
    """Held by the worker that runs the job. `fence` is higher than that of every earlier claim."""

    job_id: int
    fence: int
    attempt: int
    _lost: threading.Event = field(default_factory=threading.Event, repr=False)
    _reported_at: float = field(default=0.0, repr=False)

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Say how far the work is, and keep the lease. Raises LeaseLost when it is gone.

        Reports that follow each other within half a second are left out, but for the last.
        """
        now = time.monotonic()
        if done < total and now - self._reported_at < SECONDS_BETWEEN_REPORTS:
            return
        self._reported_at = now
        self._update(progress_done=done, progress_total=total, progress_text=text[:200])

    def beat(self) -> None:
        """Keep the lease. Raises LeaseLost when it is gone."""
        self._update()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction for results: the job's row is locked and its fence checked first.

        Raises LeaseLost, and writes nothing, when the claim is not the newest one.
        """
        with transaction.atomic():
            mine = Job.objects.select_for_update(no_key=True).filter(
                pk=self.job_id, fence=self.fence, state=JobState.RUNNING
            )
            # `exists` keeps the lock: nobody takes the job over before these results are committed.
            # NO KEY, because a row that points at the job only needs it to stay.
            if not mine.exists():
                raise LeaseLost
            yield

    def finish(self) -> None:
        """The work is done and its results are written."""
        with self.writing():
            Job.objects.filter(pk=self.job_id).update(
                state=JobState.DONE, lease_expires_at=None, finished_at=Now(),
                progress_done=F("progress_total"),
            )  # fmt: skip

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Renew the lease from a thread of its own while the work is inside one long call."""
        # A thread has a connection of its own: its new lease is committed, and seen by all, even
        # while the work is inside a transaction.
        stop = threading.Event()
        thread = threading.Thread(target=self._beat_until, args=[stop], daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            # It may wait for a row that this thread's transaction holds; it ends by itself.
            thread.join(timeout=1)

    def _beat_until(self, stop: threading.Event) -> None:
        """A job that is not committed yet cannot be another worker's: it is left alone."""
        try:
            while not stop.wait(settings.JOB_LEASE.total_seconds() / 3):
                if Job.objects.filter(pk=self.job_id).exists():
                    self.beat()
        except LeaseLost:
            pass  # The work hears of it at its next report.
        finally:
            connection.close()

    def _update(self, **values: object) -> None:
        # The work and the thread of kept_alive share this: what one has heard, the other knows.
        if self._lost.is_set():
            raise LeaseLost
        # Not Now: it stands still in a transaction, and what is counted from there may be over.
        kept = Job.objects.filter(pk=self.job_id, fence=self.fence, state=JobState.RUNNING).update(
            lease_expires_at=StatementTime() + settings.JOB_LEASE, **values
        )
        if not kept:
            self._lost.set()
            raise LeaseLost


def take(job_id: int, *, lease: timedelta | None = None) -> Claim | None:
    """Claim the job; None when it is finished, in another worker's hands or out of attempts."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "job": job_id,
                "lease": (lease or settings.JOB_LEASE).total_seconds(),
                "most": MAX_ATTEMPTS,
            },
        )
        row = cursor.fetchone()
    return Claim(job_id, fence=row[0], attempt=row[1]) if row else None
