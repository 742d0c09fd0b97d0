"""Find the jobs that nobody works on, and wake a worker, who wakes the next.

It makes the broker disposable: a lost message or a dead worker costs seconds, never a job.
"""

from django.conf import settings
from django.db import connection
from psycopg import sql

from portal.jobs import waits
from portal.jobs.waking import PATIENCE, publish

MOST_AT_ONCE = 1000

_WAKE = """
UPDATE jobs_job
SET lease_expires_at = statement_timestamp() + make_interval(secs => %(patience)s)
WHERE id IN (
    SELECT id FROM jobs_job
    WHERE state = 'queued' AND lease_expires_at < statement_timestamp()
    ORDER BY lease_expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""


def sweep() -> int:
    """Queue jobs with an expired lease again and wake a worker; how many jobs waited for that.

    A job that a killed worker held is no fault of its own: it is never given up for that.
    """
    waits.put_back_stopped(limit=MOST_AT_ONCE)
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, {"patience": PATIENCE.total_seconds(), "limit": MOST_AT_ONCE})
        found = int(cursor.rowcount)
    # The rows are committed by now, so a worker that looks at once finds them. Who finds one wakes
    # the next: more messages would pile up while every worker is busy, one for each job and sweep.
    if found:
        publish()
    return found


def sweep_cache() -> int:
    """Remove what has expired from the table of the cache, where it is one; how many rows."""
    kept = settings.CACHES["default"]
    if not kept["BACKEND"].endswith(".DatabaseCache"):
        return 0
    expired = sql.SQL("DELETE FROM {} WHERE expires < statement_timestamp()")
    with connection.cursor() as cursor:
        cursor.execute(expired.format(sql.Identifier(kept["LOCATION"])))
        return int(cursor.rowcount)
