"""Run one job under a claim, and say how it ended."""

import logging

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal import logs
from portal.accounts import people
from portal.jobs.claims import MAX_ATTEMPTS, Claim, LeaseLost, take
from portal.jobs.models import Job, JobState
from portal.jobs.registry import KINDS
from portal.refusals import Refusal

log = logging.getLogger(__name__)

SECONDS_BEFORE_RETRY = 2


def look(job_id: int) -> None:
    """Claim the job and run it; nothing happens when it is taken, finished or gone."""
    claim = take(job_id)
    if claim is None:
        return
    job = Job.objects.select_related("created_by").get(pk=job_id)
    told = logs.about(job=job.pk, kind=job.kind, request_id=job.request_id)
    # What a job writes down is read by whoever asked for it, not by whoever runs the worker.
    with told, people.spoken_to(job.created_by):
        log.info("Taken.", extra=logs.facts(attempt=claim.attempt))
        _run(job, claim)
        log.info("Left.", extra=logs.facts(state=_state_of(job)))


def _state_of(job: Job) -> str | None:
    return Job.objects.filter(pk=job.pk).values_list("state", flat=True).first()


def _run(job: Job, claim: Claim) -> None:
    try:
        with claim.kept_alive():
            KINDS[job.kind].work(claim, **job.args)
        claim.finish()
    except LeaseLost:
        log.warning("Lost the lease of %s; another worker goes on with it.", job)
    except Refusal as refusal:
        _end(job, claim, error=refusal.message, refused=True)
    except Exception:
        log.exception("%s broke in attempt %s.", job, claim.attempt)
        _retry_or_end(job, claim)


def _retry_or_end(job: Job, claim: Claim) -> None:
    """Leave the job to the sweeper, or end it after the last attempt."""
    if claim.attempt >= MAX_ATTEMPTS:
        _end(job, claim, error=gave_up())
        return
    wait = SECONDS_BEFORE_RETRY**claim.attempt
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = 'queued',"
            " lease_expires_at = statement_timestamp() + make_interval(secs => %s)"
            " WHERE id = %s AND fence = %s AND state = 'running'",
            [wait, job.pk, claim.fence],
        )


def _end(job: Job, claim: Claim, *, error: str, refused: bool = False) -> None:
    try:
        with claim.writing():
            fail(job, error=error, refused=refused)
    except LeaseLost:
        log.warning("Lost the lease of %s; another worker goes on with it.", job)


def fail(job: Job, *, error: str, refused: bool = False) -> None:
    """Mark the job failed and tell its subject; the caller holds its row locked.

    `refused` when what it was asked is wrong; else it may work when it is asked again.
    """
    # Like its leases, a job ends by the database's clock: any worker or the sweeper may end it.
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, error=error, lease_expires_at=None, finished_at=Now()
    )
    KINDS[job.kind].failed(error, refused=refused, **job.args)


def gave_up() -> str:
    """The sentence for work that broke every time; the log holds the traceback."""
    return _("This did not work after several attempts. The operators can see why; try again.")
