"""Who takes which job: one conditional UPDATE, and the order in which teams have their turn."""

import os
import socket
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from portal.jobs.claims import Claim

_TAKE = """
UPDATE jobs_job
SET state = 'running', fence = fence + 1, error = '', waits_until = NULL, worker = %(worker)s,
    started_at = statement_timestamp(),
    lease_expires_at = statement_timestamp() + make_interval(secs => %(lease)s)
WHERE id = %(job)s
    AND (state = 'queued' OR (state = 'running' AND lease_expires_at < statement_timestamp()))
RETURNING fence
"""

# The job whose turn it is: of the team with the fewest running jobs, then of the team whose last
# job began first, its oldest. Teams that hold their share of this worker's slots wait. What has no
# team is the platform's, which is a team here. Grain: one row.
_NEXT = """
WITH waiting AS (
    SELECT COALESCE(j.team_id, 0) AS team, MIN(j.id) AS id
    FROM jobs_job AS j
    WHERE j.state = 'queued'
        AND (j.waits_until IS NULL OR j.waits_until <= statement_timestamp())
    GROUP BY COALESCE(j.team_id, 0)
), running AS (
    SELECT COALESCE(j.team_id, 0) AS team, COUNT(*) AS everywhere,
           COUNT(*) FILTER (WHERE j.worker = %(worker)s) AS here
    FROM jobs_job AS j
    WHERE j.state = 'running' AND j.lease_expires_at > statement_timestamp()
    GROUP BY COALESCE(j.team_id, 0)
)
SELECT w.id
FROM waiting AS w
LEFT JOIN running AS r ON r.team = w.team
LEFT JOIN LATERAL (
    SELECT MAX(j.started_at) AS began_at FROM jobs_job AS j WHERE COALESCE(j.team_id, 0) = w.team
) AS last ON true
WHERE COALESCE(r.here, 0) < %(share)s
ORDER BY COALESCE(r.everywhere, 0), last.began_at NULLS FIRST, w.id
LIMIT 1
"""


@dataclass(frozen=True)
class Worker:
    """Whoever takes jobs: its name, and how many it can do at a time."""

    name: str
    slots: int

    @property
    def share(self) -> int:
        """How many slots one team may hold: one is kept for the others where there are several."""
        return max(1, self.slots - 1)


def this_process() -> Worker:
    """A process that takes jobs by itself, as commands do."""
    return Worker(f"{socket.gethostname()}:{os.getpid()}", slots=1)


def take(job_id: int, *, by: Worker | None = None, lease: timedelta | None = None) -> Claim | None:
    """Claim the job; None when it is finished or in another worker's hands."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "job": job_id,
                "worker": (by or this_process()).name,
                "lease": (lease or settings.JOB_LEASE).total_seconds(),
            },
        )
        row = cursor.fetchone()
    return Claim(job_id, fence=row[0]) if row else None


def take_next(worker: Worker) -> Claim | None:
    """Claim the job whose turn it is; None when no job is due or its team has its share."""
    with transaction.atomic():
        # One at a time over all workers: two who look at once would both see a free share.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('taking jobs', 0))")
            cursor.execute(_NEXT, {"worker": worker.name, "share": worker.share})
            row = cursor.fetchone()
        return take(row[0], by=worker) if row else None
