"""A boost that runs for six hours and spends nothing: its team is told why, once a day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from campaigns import tasks
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import taking
from campaigns.delivery import why_not as idle_causes
from campaigns.delivery.models import AdServer
from campaigns.tests.conftest import NOON
from campaigns.tests.test_taking import message, row
from portal import clock
from portal.accounts import audit
from portal.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
HOUR = timedelta(hours=1)


@pytest.fixture
def told(bob: User) -> Callable[[], list[str]]:
    """What Bob, who operates the shop, was told of idle boosts."""
    return lambda: [str(one) for one in bob.notices.order_by("pk") if "spent nothing" in one.text]


Told = Callable[[], list[str]]


def test_its_team_is_told_once_a_day_with_the_number(running: Boost, told: Told) -> None:
    tasks.idle()
    tasks.idle()
    [said] = told()
    assert "spent nothing in its last 6 hours to be shown. Message 2 is not confirmed" in said
    with translation.override("zh-hans"):
        assert "The boost" not in told()[0]
    with clock.at(NOON + 13 * HOUR):
        tasks.idle()
        assert len(told()) == 2


def test_one_that_spends_or_has_just_begun_is_not_told_of(
    running: Boost, ad_server: AdServer, told: Told, alice: User
) -> None:
    taking.take(running, {1: row(running, 6, 1, 300)}, message(ad_server))
    tasks.idle()
    assert told() == []
    boosts.pause(running, by=alice)
    with clock.at(NOON + 2 * HOUR):
        boosts.resume(running, by=alice)
    with clock.at(NOON + 7 * HOUR):
        tasks.idle()
    assert told() == [], "it goes on since five hours"
    with clock.at(NOON + 8 * HOUR):
        tasks.idle()
    assert len(told()) == 1


def test_what_is_refused_is_no_spend(running: Boost, ad_server: AdServer, told: Told) -> None:
    taking.take(
        running, {1: row(running, 0, 1, 70_000), 2: row(running, 11, 1, 900)}, message(ad_server)
    )
    tasks.idle()
    assert "Its budget is used up: ¥700.00 of ¥700.00." in told()[0]


def test_a_budget_that_is_used_up_is_told_once(
    running: Boost, ad_server: AdServer, told: Told
) -> None:
    """The twin: it is told each day to the end of its period."""
    taking.take(running, {1: row(running, 0, 1, 70_000)}, message(ad_server))
    for day in range(4):
        with clock.at(NOON + day * 24 * HOUR):
            tasks.idle()
    assert len(told()) == 1


def test_a_cap_that_is_reached_is_nothing_to_tell_of_that_day(
    running: Boost, ad_server: AdServer, told: Told
) -> None:
    Boost.objects.filter(pk=running.pk).update(daily_cap_fen=10_000)
    taking.take(running, {1: row(running, 0, 1, 12_000)}, message(ad_server))
    tasks.idle()
    assert told() == []
    with clock.at(NOON + 24 * HOUR):
        tasks.idle()
    assert len(told()) == 1, "the next day it may spend, and spends nothing"


def test_one_that_is_paused_or_over_is_not_told_of(running: Boost, told: Told, alice: User) -> None:
    boosts.pause(running, by=alice)
    tasks.idle()
    boosts.stop(running, by=alice, reason="Enough.")
    tasks.idle()
    assert told() == []


def test_where_no_cause_is_known_that_is_said(
    running: Boost, ad_server: AdServer, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_causes, "causes", lambda facts: [])
    tasks.idle()
    assert "Nothing that the portal knows speaks against it." in told()[0]


def test_one_that_fails_keeps_no_other_from_being_told(
    running: Boost, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*said: Any, **named: Any) -> None:
        raise RuntimeError("A fault of this boost.")

    with monkeypatch.context() as broken:
        broken.setattr(audit, "record", fails)
        with pytest.raises(ExceptionGroup) as raised:
            tasks.idle()
    assert raised.value.exceptions[0].__notes__ == [f"boost {running.pk}"]
    tasks.idle()
    assert len(told()) == 1


def test_one_of_the_evening_is_idle_by_its_evenings_alone(
    running: Boost, ad_server: AdServer, told: Told
) -> None:
    """The twin: it is shown all day, and every morning it would be told of."""
    Boost.objects.filter(pk=running.pk).update(day_part="evening")
    tasks.idle()
    assert told() == [], "it runs since midnight, and its first evening is to come"
    with clock.at(NOON + 11 * HOUR):
        taking.take(
            Boost.objects.get(pk=running.pk), {1: row(running, 19, 1, 300)}, message(ad_server)
        )
    for hours in (12, 18, 24, 30, 31):
        with clock.at(NOON + hours * HOUR):
            tasks.idle()
            assert told() == [], "it has spent within its last six hours of evening"
    Boost.objects.update(day_part="whole")
    with clock.at(NOON + 18 * HOUR):
        tasks.idle()
        assert len(told()) == 1


def test_an_evening_without_spend_is_told_by_what_was_the_matter_then(
    running: Boost, told: Told
) -> None:
    Boost.objects.filter(pk=running.pk).update(day_part="evening")
    with clock.at(NOON + 11 * HOUR):
        tasks.idle()
        assert told() == [], "five hours of its evening are over"
    with clock.at(NOON + 20 * HOUR):
        tasks.idle()
    [said] = told()
    assert "Message 2 is not confirmed" in said
    assert "shown in the evening" not in said
