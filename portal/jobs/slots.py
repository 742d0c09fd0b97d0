"""Who this process takes jobs for: a worker with slots, or itself."""

import os
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection

from portal.jobs import waits
from portal.jobs.models import Job, JobState
from portal.jobs.taking import Worker, this_process
from portal.jobs.waking import publish

MOST_HELD = 1000

_worker: list[Worker] = []


def are(node: str, slots: int) -> None:
    """Told to the Celery worker `node` before its pool is forked."""
    _worker[:] = [Worker(name(node, os.getpid()), slots)]


def name(node: str, pid: int) -> str:
    """The worker's name, another one at each start.

    A container gives each start the same pid, and two machines may have been given one name.
    """
    return f"{node}:{_machine()}.{pid}.{_began(pid)}"


def go_on(node: str) -> None:
    """Take up what earlier starts of the worker `node` left on this machine; called when it takes
    messages."""
    try:
        held = Job.objects.filter(state=JobState.RUNNING, worker__startswith=f"{node}:")
        for holder in held.values_list("worker", flat=True).distinct():
            if _is_gone(holder):
                waits.put_back_held(holder, limit=MOST_HELD)
    except (OperationalError, InterfaceError):
        # Their leases run out, and the sweeper does the same.
        connection.close()
    publish()


def _is_gone(holder: str) -> bool:
    """Whether its process is known to be gone: of another machine that cannot be known."""
    machine, _, process = holder.rpartition(":")[2].partition(".")
    pid, _, began = process.partition(".")
    return machine == _machine() and _began(pid) != began


@cache
def _machine() -> str:
    """This machine since it was started, or this container: where a pid means one process."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text()
    return sha256(f"{boot}{os.readlink('/proc/self/ns/pid')}".encode()).hexdigest()[:12]


def _began(pid: int | str) -> str:
    """When the process began, in ticks since the machine did; empty when there is none."""
    try:
        # The name of the program stands before it, in brackets, with whatever signs it has.
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def worker() -> Worker:
    return _worker[0] if _worker else this_process()
