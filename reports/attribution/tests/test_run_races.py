"""Two who ask for the same report days at once get one run."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from reports.attribution import runs
from reports.attribution.models import Run
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import touch
from tests import racing

# How long whoever has found no run waits for another who has found none either.
SECONDS = 0.5


@pytest.fixture
def at_once(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Run]]:
    """`at_once(ask)` calls `ask` in two threads that meet between their look and their run."""
    both, enqueue = Barrier(2), queue.enqueue

    def late(*args: Any, **kwargs: Any) -> Any:
        with suppress(BrokenBarrierError):
            both.wait(SECONDS)
        return enqueue(*args, **kwargs)

    monkeypatch.setattr(queue, "enqueue", late)

    def both_ask(ask: Callable[[], Run | None]) -> list[Run]:
        made, _refused = racing.at_once(ask, ask)
        return [run for run in made if run]

    return both_ask


def test_two_people_who_ask_at_once_wait_for_one_run(
    at_once: Callable[..., list[Run]], shop: Merchant, alice: User
) -> None:
    today = clock.today()
    made = at_once(
        lambda: runs.request(
            first_on=today - timedelta(days=6), last_on=today, merchant=shop, by=alice
        )
    )
    assert made == [Run.objects.get()] * 2


def test_two_looks_at_once_ask_for_missing_days_once(
    at_once: Callable[..., list[Run]], live_listing: Listing, take: Take
) -> None:
    take("community", touch("t1", live_listing, days_ago=3))
    assert at_once(runs.request_due) == [Run.objects.get()]
