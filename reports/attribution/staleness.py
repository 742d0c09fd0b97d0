"""Which report days no longer show everything, once a batch is in the lake."""

from collections.abc import Iterable
from datetime import date, timedelta

from portal.jobs import workspace
from reports.attribution import engine
from reports.attribution.choices import WINDOWS
from reports.attribution.models import ReportDay
from reports.events.queries import readable
from reports.lake import tables as lake
from reports.sources.models import Batch, EventKind


def mark_stale(batches: Iterable[Batch]) -> None:
    """Mark the current report days that change by batches in the lake.

    Call it in the transaction that says they are there.
    """
    for batch in batches:
        events = batch.source.events
        commit = lake.committed(lake.open_table(events), batch.pk)
        assert commit is not None
        ReportDay.objects.mark_stale(_touched_by(events, commit.days))


def on_batch_committed(*, batch: Batch, days: set[date], **signal: object) -> None:
    """The listener of `batch_committed`."""
    ReportDay.objects.mark_stale(_touched_by(batch.source.events, days))


def _touched_by(events: str, days: set[date]) -> set[date]:
    """A touchpoint can earn credit of conversions until the widest window has passed; a refund
    changes with its order.
    """
    if events == EventKind.TOUCHPOINTS:
        days = {day + timedelta(days=later) for day in days for later in range(max(WINDOWS) + 1)}
    return days | _days_of_refunds(days)


def _days_of_refunds(changed_days: Iterable[date]) -> set[date]:
    """The days of refunds of the orders that conversions of these days are, or take back."""
    days = set(changed_days)
    files = lake.files("conversions")
    changed = lake.of_days(files, days)
    if not changed:
        return set()
    with (
        workspace.folder("refunds") as work_dir,
        engine.session(reads=files, work_dir=work_dir) as connection,
    ):
        found = engine.QUERIES.rows(
            connection,
            "lake/days_of_refunds",
            refunds=[readable(file) for file in files],
            changed=[readable(file) for file in changed],
        )
        return {day for (day,) in found}
