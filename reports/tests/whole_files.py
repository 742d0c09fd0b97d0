"""Files that their senders call whole, for tests of slices."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.jobs import queue
from reports.answers import coverage
from reports.answers.question import Question
from reports.attribution.tests.steps import LAST, order, touch
from reports.sources import receiving
from reports.sources.models import Batch, Source

DAY = timedelta(days=1)
FIRST = LAST - timedelta(days=15)
Sent = Callable[..., Batch]


@pytest.fixture
def listed(live_listing: Listing) -> Listing:
    """Alice's listing on Tmall, live since sixteen days before the last day."""
    live_listing.periods.update(live_from=clock.start_of(FIRST - DAY))
    return live_listing


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    """Take rows in as a file that its sender calls whole for a period, unless told otherwise."""

    def take_in(
        source: str, *rows: dict[str, Any], whole: tuple[date, date] | None = None, **said: Any
    ) -> Batch:
        path = tmp_path / f"{source}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        if whole:
            said |= {"period": [str(whole[0]), str(whole[1])], "is_whole": True}
        batch = receiving.receive(
            Source.objects.get(code=source), path=path, file_name=path.name, by=None, manifest=said
        )
        assert batch.job
        assert queue.run_now(batch.job).error == ""
        batch.refresh_from_db()
        return batch

    return take_in


def everything(sent: Sent, listed: Listing) -> None:
    sent("community", touch("t1", listed, days_ago=1), touch("t0", listed, days_ago=0),
         whole=(FIRST, LAST))  # fmt: skip
    sent("taobao_tmall", order("c1", listed), whole=(LAST, LAST))


def states(merchant: Merchant, first: date = LAST, last: date = LAST) -> coverage.Coverage:
    return coverage.coverage(Question(merchant, first, last))


def asked(merchant: Merchant, name: str = "report-detail", **more: Any) -> str:
    query = {"first_on": LAST.isoformat(), "last_on": LAST.isoformat(), **more}
    return reverse(f"reports:{name}", args=[merchant.code], query=query)
