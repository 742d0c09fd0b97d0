"""What an operator may do about work that has trouble: have it tried now, or give it up."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import audit, people, permissions
from portal.accounts.models import User
from portal.jobs import runner
from portal.jobs.causes import Cause
from portal.jobs.claims import StatementTime
from portal.jobs.models import Job, JobState
from portal.jobs.waking import PATIENCE, publish
from portal.refusals import Refusal, given_reason


@transaction.atomic
def try_again(job: Job, *, by: User) -> Job:
    """The next try is now, not when the wait is over."""
    job = _waiting(job, by=by)
    Job.objects.filter(pk=job.pk).update(
        waits_until=None, lease_expires_at=StatementTime() + PATIENCE
    )
    audit.record("job.tried_again", job, by=by, team=job.team)
    transaction.on_commit(publish)
    return job


@transaction.atomic
def give_up(job: Job, *, reason: str, by: User) -> Job:
    """Nobody tries it again; whoever asked for it is told why.

    What the portal does by itself is not given up: either nobody would ask for it again, or the
    portal does at once. Work that turns out to be done is done, and nothing is given up.
    """
    job = _waiting(job, by=by)
    reason = given_reason(reason)
    if job.is_the_portals:
        raise Refusal(_("The portal needs this work: it is tried until it is done."))
    with people.spoken_to(job.created_by):
        error = _("The platform has given this up: %(reason)s") % {"reason": reason}
        if runner.fail(job, error=error, cause=Cause(job.cause)):
            audit.record("job.given_up", job, by=by, team=job.team, reason=reason)
    return job


def _waiting(job: Job, *, by: User) -> Job:
    """The job, locked: it had trouble and nobody is at it."""
    job = Job.objects.select_for_update(no_key=True, of=("self",)).get(pk=job.pk)
    permissions.require(by, "job.manage")
    if job.state != JobState.QUEUED or not job.cause:
        raise Refusal(_("Nobody waits for a try of this work now: it runs, or has ended."))
    return job
