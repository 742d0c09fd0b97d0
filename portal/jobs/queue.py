"""Ask for work: the row is the request, the message only wakes a worker."""

from typing import Any

from django.db import transaction

from portal import logs
from portal.accounts.models import Team, User
from portal.jobs import runner, taking
from portal.jobs.claims import StatementTime
from portal.jobs.models import Job
from portal.jobs.registry import KINDS
from portal.jobs.waking import PATIENCE, publish


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


def run_now(job: Job) -> Job:
    """Run the job in this process, for commands; returns it as it ended.

    Does nothing when a worker has it already.
    """
    if claim := taking.take(job.pk):
        runner.run(claim)
    job.refresh_from_db()
    return job
