"""Run one job under a claim, and say how it ended."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import logs
from portal.accounts import audit, people
from portal.jobs import causes, keeping, outages, taking, waits
from portal.jobs.causes import Cause
from portal.jobs.claims import Claim, LeaseLost, OverTime
from portal.jobs.models import Job, JobState
from portal.jobs.registry import KINDS
from portal.jobs.waking import publish
from portal.refusals import Refusal

log = logging.getLogger(__name__)

# Work that broke so often by its own fault is given up, unless it is the portal's own.
MAX_ATTEMPTS = 5


def look(worker: taking.Worker) -> None:
    """Do the jobs that are due, one after another, until there is none for this worker.

    Who finds one wakes somebody else for the others, before he begins: one message wakes as many
    as there is work for.
    """
    has_woken = False

    def wake_another() -> None:
        nonlocal has_woken
        if not has_woken and Job.objects.due().exists():
            has_woken = publish()

    while claim := taking.take_next(worker):
        run(claim, first=wake_another)


def _nothing() -> None:
    pass


def run(claim: Claim, *, first: Callable[[], None] = _nothing) -> None:
    """Do the work of a claim and write down how it ended.

    `first` is called before the work, with the lease kept: it may take its time.
    """
    job = Job.objects.select_related("created_by").get(pk=claim.job_id)
    told = logs.about(job=job.pk, kind=job.kind, request_id=job.request_id)
    # What a job writes down is read by whoever asked for it, not by whoever runs the worker.
    with told, people.spoken_to(job.created_by):
        log.info("Taken.", extra=logs.facts(fence=claim.fence))
        _run(job, claim, first)
        log.info("Left.", extra=logs.facts(state=_state_of(job)))


def _state_of(job: Job) -> str | None:
    return Job.objects.filter(pk=job.pk).values_list("state", flat=True).first()


def _run(job: Job, claim: Claim, first: Callable[[], None]) -> None:
    def give_up() -> None:
        # Called in a thread of its own, which speaks nobody's language yet.
        with people.spoken_to(job.created_by):
            _end(job, claim, error=took_too_long(kind.within), cause=Cause.OVER_TIME)

    try:
        # A job may be of a kind that this version does not know: then it breaks like other work.
        kind = KINDS[job.kind]
        with keeping.kept(claim, within=kind.within, give_up=give_up):
            first()
            kind.work(claim, **job.args)
        claim.finish()
    except Exception as error:
        # Work that was told to end may break in any way, and leave a connection in the middle.
        why = claim.over or error
        if not connection.in_atomic_block:
            if claim.over:
                connection.close()
            else:
                connection.close_if_unusable_or_obsolete()
            outages.wait_for_the_database()
        _end_badly(job, claim, why)


def _end_badly(job: Job, claim: Claim, why: Exception) -> None:
    if isinstance(why, LeaseLost):
        _tell_the_loss(job)
    elif isinstance(why, OverTime):
        log.error("%s #%s took longer than its kind may.", job.kind, job.pk)
        error = took_too_long(KINDS[job.kind].within)
        _end(job, claim, error=error, cause=Cause.OVER_TIME)
    elif isinstance(why, Refusal):
        _end(job, claim, error=why.message)
    else:
        _retry_or_end(job, claim, why)


def _retry_or_end(job: Job, claim: Claim, why: Exception) -> None:
    cause = causes.of(why)
    log.error("%s #%s broke (%s).", job.kind, job.pk, cause.value, exc_info=why)
    if cause is Cause.BROKEN and job.attempts + 1 >= MAX_ATTEMPTS:
        _end(job, claim, error=gave_up(), cause=cause)
    else:
        waits.put_back(claim, cause)


def _end(job: Job, claim: Claim, *, error: str, cause: Cause | None = None) -> None:
    """The job has failed, unless it is one that only success ends."""
    if job.keeps_trying:
        log.error("%s #%s is the portal's own, tried again: %s", job.kind, job.pk, error)
        waits.put_back(claim, Cause.BROKEN)
        return
    try:
        with claim.writing():
            if fail(job, error=error, cause=cause):
                new = {"cause": cause.value} if cause else {}
                audit.record("job.failed", job, by=None, team=job.team, new=new, reason=error)
    except LeaseLost:
        _tell_the_loss(job)


def _tell_the_loss(job: Job) -> None:
    log.warning("Lost the lease of %s #%s; another worker goes on with it.", job.kind, job.pk)


def fail(job: Job, *, error: str, cause: Cause | None) -> bool:
    """Tell its subject and mark the job failed; the caller holds its row locked.

    Without a `cause` what it was asked is wrong, and refused; else it may work when it is asked
    again. Returns False, and the job is done, where its subject finds the work done.
    """
    # What an earlier version asked for can be given up, too: nobody of today is told.
    kind = KINDS.get(job.kind)
    if kind and kind.failed(error, refused=cause is None, **job.args):
        Job.objects.filter(pk=job.pk).mark_done()
        job.state = JobState.DONE
        return False
    # Like its leases, a job ends by the database's clock: any worker may end it.
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, error=error, cause=cause or "",
        waits_until=None, lease_expires_at=None, finished_at=Now(),
    )  # fmt: skip
    job.state, job.error = JobState.FAILED, error
    return True


def gave_up() -> str:
    """The sentence for work that broke every time; the log holds the traceback."""
    return _("This did not work after several attempts. The operators can see why; try again.")


def took_too_long(within: timedelta) -> str:
    """The sentence for work that was stopped since others wait for its place."""
    minutes = round(within.total_seconds() / 60)
    return ngettext(
        "This took longer than %(minutes)s minute and was stopped, since others wait."
        " Try again with less at once, such as a smaller file or fewer days.",
        "This took longer than %(minutes)s minutes and was stopped, since others wait."
        " Try again with less at once, such as a smaller file or fewer days.",
        minutes,
    ) % {"minutes": minutes}
