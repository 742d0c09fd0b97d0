"""Who this process takes jobs for: a worker with slots, or itself."""

from pathlib import Path

from django.db import InterfaceError, OperationalError, connection

from portal.jobs import waits
from portal.jobs.models import Job, JobState
from portal.jobs.taking import Worker, this_process
from portal.jobs.waking import publish

MOST_HELD = 1000

_worker: list[Worker] = []


def are(name: str, slots: int) -> None:
    """Told to a Celery worker before its pool is forked. `name` differs from start to start."""
    _worker[:] = [Worker(name, slots)]


def go_on(node: str) -> None:
    """Take up what earlier starts of the worker `node` left on this machine; called when it takes
    messages."""
    try:
        held = Job.objects.filter(state=JobState.RUNNING, worker__startswith=f"{node}:")
        for name in held.values_list("worker", flat=True).distinct():
            if not _lives(name):
                waits.put_back_held(name, limit=MOST_HELD)
    except (OperationalError, InterfaceError):
        # Their leases run out, and the sweeper does the same.
        connection.close()
    publish()


def _lives(name: str) -> bool:
    """Whether its process is there: two workers of one machine may have been given one name."""
    return Path("/proc", name.rpartition(":")[2]).exists()


def worker() -> Worker:
    return _worker[0] if _worker else this_process()
