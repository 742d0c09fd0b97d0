"""Showing drafts: the one moment in which report days change, day by day, each in a transaction.

The turn is held for the rows of one day's report days: their facts are there already. Those of very
many merchants are shown in portions, so that nobody waits for longer than a moment.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from portal import clock
from portal.jobs.registry import Claim
from reports.attribution.drafts import Draft
from reports.attribution.models import ReportDay, Run
from reports.attribution.statements import statement

MERCHANTS_AT_ONCE = 1000
# In this order.
_STEPS = ("replaced", "superseded", "restated", "added", "equal", "stale", "done")


def show(claim: Claim, run: Run) -> None:
    """Show the drafts of `run`; those of a merchant's day together. Again shows what is left."""
    days = Draft.objects.filter(run=run).order_by("on").values_list("on", flat=True).distinct()
    for on in list(days):
        for first, last in portions(run, on):
            with claim.writing():
                show_portion(run, on, first, last)
            claim.beat()


def portions(run: Run, on: date) -> list[tuple[int, int]]:
    """The first and the last merchant of each portion of the drafts of a day."""
    drafts = Draft.objects.filter(run=run, on=on).order_by("merchant")
    merchants = list(drafts.values_list("merchant", flat=True))
    starts = range(0, len(merchants), MERCHANTS_AT_ONCE)
    parts = [merchants[start : start + MERCHANTS_AT_ONCE] for start in starts]
    return [(part[0], part[-1]) for part in parts]


def show_portion(run: Run, on: date, first: int, last: int) -> None:
    """Show the drafts of a day of the merchants from `first` to `last`, in this transaction."""
    ReportDay.objects.take_turn()
    asked: dict[str, Any] = {"run": run.pk, "on": on, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(statement("swap/passed"), {**asked, "at": clock.now()})
        cursor.execute(statement("swap/moment"), asked)
        at = _moment(*(cursor.fetchone() or (None, None)))
        for step in _STEPS:
            cursor.execute(statement(f"swap/{step}"), {**asked, "at": at})


def _moment(published_at: datetime | None, given_at: datetime | None) -> datetime:
    """When the day changes: after whatever was published of it and given out, whoever's clock is
    behind."""
    after_given = given_at and given_at + timedelta(microseconds=1)
    return clock.no_earlier_than(max(filter(None, (published_at, after_given)), default=None))
