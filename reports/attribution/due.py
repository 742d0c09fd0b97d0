"""Which merchants' days wait to be computed: those that are stale, and those of which there is news
or that were closed, and that have no report day. Merchants that are not verified have none.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from merchants.companies.models import MerchantStatus
from portal import clock
from reports.attribution.inputs import News
from reports.attribution.models import ReportDay
from reports.attribution.statements import statement

Pair = tuple[int, date]
# For so long a day that was closed is looked after; beat looks every few minutes.
JUST_CLOSED = timedelta(days=1)
_CLOSED = statement("closed_days")


def pairs(first_on: date, last_on: date) -> set[Pair]:
    """Merchants' ids and days that are due from the first to the last day."""
    within = Q(on__range=(first_on, last_on), merchant__status=MerchantStatus.VERIFIED)
    stale = ReportDay.objects.current().filter(within).exclude(stale_at=None)
    current = ReportDay.objects.current().filter(merchant=OuterRef("merchant"), on=OuterRef("on"))
    missing = News.objects.filter(within).exclude(Exists(current))
    found = {*stale.values_list("merchant", "on"), *missing.values_list("merchant", "on")}
    return found | _just_closed(first_on, last_on)


def _just_closed(first_on: date, last_on: date) -> set[Pair]:
    """Days that a sender has just closed and that have no report day. There is no news of a day of
    which nothing came; that nothing came is a number, too.
    """
    since = clock.now() - JUST_CLOSED
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, {"since": since, "first_on": first_on, "last_on": last_on})
        return set(cursor.fetchall())


def spans(days: Iterable[date], *, most_days: int) -> Iterator[tuple[date, date]]:
    """Days as spans of consecutive ones, each of at most `most_days`."""
    first_on = last_on = None
    for day in sorted(set(days)):
        if first_on and last_on:
            follows = day - last_on == timedelta(days=1)
            if follows and (day - first_on).days < most_days:
                last_on = day
                continue
            yield first_on, last_on
        first_on = last_on = day
    if first_on and last_on:
        yield first_on, last_on


def between(first_on: date, last_on: date) -> list[date]:
    """The days from first to last, both included."""
    return [first_on + timedelta(days=step) for step in range((last_on - first_on).days + 1)]
