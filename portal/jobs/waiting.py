"""For commands: wait until jobs have ended, whoever does them."""

import time
from collections.abc import Callable, Sequence

from portal.jobs import queue
from portal.jobs.models import Job, JobState

SECONDS_BETWEEN_LOOKS = 0.2


def until_done(
    jobs: Sequence[Job],
    *,
    patience_seconds: float = 0,
    tell: Callable[[int], None] = lambda percent: None,
) -> None:
    """Return when every job is done or failed; `tell` gets how far they are, in percent.

    Jobs that are due and that no worker has claimed after `patience_seconds` are run by this
    process.
    """
    since = time.monotonic()
    while still_open := _open(jobs):
        tell(_percent(jobs, still_open))
        waiting = [job for job in still_open if job.state == JobState.QUEUED]
        # While one of them runs there is a worker, and it will come to the others.
        is_alone = len(waiting) == len(still_open)
        if is_alone and time.monotonic() - since >= patience_seconds:
            _run_one(waiting)
        else:
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _run_one(waiting: Sequence[Job]) -> None:
    """The first that is due; else a moment passes: what waits for a disk is asked no faster."""
    due = Job.objects.due().filter(pk__in=[job.pk for job in waiting]).order_by("pk").first()
    if due:
        queue.run_now(due)
    else:
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _open(jobs: Sequence[Job]) -> list[Job]:
    return list(Job.objects.open().filter(pk__in=[job.pk for job in jobs]).order_by("pk"))


def _percent(jobs: Sequence[Job], still_open: Sequence[Job]) -> int:
    shares = sum(job.progress_done / job.progress_total for job in still_open if job.progress_total)
    return round(100 * (len(jobs) - len(still_open) + shares) / len(jobs))
