"""What ended boosts brought, as the asking form's forecast rests on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.boosts import forecast
from campaigns.boosts.forecast import Brought, Past
from campaigns.boosts.models import Boost, BoostStatus, Objective
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from reports import tasks
from reports.answers import past, past_counting
from reports.attribution.models import ReportDay
from reports.sources.models import SourceKind
from reports.sources.suspensions import DataSuspension
from reports.tests import factory
from reports.tests.suspended import suspend
from reports.tests.unarrived import open_again

pytestmark = pytest.mark.django_db
__all__ = ["suspend"]
Ended = Callable[..., Boost]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ended(live_listing: Listing, alice: User) -> Ended:
    """`ended(...)` is a settled boost of two days that ended four days ago and cost ¥200."""

    def make(first: int = 5, last: int = 4, **fields: Any) -> Boost:
        key = uuid4()
        asked = {
            "merchant": live_listing.merchant, "note": live_listing.note,
            "objective": Objective.READS,
            "budget_fen": 30_000, "starts_on": factory.day(first), "ends_on": factory.day(last),
            "status": BoostStatus.COMPLETED, "captured_fen": 20_000, "held_fen": 20_000, **fields,
        }  # fmt: skip
        over = clock.start_of(asked["ends_on"]) + timedelta(days=1)
        return Boost.objects.create(
            external_id=f"b{key.hex}", request_key=key, created_by=alice,
            **{"ended_at": over, "settled_at": over, **asked},
        )  # fmt: skip

    return make


@pytest.fixture
def days(live_listing: Listing) -> list[ReportDay]:
    return factory.publish(live_listing.merchant, factory.day(5), factory.day(4))


def read(days: list[ReportDay], listing: Listing, boost: Boost, *counts: int) -> None:
    for day, count in zip(days, counts, strict=True):
        factory.touch(day, listing, kind="view", boost_id=boost.pk, touchpoints=count)
        factory.touch(day, listing, kind="click", boost_id=boost.pk, touchpoints=1)
        factory.touch(day, listing, kind="view", touchpoints=1_000)


def test_a_boost_brought_the_reads_of_all_of_its_days(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant
) -> None:
    read(days, live_listing, ended(), 30, 12)
    assert past.of(shop) == Past([Brought(20_000, 42)], [])


@pytest.mark.parametrize(
    "fields",
    [
        {"settled_at": None},
        {"captured_fen": past.LEAST_FEN - 1},
        {"first": 6},
        {"first": 900, "last": 899},
    ],
    ids=["not settled", "cost little", "a day is missing", "long ago"],
)
def test_what_is_not_counted_in_full_says_nothing(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant,
    fields: dict[str, Any],
) -> None:  # fmt: skip
    read(days, live_listing, ended(**fields), 30, 12)
    assert past.of(shop) == Past([], [])


@pytest.mark.parametrize("wrong", [{"stale_at": LONG_AGO}, {"samples": {"touch": ["0.5"]}}])
def test_days_with_news_or_of_a_sample_say_nothing(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant,
    wrong: dict[str, Any],
) -> None:  # fmt: skip
    read(days, live_listing, ended(), 30, 12)
    ReportDay.objects.filter(pk=days[1].pk).update(**wrong)
    assert past.of(shop) == Past([], [])


def test_days_whose_reads_have_not_arrived_say_nothing_to_anybody(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant, rival: Merchant
) -> None:
    read(days, live_listing, ended(), 30, 12)
    open_again(SourceKind.MARKETPLACE, *(day.on for day in days))
    assert past.of(shop).own == [Brought(20_000, 42)], "of orders nothing is asked"
    open_again(SourceKind.COMMUNITY, days[1].on)
    past_counting.compute()
    assert (past.of(shop).own, past.of(rival).others) == ([], [])


def test_days_that_are_withheld_say_nothing(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant,
    suspend: Callable[..., DataSuspension],
) -> None:  # fmt: skip
    read(days, live_listing, ended(), 30, 12)
    suspend("community", None, first=4, last=4)
    assert past.of(shop) == Past([], [])


def test_others_of_the_category_are_told_apart(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant, rival: Merchant
) -> None:
    """Charlie sells in the same branch, and sees of Alice's boosts a sum that names nobody."""
    read(days, live_listing, ended(), 30, 12)
    past_counting.compute()
    assert past.of(rival) == Past([], [[Brought(20_000, 42)]])
    # Nobody is one of the others to himself.
    assert past.of(shop) == Past([Brought(20_000, 42)], [])
    Product.objects.filter(store__merchant=rival).delete()
    assert past.of(rival) == Past([], [])


def test_it_is_asked_as_often_for_many_boosts(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant
) -> None:
    counts = []
    for many in (1, 6):
        for _number in range(many):
            ended()
        with CaptureQueriesContext(connection) as asked:
            found = past.of(shop)
        counts.append(len(asked))
    assert len(found.own) == 7
    assert counts[0] == counts[1] <= 10


def grow(ended: Ended, days: list[ReportDay], listing: Listing, many: int) -> None:
    """So many more boosts of a merchant, each read on both days, have ended."""
    for _number in range(many):
        read(days, listing, ended(), 3, 4)


def test_a_form_reads_as_much_however_long_the_past_is(
    ended: Ended, days: list[ReportDay], live_listing: Listing, shop: Merchant, rival: Merchant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Of his own the newest; of others one row, as it was counted last."""
    for most in ((past, "MOST_OWN"), (past_counting, "MOST_OF_ONE")):
        monkeypatch.setattr(*most, 3)
    told = []
    for many in (3, 3, 9):
        grow(ended, days, live_listing, many)
        past_counting.compute()
        with CaptureQueriesContext(connection) as asked:
            own, others = past.of(shop).own, past.of(rival).others
        told.append((len(asked), own, others))
    three = [Brought(20_000, 7)] * 3
    assert told == [(told[0][0], three, [three])] * 3


def test_what_is_counted_by_category_is_bounded(
    ended: Ended, days: list[ReportDay], live_listing: Listing, rival: Merchant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    grow(ended, days, live_listing, 5)
    for name, most, counted in (
        ("PART", 2, 5),
        ("MOST_OF_A_CATEGORY", 4, 4),
        ("MOST_LOOKED_AT", 3, 3),
    ):
        monkeypatch.setattr(past_counting, name, most)
        past_counting.compute()
        [group] = past.of(rival).others
        assert len(group) == counted


def test_it_is_counted_once_an_hour_by_a_job(
    ended: Ended, days: list[ReportDay], live_listing: Listing, rival: Merchant
) -> None:
    grow(ended, days, live_listing, 1)
    for _again in range(2):
        tasks.count_past()
    done = queue.run_now(Job.objects.get(kind=tasks.PAST))
    assert done.state == JobState.DONE, done.error
    assert past.of(rival).others == [[Brought(20_000, 7)]]


def test_the_form_asks_it(shop: Merchant) -> None:
    assert forecast._tell == [past.of]
