"""What a boost brought in all is told when its days, and those of the window, are counted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.boosts import results
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.boosts.results import Result
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import ReportDay
from reports.metrics.sums import MICRO
from reports.sources import suspending
from reports.sources.models import SourceKind
from reports.sources.suspensions import DataSuspension
from reports.tests import factory
from reports.tests.suspended import suspend
from reports.tests.unarrived import open_again

pytestmark = pytest.mark.django_db
__all__ = ["suspend"]
# Its two days, and those of the window.
FIRST = DEFAULT_WINDOW_DAYS + 2


@pytest.fixture
def boost(live_listing: Listing, alice: User) -> Boost:
    key, last_on = uuid4(), factory.day(FIRST - 1)
    return Boost.objects.create(
        external_id=f"b{key.hex}", request_key=key, created_by=alice, note=live_listing.note,
        merchant=live_listing.merchant, objective=Objective.READS, budget_fen=30_000,
        starts_on=factory.day(FIRST), ends_on=last_on, status=BoostStatus.COMPLETED,
        held_fen=20_000, captured_fen=20_000, ended_at=clock.start_of(last_on) + timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def days(boost: Boost, live_listing: Listing) -> list[ReportDay]:
    """All of its days, the newest first; its touches brought an order and a half."""
    made = factory.publish(boost.merchant, *(factory.day(ago) for ago in range(1, FIRST + 1)))
    credit: Callable[..., Any] = factory.credit
    credit(made[-1], live_listing, "order", boost_id=boost.pk, value_fen=10_000)
    half = {"credit_micro": MICRO // 2, "value_fen": 2_500}
    credit(made[0], live_listing, "order", boost_id=boost.pk, **half)
    credit(made[0], live_listing, "order", value_fen=7)
    credit(made[0], live_listing, "visit", boost_id=boost.pk)
    return made


def test_orders_of_its_days_and_of_the_window_count(boost: Boost, days: list[ReportDay]) -> None:
    assert results.of([boost]) == {boost.pk: Result(Decimal("1.5"), 12_500)}


def test_one_that_brought_nothing_is_measured_all_the_same(
    boost: Boost, days: list[ReportDay]
) -> None:
    other = Boost.objects.get(pk=boost.pk)
    other.pk = boost.pk + 1
    assert results.of([boost, other])[other.pk] == Result(Decimal(0), 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"superseded_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"stale_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"samples": {"credit": ["0.5"]}},
    ],
    ids=["missing", "news", "a sample"],
)
@pytest.mark.parametrize("place", [0, -1], ids=["of the window", "its own"])
def test_without_one_of_its_days_nothing_is_measured(
    boost: Boost, days: list[ReportDay], place: int, wrong: dict[str, Any]
) -> None:
    ReportDay.objects.filter(pk=days[place].pk).update(**wrong)
    assert results.of([boost]) == {}


def test_before_the_window_is_over_nothing_is_measured(boost: Boost, days: list[ReportDay]) -> None:
    with clock.at(clock.now() - timedelta(days=1)):
        assert results.of([boost]) == {}


@pytest.mark.parametrize("kind", [SourceKind.MARKETPLACE, SourceKind.COMMUNITY])
@pytest.mark.parametrize("ago", [1, FIRST], ids=["of the window", "its own"])
def test_a_day_that_is_computed_but_has_not_arrived_is_not_measured(
    boost: Boost, days: list[ReportDay], ago: int, kind: SourceKind
) -> None:
    open_again(kind, factory.day(ago))
    assert results.of([boost]) == {}


def test_a_day_that_is_withheld_is_not_measured_until_that_is_lifted(
    boost: Boost, days: list[ReportDay], suspend: Callable[..., DataSuspension], admin: User
) -> None:
    suspended = suspend(category=None, first=3, last=3)
    assert results.of([boost]) == {}
    suspending.lift(suspended, reason="Sent anew.", by=admin)
    assert results.of([boost]) == {boost.pk: Result(Decimal("1.5"), 12_500)}


def test_it_is_asked_as_often_for_the_boosts_of_many_merchants(
    boost: Boost, days: list[ReportDay], rival: Merchant
) -> None:
    other = Boost.objects.get(pk=boost.pk)
    other.pk, other.merchant = boost.pk + 1, rival
    counts = []
    for asked in ([boost], [boost, other]):
        with CaptureQueriesContext(connection) as queries:
            results.of(asked)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
