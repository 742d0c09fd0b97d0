"""Find the jobs that nobody works on, and wake a worker for each.

It makes the broker disposable: a lost message or a dead worker costs seconds, never a job.
"""

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from portal.jobs import runner
from portal.jobs.claims import MAX_ATTEMPTS
from portal.jobs.models import Job, JobState
from portal.jobs.queue import PATIENCE, publish

MOST_AT_ONCE = 1000

_REQUEUE = """
UPDATE jobs_job
SET state = 'queued',
    lease_expires_at = statement_timestamp() + make_interval(secs => %(patience)s)
WHERE id IN (
    SELECT id FROM jobs_job
    WHERE state IN ('queued', 'running') AND attempts < %(most)s
        AND lease_expires_at < statement_timestamp()
    ORDER BY lease_expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def sweep() -> int:
    """Queue jobs with an expired lease again, end those out of attempts; how many were queued."""
    _end_worn_out()
    with connection.cursor() as cursor:
        cursor.execute(
            _REQUEUE,
            {"patience": PATIENCE.total_seconds(), "most": MAX_ATTEMPTS, "limit": MOST_AT_ONCE},
        )
        found = [job_id for (job_id,) in cursor.fetchall()]
    # The rows are committed by now, so a worker that looks at once finds them. Their lease lies
    # ahead, or the next sweep would publish every job of a long queue once more.
    for job_id in found:
        publish(job_id)
    return len(found)


@transaction.atomic
def _end_worn_out() -> None:
    worn_out = Job.objects.expired().filter(attempts__gte=MAX_ATTEMPTS, state=JobState.RUNNING)
    # A locked row is in the hands of a worker that writes results, or of another sweeper.
    for job in worn_out.select_for_update(skip_locked=True, no_key=True)[:MOST_AT_ONCE]:
        runner.fail(job, error=runner.gave_up())


def sweep_cache() -> int:
    """Remove what has expired from the table of the cache, where it is one; how many rows."""
    kept = settings.CACHES["default"]
    if not kept["BACKEND"].endswith(".DatabaseCache"):
        return 0
    expired = sql.SQL("DELETE FROM {} WHERE expires < statement_timestamp()")
    with connection.cursor() as cursor:
        cursor.execute(expired.format(sql.Identifier(kept["LOCATION"])))
        return int(cursor.rowcount)
