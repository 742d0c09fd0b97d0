"""What an ad server is told: each move of a boost, with its whole state and no money of anybody."""

import json
from datetime import timedelta
from typing import Any

import pytest

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery import announcing
from campaigns.delivery.models import AdServer, Serving
from campaigns.tests.conftest import NOON, RequestBoost
from portal import clock
from portal.accounts.models import User
from portal.webhooks.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def told(boost: Boost) -> list[tuple[str, str, int]]:
    """Type, state and sequence of what the ad server was told, in its order."""
    said = [json.loads(message.text) for message in Message.objects.order_by("sequence")]
    assert {one["data"]["boost_id"] for one in said} <= {boost.external_id}
    return [(one["type"], one["data"]["state"], one["data"]["sequence"]) for one in said]


def newest() -> dict[str, Any]:
    state: dict[str, Any] = json.loads(Message.objects.latest("sequence").text)["data"]
    return state


def test_each_move_is_told_with_the_whole_state(running: Boost, alice: User) -> None:
    boosts.pause(running, by=alice)
    with clock.at(NOON + timedelta(hours=2)):
        boosts.resume(running, by=alice)
    with clock.at(NOON + timedelta(hours=4)):
        boosts.stop(running, by=alice, reason="Sold out.")
    assert told(running) == [
        ("boost.approved", "scheduled", 1),
        ("boost.changed", "running", 2),
        ("boost.paused", "paused", 3),
        ("boost.resumed", "running", 4),
        ("boost.stopped", "stopped", 5),
    ]
    state = newest()
    assert state["spans"] == [
        ["2026-03-01T16:00:00Z", "2026-03-02T04:00:00Z"],
        ["2026-03-02T06:00:00Z", "2026-03-02T08:00:00Z"],
    ]
    assert (state["budget_fen"], state["remaining_fen"], state["end_cause"]) == (
        70_000, 70_000, "merchant",
    )  # fmt: skip
    assert (state["objective"], state["day_part"]) == ("reads", "whole")


def test_a_boost_that_is_over_is_told_at_its_end(running: Boost) -> None:
    with clock.at(NOON + timedelta(days=8)):
        schedule.complete_due()
    assert told(running)[-1][:2] == ("boost.completed", "completed")
    said = json.loads(Message.objects.latest("sequence").text)
    assert said["timestamp"] == "2026-03-08T16:00:00Z"


def test_who_pays_and_who_asked_is_not_told(running: Boost, alice: User) -> None:
    said = Message.objects.latest("sequence").text
    for secret in ("Spring", "spring", "platform_grant", running.merchant.name, alice.name):
        assert secret not in said


def test_nothing_is_told_before_approval(
    ad_server: AdServer, money: None, a_boost: RequestBoost, alice: User, manager: User
) -> None:
    boost = boosts.submit(a_boost(), by=alice)
    decisions.reject(boost, version=boost.version, reason="Not allowed.", by=manager)
    assert not Message.objects.exists()
    assert not Serving.objects.exists()


def test_without_an_active_ad_server_nobody_is_told(
    ad_server: AdServer, money: None, a_boost: RequestBoost, alice: User, manager: User
) -> None:
    AdServer.objects.update(is_active=False)
    boost = boosts.submit(a_boost(), by=alice)
    decisions.approve(boost, version=boost.version, by=manager)
    assert not Message.objects.exists()


def test_a_move_that_fails_tells_nothing(running: Boost, alice: User) -> None:
    with pytest.raises(boosts.BoostRefusal):
        boosts.resume(running, by=alice)
    assert len(told(running)) == 2


def test_each_state_says_whether_it_is_told() -> None:
    assert set(announcing.TYPES) == set(BoostStatus)
