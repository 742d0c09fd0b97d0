"""The clock: boosts start, run without costing anything unreported, and give everything back."""

from datetime import timedelta

import pytest

from campaigns.boosts import decisions, funding, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery import settling
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.tasks import tick
from campaigns.tests.conftest import NOON, RequestBoost
from portal import clock
from portal.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def scheduled(money: None, a_boost: RequestBoost, alice: User, manager: User) -> Boost:
    """¥700 for seven days, approved in time."""
    boost = boosts.submit(a_boost(), by=alice)
    return decisions.approve(boost, version=boost.version, by=manager)


def day(number: int) -> None:
    """Let the clock work on the `number`-th day of the period, twice as a restart would."""
    with clock.at(NOON + timedelta(days=number - 1)):
        for _ in range(2):
            schedule.start_due()
            schedule.complete_due()
            settling.settle_due()


def state(boost: Boost) -> tuple[str, int, int]:
    """Its status, what it holds and what the wallet has (fen)."""
    boost.refresh_from_db()
    wallet = ledger.wallet_of(boost.merchant)
    return boost.status, funding.held_fen(boost), wallet.balance_fen


def test_nothing_starts_before_its_first_day(scheduled: Boost) -> None:
    day(0)
    assert state(scheduled) == (BoostStatus.SCHEDULED, 70_000, 430_000)


def test_a_running_boost_holds_its_whole_budget_to_its_last_day(scheduled: Boost) -> None:
    for number in (1, 7):
        day(number)
        assert state(scheduled) == (BoostStatus.RUNNING, 70_000, 430_000)


def test_after_the_last_day_a_boost_is_completed_and_nothing_was_charged(scheduled: Boost) -> None:
    day(1)
    day(8)
    assert state(scheduled) == (BoostStatus.COMPLETED, 0, 500_000), "no ad server has it"
    assert verify().broken == []


def test_a_clock_that_slept_through_the_period_makes_up_for_it(scheduled: Boost) -> None:
    day(10)
    assert state(scheduled) == (BoostStatus.COMPLETED, 0, 500_000)


def test_a_stop_gives_everything_back_when_the_last_hours_are_told(
    scheduled: Boost, alice: User
) -> None:
    day(1)
    boosts.stop(scheduled, by=alice)
    assert state(scheduled) == (BoostStatus.STOPPED, 70_000, 430_000)
    day(3)
    assert state(scheduled) == (BoostStatus.STOPPED, 0, 500_000)
    assert verify().broken == []


def test_the_task_starts_and_completes(scheduled: Boost) -> None:
    with clock.at(NOON + timedelta(days=7)):
        tick()
    assert state(scheduled)[0] == BoostStatus.COMPLETED


def test_a_boost_that_cannot_start_keeps_no_other_from_completing(
    scheduled: Boost,
    a_boost: RequestBoost,
    alice: User,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = boosts.submit(a_boost(), by=alice)
    running = decisions.approve(asked, version=asked.version, by=manager)
    running.move_to(BoostStatus.RUNNING, by=None)

    def broken(boost: Boost) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(schedule, "_start", broken)
    over = NOON + timedelta(days=9)
    with clock.at(over), pytest.raises(ExceptionGroup, match="could not move"):
        tick()
    assert state(running)[0] == BoostStatus.COMPLETED
    assert state(scheduled)[0] == BoostStatus.SCHEDULED
