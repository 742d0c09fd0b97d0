"""Telling a person at a terminal how far the demo world is, and waiting for its jobs."""

import time
from collections.abc import Sequence
from typing import TextIO

from django.conf import settings

from portal.jobs import queue
from portal.jobs.models import Job, JobState

WIDTH = 28
SECONDS_BETWEEN_LOOKS = 0.2
# A worker that is there has claimed a job by then; if there is none, the work is done here.
PATIENCE_SECONDS = 8


class Teller:
    """One line per step, with seconds; on a terminal the current line is redrawn as a bar."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._since = time.monotonic()

    def step(self, text: str) -> None:
        """`text` is done."""
        seconds = time.monotonic() - self._since
        self._write(f"{text} ({seconds:.1f} s)", end="\n")

    def bar(self, done: int, total: int, text: str) -> None:
        """`done` of `total` parts of `text` are done; shown on terminals alone."""
        if self._is_terminal:
            filled = WIDTH * done // max(total, 1)
            self._write(f"{'█' * filled}{'░' * (WIDTH - filled)} {text}", end="")

    def _write(self, text: str, *, end: str) -> None:
        clear = "\r\x1b[K" if self._is_terminal else ""
        self._stream.write(f"{clear}{text}{end}")
        self._stream.flush()


def until_done(jobs: Sequence[Job], text: str, teller: Teller) -> None:
    """Wait until the jobs have ended, done or failed.

    A worker does them, or this process where there is no broker or nobody listens to it.
    """
    since = time.monotonic()
    while still_open := _open(jobs):
        teller.bar(_percent(jobs, still_open), 100, text)
        patience = 0 if settings.CELERY_BROKER_URL.startswith("memory") else PATIENCE_SECONDS
        waiting = [job for job in still_open if job.state == JobState.QUEUED]
        if len(waiting) == len(still_open) and time.monotonic() - since >= patience:
            queue.run_now(waiting[0])
        else:
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _open(jobs: Sequence[Job]) -> list[Job]:
    rows = Job.objects.filter(pk__in=[job.pk for job in jobs]).order_by("pk")
    return list(rows.filter(state__in=[JobState.QUEUED, JobState.RUNNING]))


def _percent(jobs: Sequence[Job], still_open: Sequence[Job]) -> int:
    shares = sum(job.progress_done / job.progress_total for job in still_open if job.progress_total)
    return round(100 * (len(jobs) - len(still_open) + shares) / len(jobs))
