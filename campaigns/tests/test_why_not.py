"""Why a boost spends nothing: each cause by its number, and none without it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery import why_not
from campaigns.delivery.models import AdServer, Serving
from campaigns.delivery.reasons import Reason
from campaigns.delivery.why_not import Cause, Facts, causes
from campaigns.tests.conftest import NOON
from portal import clock
from portal.accounts.models import User
from portal.webhooks.models import Message

# A boost that runs, was told of, and of which the last hour was told.
WELL = Facts(
    at=NOON,
    status=BoostStatus.RUNNING,
    under_way_since=NOON - timedelta(days=1),
    held_fen=70_000,
    captured_fen=10_000,
    captured_today_fen=1_000,
    impressions_today=9_000,
    told_until=NOON - timedelta(hours=1),
    heard_at=NOON,
)

# For each cause what has to be so, and the number that its sentence names.
HOLDS: dict[Cause, tuple[dict[str, Any], str]] = {
    Cause.NOT_APPROVED: ({"status": BoostStatus.SUBMITTED, "due_at": NOON}, "2026-03-02 12:00"),
    Cause.WAITS_FOR_MONEY: ({"status": BoostStatus.APPROVED, "held_fen": 4_000}, "¥40.00"),
    Cause.NOT_BEGUN: ({"status": BoostStatus.SCHEDULED, "starts_at": NOON}, "2026-03-02 12:00"),
    Cause.PAUSED: ({"status": BoostStatus.PAUSED, "paused_at": NOON}, "2026-03-02 12:00"),
    Cause.NOT_THIS_HOUR: ({"shown_from_at": NOON + timedelta(hours=6)}, "2026-03-02 18:00"),
    Cause.ENDED: ({"status": BoostStatus.STOPPED, "ended_at": NOON}, "2026-03-02 12:00"),
    Cause.BUDGET_USED_UP: ({"captured_fen": 70_000}, "¥700.00"),
    Cause.CAP_REACHED: ({"cap_fen": 1_000}, "¥10.00"),
    Cause.NOT_CONFIRMED: ({"waiting_since": NOON, "sequence": 3, "attempts": 12}, "12"),
    Cause.NOTHING_TOLD: ({"told_until": NOON - timedelta(hours=3)}, "2026-03-02 10:00"),
    Cause.AUDIENCE_TOO_SMALL: (
        {
            "word": "limited", "word_reason": "audience_too_small", "audience": 1_200,
            "word_at": NOON,
        },
        "1,200",
    ),
    Cause.BY_ITS_WORD: (
        {"word": "limited", "word_reason": "bid_too_low", "word_at": NOON}, "2026-03-02 12:00"
    ),
    Cause.COSTS_NOTHING: ({"captured_today_fen": 0}, "9,000"),
}  # fmt: skip

# Without this number the cause is not named.
NUMBER: dict[Cause, dict[str, Any]] = {
    Cause.NOT_APPROVED: {"due_at": None},
    Cause.NOT_BEGUN: {"starts_at": None},
    Cause.PAUSED: {"paused_at": None},
    Cause.ENDED: {"ended_at": None},
    Cause.BUDGET_USED_UP: {"held_fen": 0},
    Cause.CAP_REACHED: {"cap_fen": None},
    Cause.NOT_CONFIRMED: {"waiting_since": None},
    Cause.NOTHING_TOLD: {"under_way_since": None},
    Cause.AUDIENCE_TOO_SMALL: {"audience": None, "word_at": None},
    Cause.BY_ITS_WORD: {"word_at": None},
    Cause.COSTS_NOTHING: {"impressions_today": 0},
}


def test_nothing_speaks_against_a_boost_that_goes_well() -> None:
    assert causes(WELL) == []


def test_each_cause_has_a_case() -> None:
    assert set(HOLDS) == set(Cause)


@pytest.mark.parametrize("cause", Cause)
def test_each_cause_is_named_with_its_number_and_not_without(cause: Cause) -> None:
    so, number = HOLDS[cause]
    (why,) = causes(replace(WELL, **so))
    assert why.cause == cause
    assert number in why.said
    if cause in NUMBER:
        assert causes(replace(WELL, **{**so, **NUMBER[cause]})) == []


def test_causes_come_in_their_order() -> None:
    so = {**HOLDS[Cause.NOTHING_TOLD][0], **HOLDS[Cause.CAP_REACHED][0]}
    named = [why.cause for why in causes(replace(WELL, **so))]
    assert named == [Cause.CAP_REACHED, Cause.NOTHING_TOLD]


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_the_facts_of_a_boost_are_those_of_its_rows(
    running: Boost,
    alice: User,
    ad_server: AdServer,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    with clock.at(NOON), django_assert_max_num_queries(8):
        named = [why.cause for why in why_not.of(running)]
    assert named == [Cause.NOT_CONFIRMED, Cause.NOTHING_TOLD]
    delivered: dict[str, Any] = {"state": "delivered", "delivered_at": NOON}
    Message.objects.update(**delivered)
    with clock.at(NOON):
        assert [why.cause for why in why_not.of(running)] == [Cause.NOTHING_TOLD]
        paused = boosts.pause(running, by=alice)
        assert [why.cause for why in why_not.of(paused)] == [Cause.PAUSED, Cause.NOT_CONFIRMED]
        Message.objects.update(**delivered)
        assert [why.cause for why in why_not.of(paused)] == [Cause.PAUSED]
    with clock.at(NOON), translation.override("en"):
        resumed = boosts.resume(paused, by=alice)
        Serving.objects.all().delete()
        (why,) = why_not.of(Boost.objects.get(pk=resumed.pk))
        assert "it is given to the one that is switched on" in why.said
        AdServer.objects.update(is_active=False)
        (why,) = why_not.of(Boost.objects.get(pk=resumed.pk))
    assert "0 are switched on now" in why.said


def test_an_evening_boost_is_not_silent_by_day() -> None:
    """Its last hour was told at midnight; until two hours into the evening nothing is amiss."""
    evening = replace(WELL, told_until=NOON - timedelta(hours=13))
    assert [why.cause for why in causes(evening)] == [Cause.NOTHING_TOLD]
    shown = replace(evening, shown_from_at=NOON - timedelta(hours=1))
    assert causes(shown) == []
    late = replace(shown, shown_from_at=NOON - timedelta(hours=3))
    assert [why.cause for why in causes(late)] == [Cause.NOTHING_TOLD]


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ({"status": BoostStatus.PAUSED, "paused_at": NOON}, Cause.PAUSED),
        ({"status": BoostStatus.STOPPED, "ended_at": NOON}, Cause.ENDED),
    ],
)
def test_a_pause_and_an_end_that_the_ad_server_did_not_take_are_named(
    state: dict[str, Any], cause: Cause
) -> None:
    rests = replace(WELL, **state)
    assert [why.cause for why in causes(rests)] == [cause]
    unheard = replace(rests, waiting_since=NOON, sequence=4, attempts=2)
    named = causes(unheard)
    assert [why.cause for why in named] == [cause, Cause.NOT_CONFIRMED]
    assert "Message 4 is not confirmed after 2 tries" in named[1].said
    # One that was never given to an ad server has told nobody anything.
    assert [why.cause for why in causes(replace(rests, is_served=False))] == [cause]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"word": "limited", "word_reason": "bid_too_low"},
            "It is shown less than asked (its bid is too low).",
        ),
        ({"word": "limited"}, "It is shown less than asked."),
        # Without its number, "audience_too_small" is a reason like others.
        ({"word": "limited", "word_reason": "audience_too_small"}, "(too few people fit)"),
        (
            {"word": "ended", "word_reason": "policy"},
            "It is not shown any more (against the ad server’s rules).",
        ),
        ({"word": "ended", "word_reason": "e_17"}, "It is not shown any more (code “e_17”)."),
        ({"word": "ended"}, "It is not shown any more."),
        ({"word": "serving"}, ""),
        # It went on since.
        ({"word": "ended", "under_way_since": NOON + timedelta(hours=1)}, ""),
    ],
)
def test_what_the_ad_server_says_of_a_running_boost_is_read_with_its_reason(
    facts: dict[str, Any], said: str
) -> None:
    named = causes(replace(WELL, **{"word_at": NOON, **facts}))
    assert [why.cause for why in named] == ([Cause.BY_ITS_WORD] if said else [])
    assert all(said in why.said for why in named)


def test_each_reason_that_is_known_is_read_in_chinese() -> None:
    with translation.override("zh-hans"):
        for code in [*Reason.values, "e_17"]:
            limited = replace(WELL, word="limited", word_reason=code, word_at=NOON)
            [why] = causes(limited)
            assert (code in why.said) == (code == "e_17")
            assert not re.search("[a-z]", why.said.replace("e_17", ""))


@pytest.mark.parametrize(("minutes", "is_named"), [(1, True), (-1, False)])
def test_a_paused_boost_that_is_still_shown_by_the_ad_servers_word_is_said_so(
    minutes: int, is_named: bool
) -> None:
    """Said before the pause it is no word against it."""
    said_at = NOON + timedelta(minutes=minutes)
    paused = replace(WELL, status=BoostStatus.PAUSED, paused_at=NOON, word_at=said_at)
    named = [why.said for why in causes(replace(paused, word="serving"))]
    assert [("It is shown" in said) for said in named] == [False, True][: 1 + is_named]
    assert len(causes(replace(paused, word="limited"))) == 1
