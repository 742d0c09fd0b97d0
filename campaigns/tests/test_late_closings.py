"""Whatever is done to a boost between the second of a closing and the look that finds it, it spends
nothing after that second; and a page says of a closing only what it did last."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.closings.models import ClosingBoost, Fate
from campaigns.delivery import taking
from campaigns.delivery.models import AdServer
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import CLOSED, NOON, Close, NoteOutside, RequestBoost
from campaigns.tests.test_closings import Going, at_work, going, work
from campaigns.tests.test_taking import message, row
from merchants.openings.models import OpeningState
from portal import clock
from portal.accounts.models import User

__all__ = ["at_work", "going"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Act = Callable[[Boost, User], object]


def _pauses(boost: Boost, by: User) -> None:
    with clock.at(NOON + HOUR / 2):
        boosts.pause(boost, by=by)


def _pauses_and_goes_on(boost: Boost, by: User) -> None:
    _pauses(boost, by)
    with clock.at(NOON + HOUR):
        boosts.resume(boost, by=by)


def _stops(boost: Boost, by: User) -> None:
    with clock.at(NOON + HOUR / 2):
        boosts.stop(boost, by=by, reason="Enough.")


@pytest.mark.parametrize("act", [_pauses, _pauses_and_goes_on, _stops])
def test_no_hour_after_the_second_is_paid_whatever_was_done_since(
    going: Going, close: Close, ad_server: AdServer, alice: User, act: Act
) -> None:
    """The twin: without a pause the same is given back."""
    boost = going("a")
    close()
    act(boost, alice)
    said = {1: row(boost, 11, 1, 5_000), 2: row(boost, 12, 1, 3_000), 3: row(boost, 13, 1, 2_000)}
    with clock.at(NOON + 2 * HOUR):
        taking.take(boost, said, message(ad_server))
    with clock.at(NOON + 3 * HOUR):
        work()
    boost.refresh_from_db()
    assert (boost.captured_fen, boost.refused_fen, boost.held_fen) == (5_000, 5_000, 5_000)
    assert boost.settled_at
    assert ClosingBoost.objects.get().fate == Fate.ENDED
    assert verify().broken == []


def test_what_a_person_returned_since_is_not_said_to_be_the_closing_s(
    at_work: None, a_boost: RequestBoost, outside: NoteOutside, close: Close, alice: User,
    manager: User, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    boost = boosts.submit(a_boost(note=outside("a")), by=alice)
    close()
    with clock.at(NOON + HOUR):
        work()
    page = client_of(alice)
    boost.refresh_from_db()
    assert boost.status == "returned"
    assert CLOSED in page.get(boost.get_absolute_url()).content.decode()
    with clock.at(NOON + 2 * HOUR):
        close(state=OpeningState.OPEN, effective_at=clock.now(), reason="Open again.")
    with clock.at(NOON + 3 * HOUR):
        boost = boosts.submit(boost, by=alice)
        decisions.send_back(boost, version=boost.version, reason="No label.", by=manager)
    said = page.get(boost.get_absolute_url()).content.decode()
    assert "No label." in said
    assert "is closed since" not in said
