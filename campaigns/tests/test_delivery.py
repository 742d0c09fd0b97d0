"""The clock: boosts start, spend their days and end with the rest given back."""

from datetime import timedelta

import pytest

from campaigns import boosts, delivery, ledger
from campaigns.models import Boost, BoostStatus
from campaigns.proof import verify
from campaigns.tasks import tick
from campaigns.tests.conftest import TODAY, RequestBoost
from portal.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheduled(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    """¥700 for seven days, approved in time."""
    boost = boosts.submit(a_boost(), by=alice, today=TODAY)
    boost.move_to(BoostStatus.APPROVED, by=None)
    boost.move_to(BoostStatus.SCHEDULED, by=None)
    return boost


def day(number: int) -> None:
    """Let the clock work on the `number`-th day of the period, twice as a restart would."""
    for _ in range(2):
        on = TODAY + timedelta(days=number - 1)
        delivery.start_due(today=on)
        delivery.spend_due(today=on)
        delivery.complete_due(today=on)


def state(boost: Boost) -> tuple[str, int, int]:
    boost.refresh_from_db()
    return boost.status, ledger.hold_of(boost).balance_fen, ledger.income().balance_fen


def test_nothing_starts_before_its_first_day(scheduled: Boost) -> None:
    day(0)
    assert state(scheduled) == (BoostStatus.SCHEDULED, 70_000, 0)


def test_each_day_spends_its_share_once(scheduled: Boost) -> None:
    day(1)
    assert state(scheduled) == (BoostStatus.RUNNING, 60_000, 10_000)
    day(2)
    assert state(scheduled) == (BoostStatus.RUNNING, 50_000, 20_000)


def test_days_the_clock_slept_through_are_made_up(scheduled: Boost) -> None:
    day(1)
    day(5)
    assert state(scheduled) == (BoostStatus.RUNNING, 20_000, 50_000)


def test_after_the_last_day_a_boost_is_completed_and_spent(scheduled: Boost) -> None:
    day(1)
    day(8)
    assert state(scheduled) == (BoostStatus.COMPLETED, 0, 70_000)


def test_a_late_start_spends_only_the_days_that_ran(scheduled: Boost) -> None:
    day(4)
    assert state(scheduled) == (BoostStatus.RUNNING, 60_000, 10_000)
    day(8)
    assert state(scheduled) == (BoostStatus.COMPLETED, 0, 40_000)
    assert ledger.wallet_of(scheduled.merchant).balance_fen == 500_000 - 40_000


def test_stopping_gives_back_the_days_that_have_not_begun(scheduled: Boost, alice: User) -> None:
    day(1)
    boosts.stop(scheduled, by=alice, today=TODAY + timedelta(days=2))
    assert state(scheduled) == (BoostStatus.STOPPED, 0, 30_000)
    assert verify().broken == []


def test_the_task_calls_all_three(scheduled: Boost) -> None:
    tick()
    assert state(scheduled)[0] == BoostStatus.COMPLETED
