"""A short soak: processes are killed while batches come in, and nothing is lost or doubled.

`make soak` does the same to a whole site, its database, broker and disk, for ten minutes.
"""

import os
import random
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import celery
import kombu
import pytest

from bench.soak import checks, faults, tree
from bench.soak.sending import Sent
from portal.accounts.models import Team
from portal.jobs import claims, queue, sweeper, waking
from portal.jobs.models import Job, JobState
from portal.runtime.valkey import Valkey
from tests.awaiting import await_state, until

STAGE = faults.Stage(os.getpid(), None, random.Random(1))


def expire_what_nobody_works_on() -> None:
    """As if the seconds of a lease had passed since its worker was killed."""
    Job.objects.filter(state=JobState.RUNNING).update(
        lease_expires_at=claims.StatementTime() - timedelta(seconds=1)
    )
    Job.objects.filter(state=JobState.QUEUED).update(
        waits_until=None, lease_expires_at=claims.StatementTime() - timedelta(seconds=1)
    )
    sweeper.sweep()


@pytest.mark.parametrize(
    "fault", [faults.kill_reader, faults.kill_pool_process, faults.kill_worker]
)
def test_nothing_is_lost_or_doubled_when_a_process_is_killed(
    fault: faults.Fault, celery_worker: Callable[[], Any], settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = Path(os.environ["PORTAL_VAR"])
    settings.LAKE_URL = settings.VAR_DIR / "lake"
    sent = Sent(prefix=fault.__name__)
    worker = celery_worker()
    for _ in range(4):
        sent.batch(tmp_path)
    until(
        lambda: fault(STAGE) or not Job.objects.open().exists(), otherwise=lambda: "nothing killed"
    )
    if fault is faults.kill_worker:
        worker.kill()
        celery_worker()
    expire_what_nobody_works_on()
    checks.seconds_until_done(sent)
    assert checks.faults(sent, patience_seconds=checks.recovery_seconds()) == []


def test_a_slot_that_a_loser_holds_is_named(
    celery_worker: Callable[[], Any], settings: Any, tmp_path: Path
) -> None:
    """The process of a job is stopped, and the job goes on elsewhere before it moves again."""
    settings.VAR_DIR = Path(os.environ["PORTAL_VAR"])
    settings.LAKE_URL = settings.VAR_DIR / "lake"
    sent = Sent(prefix="held")
    celery_worker()
    sent.batch(tmp_path)
    readers = processes_that_read()
    (loser,) = [pid for pid in faults.pool(STAGE.root) if set(readers) & set(tree.children(pid))]
    assert tree.send(loser, signal.SIGSTOP)
    expire_what_nobody_works_on()
    checks.seconds_until_done(sent)
    assert checks.faults(sent, patience_seconds=0) == ["slots held by nobody's job: 1"]
    assert tree.send(loser, signal.SIGCONT)
    assert checks.faults(sent, patience_seconds=checks.recovery_seconds()) == []


def test_a_worker_whose_broker_was_killed_takes_what_comes_next(
    celery_worker: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    """Though what it had begun goes on for long."""
    settings.VAR_DIR = Path(os.environ["PORTAL_VAR"])
    settings.LAKE_URL = settings.VAR_DIR / "lake"
    broker = Valkey(tmp_path / "valkey", log=tmp_path / "valkey.log")
    broker.start()
    try:
        worker = celery_worker(CELERY_BROKER_URL=broker.url)
        Sent(prefix="broker").batch(tmp_path)
        begun = Job.objects.get()
        wake(broker)
        readers = processes_that_read()
        assert tree.send(readers[0], signal.SIGSTOP)
        assert tree.send(tree.named(STAGE.root, "valkey", str(broker.socket))[0], signal.SIGKILL)
        worker.await_line(b"Connection to broker lost")
        broker.start()
        other = queue.enqueue("notices.mail", args={"notices": []}, team=Team.objects.create())
        wake(broker)
        await_state(other, lambda job: not job.is_open)
        begun.refresh_from_db()
        assert begun.state == JobState.RUNNING
        # What it began before is done: it neither breaks over that nor ends.
        assert tree.send(readers[0], signal.SIGCONT)
        await_state(begun, lambda job: not job.is_open)
        last = queue.enqueue("notices.mail", args={"notices": []})
        wake(broker)
        await_state(last, lambda job: not job.is_open)
    finally:
        broker.remove()


def processes_that_read() -> list[int]:
    return until(lambda: tree.named(STAGE.root, faults.CHILD), otherwise=lambda: "nobody reads")


def wake(broker: Valkey) -> None:
    with kombu.Connection(broker.url) as connection:
        celery.current_app.send_task(waking.LOOK, connection=connection)
