"""Settlement is found by its last word: no boost is asked whose last hours are still to come."""

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

from campaigns.boosts import endings, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import settling, taking
from campaigns.delivery.models import AdServer, Serving
from campaigns.delivery.rows import Row
from campaigns.tests.conftest import NOON, RequestBoost, execute
from campaigns.tests.test_taking import message, row
from portal import clock
from portal.accounts.models import AuditEntry, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def stopped(running: Boost, alice: User) -> Boost:
    """It ran from midnight to noon, and its hours are to be told."""
    return boosts.stop(running, by=alice, reason="Enough.")


def hours(boost: Boost, revision: int = 1, **said: Any) -> dict[int, Row]:
    return {
        place: row(boost, place, revision, 10, **{"is_final": True, **said}) for place in range(12)
    }


def test_boosts_that_wait_are_not_asked(
    stopped: Boost, ad_server: AdServer, django_assert_num_queries: Any
) -> None:
    """However many there are: one query finds those that are due."""
    for number in range(4):
        copy = Boost.objects.get(pk=stopped.pk)
        copy.pk, copy.external_id, copy.request_key = None, f"b{number}", uuid4()
        copy.held_fen, copy.hold = 0, None
        copy.save()
        Serving.objects.create(boost=copy, ad_server=ad_server)
    assert endings.unsettled().count() == 5
    with django_assert_num_queries(1):
        assert settling.settle_due() == 0
    taking.take(stopped, hours(stopped), message(ad_server))
    assert settling.settle_due() == 1


def test_a_correction_that_is_not_the_last_takes_the_last_word_back(
    stopped: Boost, ad_server: AdServer
) -> None:
    taking.take(stopped, hours(stopped), message(ad_server))
    taking.take(stopped, {1: row(stopped, 3, 2, 70)}, message(ad_server))
    assert Serving.objects.get().last_word_at is None
    assert settling.settle_due() == 0
    taking.take(stopped, {1: row(stopped, 3, 3, 60, is_final=True)}, message(ad_server))
    assert settling.settle_due() == 1


def test_what_was_told_before_the_clock_looked_is_the_last_word_too(
    running: Boost, ad_server: AdServer
) -> None:
    """All hours of its week were told when the clock completes it, late."""
    with clock.at(running.ends_at + timedelta(hours=1)):
        week = {hour: row(running, hour, 1, 5, is_final=True) for hour in range(7 * 24)}
        taking.take(running, week, message(ad_server))
        schedule.complete_due()
        assert settling.settle_due() == 1


def test_a_boost_that_never_had_an_hour_waits_for_none(running: Boost, alice: User) -> None:
    """It was stopped in the moment in which it began."""
    with clock.at(NOON - timedelta(hours=12)):
        boosts.stop(running, by=alice)
        assert settling.settle_due() == 1


def test_ends_that_a_migration_had_guessed_are_set_right(
    a_boost: RequestBoost, running: Boost, alice: User
) -> None:
    migration = import_module("campaigns.migrations.0035_ends_as_they_were")
    with clock.at(NOON + timedelta(hours=3)):
        old = boosts.stop(a_boost(), by=alice)
        new = boosts.stop(running, by=alice)
    Boost.objects.filter(pk=old.pk).update(ended_at=NOON, settled_at=NOON)
    before = Boost.objects.values_list("ended_at", "settled_at").get(pk=new.pk)
    execute(migration.ENDS, migration.ENDS)
    stopped_at = AuditEntry.objects.get(subject=f"boost:{old.pk}", verb="boost.stopped").at
    assert Boost.objects.values_list("ended_at", "settled_at").get(pk=old.pk) == (stopped_at,) * 2
    assert Boost.objects.values_list("ended_at", "settled_at").get(pk=new.pk) == before
