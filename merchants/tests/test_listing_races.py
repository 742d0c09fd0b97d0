"""Two people at one listing, on machines whose clocks differ: its periods stay in order."""

from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest

from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from tests.racing import at_once

ROUNDS = 25
AHEAD = timedelta(seconds=3)


def periods_of(listing: Listing) -> list[tuple[datetime, datetime | None]]:
    return list(listing.periods.order_by("live_from", "pk").values_list("live_from", "live_to"))


def assert_in_order(listing: Listing) -> None:
    """Each period ends no earlier than it begins, and before the next one begins."""
    periods = periods_of(listing)
    assert all(end is None or end >= begin for begin, end in periods)
    assert all(end is not None and end <= after for (_, end), (after, _) in pairwise(periods))


@pytest.mark.django_db(transaction=True)
def test_pausing_and_resuming_at_once_is_done_or_refused(
    live_listing: Listing, alice: User, bob: User
) -> None:
    moves = [listings.pause, listings.resume] * 3
    for _ in range(ROUNDS):
        _done, refused = at_once(
            *(
                partial(move, live_listing, by=person)
                for move, person in zip(moves, [alice, bob] * 3, strict=True)
            )
        )
        assert all(" already." in str(refusal) for refusal in refused)
    assert len(periods_of(live_listing)) > ROUNDS
    assert_in_order(live_listing)


@pytest.mark.django_db
def test_a_pause_on_a_machine_that_is_behind_does_not_end_before_the_beginning(
    live_listing: Listing, alice: User
) -> None:
    ((begin, _),) = periods_of(live_listing)
    with clock.at(begin - AHEAD):
        listings.pause(live_listing, by=alice)
    assert periods_of(live_listing) == [(begin, begin)]


@pytest.mark.django_db
def test_a_return_on_a_machine_that_is_behind_does_not_overlap_what_was_before(
    live_listing: Listing, alice: User
) -> None:
    ahead = clock.now() + AHEAD
    with clock.at(ahead):
        listings.pause(live_listing, by=alice)
    listings.resume(live_listing, by=alice)
    assert periods_of(live_listing)[1] == (ahead, None)
    assert_in_order(live_listing)
