"""When a boost may spend: the hours in which it was under way at some moment."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from campaigns.boosts import decisions, schedule, spans
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.boosts.spans import HOUR, BoostSpan, counts
from campaigns.delivery import announcing
from campaigns.delivery.models import AdServer
from campaigns.tests.conftest import NOON, RequestBoost
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.webhooks.models import Message

MIDNIGHT = NOON - timedelta(hours=12)


def at(hour: float) -> datetime:
    """So many hours after midnight."""
    return MIDNIGHT + timedelta(hours=hour)


def hours(*given: tuple[float, float | None]) -> list[int]:
    """The hours of a day that may be spent under these spans."""
    made = [BoostSpan(from_at=at(a), to_at=None if b is None else at(b)) for a, b in given]
    return [
        hour
        for hour in range(24)
        if counts(MIDNIGHT + hour * HOUR, made, ends_at=MIDNIGHT + 24 * HOUR)
    ]


def test_an_evening_boost_spends_from_six_to_midnight_alone() -> None:
    made = [BoostSpan(from_at=at(-3), to_at=None)]
    ends_at = MIDNIGHT + 48 * HOUR
    hours_spent = [
        hour
        for hour in range(-2, 24)
        if counts(MIDNIGHT + hour * HOUR, made, ends_at=ends_at, day_part="evening")
    ]
    assert hours_spent == [-2, -1, 18, 19, 20, 21, 22, 23]
    assert spans.shown_from("evening", NOON) == MIDNIGHT + 18 * HOUR
    assert spans.shown_from("whole", NOON) is None


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ([], []),
        ([(20, None)], [20, 21, 22, 23]),
        ([(3, 6)], [3, 4, 5]),
        ([(3.5, 6.25)], [3, 4, 5, 6]),
        ([(3, 4.4), (6.1, 8)], [3, 4, 6, 7]),
        ([(3.2, 3.4), (3.5, 3.6)], [3]),
        ([(3.5, 3.5)], [3]),
        ([(3, 3)], []),
    ],
)
def test_an_hour_counts_that_has_a_moment_under_way(
    given: list[tuple[float, float | None]], counted: list[int]
) -> None:
    assert hours(*given) == counted


pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def running(money: None, a_boost: RequestBoost, alice: User, manager: User) -> Boost:
    week = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=6)}
    with clock.at(NOON - timedelta(days=1)):
        boost = boosts.submit(a_boost(**week), by=alice)
        boost = decisions.approve(boost, version=boost.version, by=manager)
    schedule.start_due()
    boost.refresh_from_db()
    return boost


def spanned(boost: Boost) -> list[tuple[datetime, datetime | None]]:
    return list(boost.spans.values_list("from_at", "to_at"))


def test_the_database_makes_the_hours_of_the_days(running: Boost) -> None:
    assert (running.starts_at, running.ends_at) == (MIDNIGHT, MIDNIGHT + timedelta(days=7))
    Boost.objects.filter(pk=running.pk).update(from_hour=8, to_hour=20)
    running.refresh_from_db()
    assert (running.starts_at, running.ends_at) == (at(8), at(20) + timedelta(days=6))


def test_it_spends_from_its_first_hour_though_the_clock_came_late(running: Boost) -> None:
    assert spanned(running) == [(MIDNIGHT, None)]


def test_a_pause_is_no_time_to_spend_and_does_not_prolong(running: Boost, alice: User) -> None:
    with clock.at(at(13.5)):
        boosts.pause(running, by=alice)
    with clock.at(at(15.5)):
        resumed = boosts.resume(running, by=alice)
    assert spanned(running) == [(MIDNIGHT, at(13.5)), (at(15.5), None)]
    assert (resumed.status, resumed.ends_at) == (BoostStatus.RUNNING, running.ends_at)


def test_only_what_runs_is_paused_and_only_what_is_paused_goes_on(
    running: Boost, alice: User
) -> None:
    with pytest.raises(Refusal, match="Only a paused boost"):
        boosts.resume(running, by=alice)
    boosts.pause(running, by=alice)
    with pytest.raises(Refusal, match="Only a running boost"):
        boosts.pause(running, by=alice)


def test_a_paused_boost_ends_with_its_period_and_cannot_go_on_after_it(
    running: Boost, alice: User
) -> None:
    boosts.pause(running, by=alice)
    with clock.at(running.ends_at):
        with pytest.raises(Refusal, match="Its period is over"):
            boosts.resume(running, by=alice)
        schedule.complete_due()
    running.refresh_from_db()
    assert (running.status, spanned(running)) == (BoostStatus.COMPLETED, [(MIDNIGHT, NOON)])


def test_a_clock_that_went_back_makes_no_two_spans_overlap(running: Boost, alice: User) -> None:
    boosts.pause(running, by=alice)
    with clock.at(at(11)):
        boosts.resume(running, by=alice)
        boosts.pause(running, by=alice)
    assert spanned(running) == [(MIDNIGHT, NOON), (NOON, NOON)]


def test_what_is_paused_and_goes_on_at_one_moment_again_and_again_ends(
    running: Boost, alice: User
) -> None:
    """By a clock that was set back all of it happens at one moment."""
    for _time in range(3):
        boosts.pause(running, by=alice)
        boosts.resume(running, by=alice)
    # Of spans that begin at one moment any may be read last.
    BoostSpan.objects.create(boost=running, from_at=NOON, to_at=NOON)
    boosts.pause(running, by=alice)
    assert spanned(running) == [(MIDNIGHT, NOON), *[(NOON, NOON)] * 4]


def test_the_database_refuses_two_spans_at_once(running: Boost) -> None:
    with pytest.raises(IntegrityError, match="boost_spans_do_not_overlap"), transaction.atomic():
        spans.BoostSpan.objects.create(boost=running, from_at=NOON)


def test_an_end_that_lies_back_takes_what_came_after_it_out(running: Boost, alice: User) -> None:
    """Whoever ends it says from when on; that it was paused meanwhile saves no hour."""
    with clock.at(at(13.5)):
        boosts.pause(running, by=alice)
    with clock.at(at(15.5)):
        running = boosts.resume(running, by=alice)
    spans.cut(running, at(12.5))
    assert spanned(running) == [(MIDNIGHT, at(12.5))]
    made = list(running.spans.all())
    counted = [h for h in range(24) if counts(at(h), made, ends_at=running.ends_at)]
    assert counted == list(range(13))


def test_a_boost_is_paused_so_often_that_it_can_still_be_told_of(
    running: Boost, ad_server: AdServer, alice: User
) -> None:
    """Each span is told with each move, and an end that cannot be told would be none."""
    announcing.give_waiting()
    minutes = [at(0) + timedelta(minutes=one) for one in range(700)]
    BoostSpan.objects.filter(boost=running).update(to_at=minutes[1])
    BoostSpan.objects.bulk_create(
        BoostSpan(boost=running, from_at=one, to_at=one + timedelta(seconds=59))
        for one in minutes[2:]
    )
    BoostSpan.objects.filter(boost=running, from_at=minutes[-1]).update(to_at=None)
    with pytest.raises(Refusal, match="paused 100 times"):
        boosts.pause(running, by=alice)
    ended = boosts.stop(running, by=alice, reason="Enough.")
    told = json.loads(bytes(Message.objects.of(ended.external_id)[0].body))["data"]
    assert (told["state"], len(told["spans"])) == ("stopped", spans.MOST_PAUSES + 1)
    assert told["spans"][-1][0] == "2026-03-02T03:39:00Z"
