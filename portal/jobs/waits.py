"""Put a job back for another try, after a wait that grows: the one home of these waits.

What the machines did is asked again after about a quarter of the time it lasts already, so that
work goes on soon after its cause has ended; what broke by itself is asked after 2, 4, 8, ... s.
Neither waits longer than four hours.
"""

from django.db import connection

from portal.jobs.causes import Cause
from portal.jobs.claims import Claim

MOST_SECONDS = 4 * 3600

_PUT_BACK = """
UPDATE jobs_job
SET state = 'queued', cause = %(cause)s,
    attempts = least(attempts + %(broken)s, 30000), setbacks = setbacks + 1 - %(broken)s,
    waits_until = next.at, lease_expires_at = next.at
FROM (
    SELECT id, statement_timestamp() + make_interval(secs => least(%(most)s, CASE %(broken)s
        WHEN 1 THEN power(2, least(attempts, 20) + 1)
        WHEN 0 THEN 2 * (power(1.25, least(setbacks, 100)) - 1)
    END)) AS at
    FROM jobs_job
    WHERE state = 'running' AND {which}
    ORDER BY lease_expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS next
WHERE jobs_job.id = next.id
"""


def put_back(claim: Claim, cause: Cause) -> None:
    """Leave the job to the sweeper; nothing happens when it is another worker's."""
    _put_back("id = %(job)s AND fence = %(fence)s", cause, job=claim.job_id, fence=claim.fence)


def put_back_stopped(*, limit: int) -> None:
    """The jobs of workers that were stopped on the way: their leases have run out."""
    _put_back("lease_expires_at < statement_timestamp()", Cause.STOPPED, limit=limit)


def put_back_held(worker: str, *, limit: int) -> None:
    """The jobs of a worker that is known to be gone: nobody need wait for their leases."""
    _put_back("worker = %(name)s", Cause.STOPPED, name=worker, limit=limit)


def _put_back(which: str, cause: Cause, **given: int | str) -> None:
    values: dict[str, str | int] = {"cause": cause.value, "most": MOST_SECONDS, "limit": 1, **given}
    values["broken"] = int(cause is Cause.BROKEN)
    with connection.cursor() as cursor:
        cursor.execute(_PUT_BACK.format(which=which), values)
