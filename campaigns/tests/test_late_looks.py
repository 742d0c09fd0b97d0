"""The clock looks at boosts once a minute: nobody gains by what he does before it has looked."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from campaigns.boosts import schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery import settling, taking
from campaigns.delivery.capping import Refusal
from campaigns.delivery.models import AdServer, DeliveryHour, DeliveryMessage
from campaigns.delivery.rows import Row
from campaigns.tests.test_taking import MIDNIGHT, message, paid
from portal import clock
from portal.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

HOUR, LATE = timedelta(hours=1), timedelta(seconds=20)


def say(boost: Boost, server: AdServer, hour_at: datetime, spend_fen: int, **said: bool) -> None:
    """The ad server tells one hour, now."""
    sent: DeliveryMessage = message(server)
    revision = DeliveryHour.objects.of(boost).count() + 1
    row = Row(boost.external_id, hour_at, revision, 10, 1, spend_fen, **said)
    taking.take(boost, {1: row}, sent)


@pytest.mark.parametrize("act", [boosts.pause, boosts.stop])
def test_an_hour_after_the_period_costs_nothing_whoever_acts_before_the_look(
    running: Boost, ad_server: AdServer, alice: User, act: Callable[..., Boost]
) -> None:
    with clock.at(running.ends_at + LATE):
        act(running, by=alice)
        say(running, ad_server, running.ends_at, 500)
        schedule.complete_due()
        assert running.ends_at not in settling.under_way(running)
    assert paid(running) == (0, 500)
    assert DeliveryHour.objects.get(boost=running).refusal == Refusal.OUTSIDE_SPANS


def test_an_hour_after_the_period_costs_nothing_before_the_look_either(
    running: Boost, ad_server: AdServer
) -> None:
    with clock.at(running.ends_at + LATE):
        say(running, ad_server, running.ends_at, 500)
    assert paid(running) == (0, 500)


@pytest.fixture
def scheduled(running: Boost) -> Boost:
    """A boost that began at midnight, and that the clock has not looked at since."""
    running.spans.all().delete()
    Boost.objects.filter(pk=running.pk).update(status=BoostStatus.SCHEDULED)
    running.refresh_from_db()
    return running


def test_the_first_hour_counts_before_the_look(scheduled: Boost, ad_server: AdServer) -> None:
    say(scheduled, ad_server, MIDNIGHT + 12 * HOUR, 500)
    assert paid(scheduled) == (500, 0)
    assert scheduled.status == BoostStatus.RUNNING


def test_who_stops_before_the_look_pays_for_the_first_hour(
    scheduled: Boost, ad_server: AdServer, alice: User
) -> None:
    stopped = boosts.stop(scheduled, by=alice, reason="Sold out.")
    assert stopped.settled_at is None
    say(scheduled, ad_server, MIDNIGHT + 11 * HOUR, 500)
    assert paid(scheduled) == (500, 0)


def test_the_last_word_of_a_pause_is_not_that_of_what_came_after(
    running: Boost, ad_server: AdServer, alice: User
) -> None:
    hour_at = MIDNIGHT + 12 * HOUR
    with clock.at(hour_at + timedelta(minutes=10)):
        boosts.pause(running, by=alice)
        say(running, ad_server, hour_at, 500, is_final=True)
    with clock.at(hour_at + timedelta(minutes=20)):
        boosts.resume(running, by=alice)
    with clock.at(hour_at + timedelta(minutes=50)):
        boosts.stop(running, by=alice, reason="Sold out.")
    running.refresh_from_db()
    assert hour_at in settling.hours_to_come(running)
    with clock.at(hour_at + HOUR):
        say(running, ad_server, hour_at, 800, is_final=True)
    assert hour_at not in settling.hours_to_come(running)
