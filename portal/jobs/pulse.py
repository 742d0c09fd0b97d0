"""Signs of life: the schedule that is felt, and jobs that move.

The schedule is felt when beat sent a message, the broker carried it and a worker took it.
"""

from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Max

from portal import clock
from portal.jobs.claims import StatementTime
from portal.jobs.models import Job, Pulse


def beats() -> None:
    """Write down that the schedule is felt now, by the database's clock."""
    Pulse.objects.bulk_create(
        [Pulse(pk=1, felt_at=StatementTime())],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["felt_at"],
    )


def age() -> timedelta | None:
    """For how long the schedule has not been felt; None when it never was."""
    since = ExpressionWrapper(StatementTime() - F("felt_at"), DurationField())
    return Pulse.objects.annotate(since=since).values_list("since", flat=True).first()


def newest_job_age() -> timedelta | None:
    """How long ago the newest job was asked for; None while there is none."""
    newest = Job.objects.order_by("-pk").values_list("created_at", flat=True).first()
    return _since(newest)


def standstill() -> timedelta | None:
    """For how long jobs have waited while nobody worked; None when none waits or one runs.

    A long queue that moves stands still for no longer than since its last job ended.
    """
    oldest = Job.objects.due().order_by("pk").first()
    if oldest is None or Job.objects.running().exists():
        return None
    last = Job.objects.aggregate(at=Max("finished_at"))["at"]
    return _since(max(filter(None, (oldest.created_at, oldest.waits_until, last))))


def _since(moment: datetime | None) -> timedelta | None:
    return None if moment is None else max(timedelta(), clock.now() - moment)
