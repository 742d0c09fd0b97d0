"""Looking until other processes have done something, which leaves them the processor meanwhile."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from portal.jobs.models import Job

Found = TypeVar("Found")
SECONDS = 120
BETWEEN_LOOKS_SECONDS = 0.02


def until(look: Callable[[], Found], *, otherwise: Callable[[], str]) -> Found:
    """What `look` finds as soon as it finds something; after SECONDS fail and say what is
    `otherwise`."""
    end = monotonic() + SECONDS
    while not (found := look()):
        assert monotonic() < end, otherwise()
        sleep(BETWEEN_LOOKS_SECONDS)
    return found


def await_state(job: Job, reached: Callable[[Job], bool]) -> None:
    """Ask the database until the job is there."""

    def is_there() -> bool:
        job.refresh_from_db()
        return reached(job)

    until(is_there, otherwise=lambda: f"{job} is still {job.state}: {job.error}")
