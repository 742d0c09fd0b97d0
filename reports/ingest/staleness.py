"""Which report days no longer show everything, once events of some days came in."""

from collections.abc import Iterable
from datetime import date, timedelta

from reports.models.batch import EventKind

# The longest lookback window: a touchpoint can earn credit of conversions this many days later.
LONGEST_WINDOW_DAYS = 30


def stale_days(events: str, days: Iterable[date]) -> set[date]:
    """Report days that events of `days` belong to."""
    reach = LONGEST_WINDOW_DAYS if events == EventKind.TOUCHPOINTS else 0
    return {day + timedelta(days=later) for day in days for later in range(reach + 1)}
