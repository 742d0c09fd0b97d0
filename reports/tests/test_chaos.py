"""A short soak: processes are killed while batches come in, and nothing is lost or doubled.

`make soak` does the same to a whole site, its database, broker and disk, for ten minutes.
"""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.soak import checks, faults
from bench.soak.sending import Sent
from portal.jobs import claims, sweeper
from portal.jobs.models import Job, JobState


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
    stage = faults.Stage(os.getpid(), None, random.Random(1))
    for _ in range(4):
        sent.batch(tmp_path)
    while not fault(stage) and Job.objects.open().exists():
        pass
    if fault is faults.kill_worker:
        worker.kill()
        celery_worker()
    expire_what_nobody_works_on()
    checks.seconds_until_done(sent)
    assert checks.faults(sent) == []
