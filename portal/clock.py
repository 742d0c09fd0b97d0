"""What time it is: the one place in the house that asks for the present.

Verbs, rows, forms and pages ask here, so that a past can be told by the same verbs that live
through the present. Leases of jobs alone go by the database's clock (`portal/jobs/claims.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.refusals import Refusal

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present instant, aware and in UTC.

    A verb asks after it has locked its row: what waited for the lock happened before.
    """
    return _told.get() or timezone.now()


def stands_still() -> bool:
    """Whether the present is told by `at`, and passes for nobody."""
    return _told.get() is not None


def today() -> date:
    """The business day (Asia/Shanghai) of the present."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The business day (Asia/Shanghai) of an aware instant, whatever zone the reader is in."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def start_of(day: date) -> datetime:
    """The instant at which a business day (Asia/Shanghai) begins.

    Days before 1970 and after 9000 are taken for those: no moment of ours lies beyond.
    """
    known = min(max(day, date(1970, 1, 1)), date(9000, 1, 1))
    return timezone.make_aware(datetime.combine(known, time.min), timezone.get_default_timezone())


def no_earlier_than(kept: datetime | None) -> datetime:
    """The present, or `kept` where that lies ahead; None is what nothing was kept of.

    For the next edge of what a locked row keeps, such as the end of a period: the clock of the
    machine that wrote the last edge may run ahead of ours, and nothing ends before it begins.
    """
    present = now()
    return max(present, kept or present)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, the present is `moment` (aware), and it stands still.

    For the demo world and for tests alone. It nests, ends with the block, and other threads and
    tasks keep their own time. Raises Refusal on a site with HTTPS: nobody backdates there.
    """
    if settings.HTTPS:
        raise Refusal(_("The past is told in a demo world only, and this site has HTTPS."))
    if timezone.is_naive(moment):
        raise ValueError(f"A moment has a zone, and {moment} has none.")
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)
