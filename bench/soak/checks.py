"""What must be true of a site once its troubles are over."""

import time
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from bench.soak.sending import Sent
from portal.jobs.keeping import GRACE_SECONDS

# Clicks wait for five minutes.
PATIENCE_SECONDS = 540


def seconds_until_done(sent: Sent, *, with_clicks: bool = False) -> float:
    """How long it takes until all batches are in; raises when they do not come in.

    Clicks are fetched every five minutes, whatever happens: they say nothing about a recovery, nor
    do the jobs that take them in.
    """
    since = time.monotonic()
    while time.monotonic() - since < PATIENCE_SECONDS:
        try:
            if _are_in(sent) and not (with_clicks and _clicks_wait()):
                return time.monotonic() - since
        except (OperationalError, InterfaceError):
            connection.close()
        time.sleep(0.25)
    raise AssertionError(f"After {PATIENCE_SECONDS} s there is still work: {_left()}")


def recovery_seconds() -> float:
    """The longest that a loser may go on: until it hears of it, and then ends with its process."""
    return float(settings.JOB_LEASE.total_seconds()) + GRACE_SECONDS


def faults(sent: Sent, *, patience_seconds: float) -> list[str]:
    """What is lost, doubled or held; empty when all is well.

    A slot is judged once `patience_seconds` are over, if it is not free before.
    """
    from portal.jobs.models import Job
    from reports.lake import tables as lake
    from reports.sources.models import Batch

    with duckdb.connect() as con:
        lake.show(con, "touchpoints", lake.files("touchpoints"))
        own = "SELECT event_id FROM lake_touchpoints WHERE starts_with(event_id, ?)"
        rows = con.execute(own, [sent.prefix]).fetchall()
    names = [name for (name,) in rows]
    batches = Batch.objects.filter(pk__in=sent.batches)
    told = [(batch.sent, batch.accepted + batch.duplicate + batch.quarantined) for batch in batches]
    inbox = Path(settings.VAR_DIR) / "inbox"
    expected = sent.events | sent.clicks
    found = {
        "lost": len(expected - set(names)),
        "doubled": len(names) - len(set(names)),
        "never sent": len(set(names) - expected),
        "batches not committed": batches.exclude(state="committed").count(),
        "rows not accounted for": abs(sum(rows for rows, _ in told) - sent.rows),
        "batches that do not add up": sum(rows != counted for rows, counted in told),
        "jobs that failed": Job.objects.filter(state="failed").count(),
        "slots held by nobody's job": _held(patience_seconds),
        "files left in the inbox": sum((inbox / str(batch)).exists() for batch in sent.batches),
    }
    return [f"{what}: {count}" for what, count in found.items() if count]


def _held(patience_seconds: float) -> int:
    """The least of the slots that were at work at once for no job of theirs.

    Right after the last job that says nothing: who did it looks for another one, and the slot of
    a killed process is Celery's until it has written the loss down.
    """
    end = time.monotonic() + patience_seconds
    least = _at_work_for_nobody()
    while least and time.monotonic() < end:
        least = min(least, _at_work_for_nobody())
    return least


def _at_work_for_nobody() -> int:
    """Tasks that workers say they are at, beyond the jobs that run."""
    from portal.jobs.models import Job
    from portal.jobs.waking import LOOK

    looks = _active().count(LOOK)
    return max(0, looks - int(Job.objects.running().count()))


def _active() -> list[str]:
    """The tasks of the workers of people's jobs; who does not answer is asked again, not free."""
    from portal.celery import app

    for _ in range(PATIENCE_SECONDS):
        answers = app.control.inspect(timeout=1).active() or {}
        if told := [tasks for name, tasks in answers.items() if not name.startswith("beat@")]:
            return [str(task["name"]) for tasks in told for task in tasks]
    raise AssertionError("No worker says what it is at.")


def _are_in(sent: Sent) -> bool:
    from portal.jobs.models import OPEN
    from reports.sources.models import Batch

    own = Batch.objects.filter(pk__in=sent.batches)
    return not (own.exclude(state="committed") | own.filter(job__state__in=OPEN)).exists()


def _clicks_wait() -> bool:
    from portal.jobs.models import Job

    files = (Path(settings.VAR_DIR) / "clicks").glob("*.jsonl")
    return any(files) or bool(Job.objects.open().exists())


def _left() -> list[str]:
    from portal.jobs.models import Job

    return [
        f"{job} {job.state} {job.cause} attempts {job.attempts} setbacks {job.setbacks}"
        for job in Job.objects.open()
    ]
