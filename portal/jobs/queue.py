"""Ask for work: the row is the request, the message only wakes a worker."""

import logging
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from portal import logs
from portal.accounts.models import Team, User
from portal.jobs import runner, taking
from portal.jobs.claims import StatementTime
from portal.jobs.models import Job
from portal.jobs.registry import KINDS

log = logging.getLogger(__name__)

LOOK = "jobs.look"
# A job that no worker claimed within this time is published again by the sweeper.
PATIENCE = timedelta(seconds=10)


def enqueue(
    kind: str,
    *,
    args: dict[str, Any],
    team: Team | None = None,
    by: User | None = None,
    keeps_trying: bool = False,
) -> Job:
    """Write the job down and wake a worker once the transaction has committed.

    `args` are JSON values handed to the work by name. A broker that is down does not matter: the
    sweeper finds the row. A job that `keeps_trying` is never given up: nobody would ask again.
    """
    if kind not in KINDS:
        raise LookupError(f"No work is registered for jobs of kind {kind!r}.")
    job = Job.objects.create(
        kind=kind,
        args=args,
        team=team,
        created_by=by,
        request_id=logs.request_id(),
        keeps_trying=keeps_trying,
        lease_expires_at=StatementTime() + PATIENCE,
    )
    transaction.on_commit(publish)
    return job


def publish() -> bool:
    """Send the message that wakes a worker; False when the broker did not take it."""
    if not settings.CELERY_BROKER_URL:
        return False
    try:
        # No retry: the request would wait for the broker, and the sweeper asks again anyway.
        current_app.send_task(LOOK, retry=False)
    except OperationalError:
        log.warning("The broker took no message; the sweeper will wake a worker.")
        return False
    return True


def run_now(job: Job) -> Job:
    """Run the job in this process, for commands; returns it as it ended.

    Does nothing when a worker has it already.
    """
    if claim := taking.take(job.pk):
        runner.run(claim)
    job.refresh_from_db()
    return job
