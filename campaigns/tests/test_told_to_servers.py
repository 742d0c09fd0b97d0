"""What an ad server is told: each move of a boost, with its whole state and no money of anybody."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import tasks
from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery import announcing, servers, taking
from campaigns.delivery.models import AdServer, Serving
from campaigns.tests.conftest import NOON, TODAY, RequestBoost
from campaigns.tests.test_taking import message, row
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


@pytest.fixture
def unshown(running: Boost, a_boost: RequestBoost, alice: User, manager: User) -> list[Boost]:
    """One boost that runs, one that is paused and one that is scheduled, and nobody shows them."""
    AdServer.objects.update(is_active=False)
    later = {"starts_on": TODAY + timedelta(days=2), "ends_on": TODAY + timedelta(days=8)}
    made = [boosts.submit(a_boost(**fields), by=alice) for fields in ({}, {}, later)]
    for boost in made:
        decisions.approve(boost, version=boost.version, by=manager)
    schedule.start_due()
    boosts.pause(made[1], by=alice)
    return made


def test_an_ad_server_that_is_switched_on_later_gets_what_nobody_shows(
    unshown: list[Boost], ad_server: AdServer, running: Boost, a_boost: RequestBoost, admin: User
) -> None:
    before = Message.objects.count()
    a_boost()
    tasks.give()
    assert Message.objects.count() == before
    servers.edit(ad_server, name_zh="信", name_en="Feed", wait_hours=48, is_active=True, by=admin)
    tasks.give()
    tasks.give()
    said = [json.loads(message.text) for message in Message.objects.order_by("pk")[before:]]
    assert [(one["type"], one["data"]["boost_id"], one["data"]["sequence"]) for one in said] == [
        ("boost.changed", unshown[0].external_id, 1),
        ("boost.paused", unshown[1].external_id, 1),
        ("boost.approved", unshown[2].external_id, 1),
    ]
    assert Serving.objects.count() == 4


def test_who_leaves_no_server_on_is_warned(
    ad_server: AdServer, admin: User, client_of: Callable[[User], Client]
) -> None:
    client, page = client_of(admin), reverse("campaigns:ad-server-edit", args=[ad_server.pk])
    warning = "No ad server is switched on now"

    def saved(**said: str) -> str:
        version = client.get(page).context["form"]["version"].value()
        facts = {"name_zh": "信", "name_en": "Feed", "wait_hours": "48", "version": version}
        return client.post(page, {**facts, **said}, follow=True).content.decode()

    assert warning not in saved(is_active="on", name_en="Other")
    assert warning in saved()
    assert warning not in saved(is_active="on")


def test_one_that_cannot_be_given_keeps_no_other_from_it(
    unshown: list[Boost], ad_server: AdServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    AdServer.objects.update(is_active=True)
    state = announcing.state

    def fails(boost: Boost) -> dict[str, Any]:
        if boost == unshown[0]:
            raise RuntimeError("A fault of this boost.")
        return state(boost)

    monkeypatch.setattr(announcing, "state", fails)
    with pytest.raises(ExceptionGroup):
        tasks.give()
    assert not Serving.objects.filter(boost=unshown[0]).exists(), "told or not given at all"
    assert Serving.objects.filter(boost__in=unshown[1:]).count() == 2


def test_refused_spend_is_told_once_a_day_with_its_reasons(
    running: Boost, ad_server: AdServer
) -> None:
    said = {1: row(running, 0, 1, 90_000), 2: row(running, -1, 1, 500)}
    taking.take(running, said, message(ad_server))
    taking.take(running, {1: row(running, 1, 1, 700)}, message(ad_server))
    assert told(running)[-1] == ("delivery.refused", "running", 3)
    assert (newest()["refused_fen"], newest()["refused_by_reason"]) == (
        20_500, {"outside_spans": 500, "over_budget": 20_000},
    )  # fmt: skip
    with clock.at(NOON + timedelta(days=1)):
        taking.take(running, {1: row(running, 2, 1, 700)}, message(ad_server))
    assert [type_ for type_, _state, _number in told(running)].count("delivery.refused") == 2
    assert newest()["refused_fen"] == 21_900
