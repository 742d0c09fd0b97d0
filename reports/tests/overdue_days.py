"""A listing two of whose days are overdue, and what people are told, for tests."""

from datetime import date, timedelta
from typing import Any

import pytest

from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.notices.models import Notice
from reports.sources import closing
from reports.sources.models import Source

DAY = timedelta(days=1)
TODAY = clock.today()
# Rows of a day are due when the day after it is over.
OVERDUE = [TODAY - 3 * DAY, TODAY - 2 * DAY]


@pytest.fixture
def listed(live_listing: Listing) -> Listing:
    """Alice's listing on Tmall, live since the first day that is overdue."""
    Source.objects.update(delay_days=1)
    live_listing.periods.update(live_from=clock.start_of(OVERDUE[0]))
    return live_listing


def close(code: str, first_on: date, last_on: date | None = None, **more: Any) -> None:
    source = Source.objects.get(code=code)
    closing.pull_finished(source, first_on=first_on, last_on=last_on or first_on, **more)


def told(user: User) -> list[str]:
    """What a person is told of what is overdue, the oldest first."""
    said = Notice.objects.filter(user=user, text__contains="%(what)s").order_by("pk")
    return [str(notice) for notice in said]
