"""A link follows every state of the rule that decides, at its microsecond."""

from datetime import timedelta
from typing import Any

import pytest

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category
from merchants.listings import publishing
from merchants.listings.models import Listing
from merchants.openings.deciding import TICK
from merchants.openings.models import Opening
from merchants.tests.test_links import follow
from portal import clock
from portal.accounts.models import User
from tests import ruling

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
T = clock.start_of(clock.today() + 3 * DAY) + 9 * HOUR
MIDNIGHT = clock.start_of(clock.day_of(T) + DAY)


def leads_outside(listing: Listing, at: Any) -> bool:
    with clock.at(at):
        return "tmall.com" in str(follow(listing)["Location"])


# What a later rule says, and the instants at which the link switches by it: it leads outside before
# the first, and after each it does what it did not.
SWITCHES: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "closed": ({"state": "closed"}, [T]),
    "suspended": ({"state": "suspended"}, [T]),
    "a pilot of others": ({"state": "pilot"}, [T]),
    "closing": ({"state": "closing", "last_on": clock.day_of(T)}, [MIDNIGHT]),
    "closed for an hour": ({"state": "closed", "expires_at": T + HOUR}, [T, T + HOUR]),
    "left alone until a date": (
        {"state": "closed", "grandfather": "until_date", "grandfather_until": T + DAY},
        [T + DAY],
    ),
    "left alone until it is edited": ({"state": "closed", "grandfather": "until_edit"}, []),
}


@pytest.mark.parametrize("said", SWITCHES)
def test_the_link_switches_with_the_state(
    live_listing: Listing, opening: Opening, said: str
) -> None:
    fields, switches = SWITCHES[said]
    ruling.another(opening, effective_at=T, **fields)
    leads = True
    assert leads_outside(live_listing, T - TICK)
    for switch in switches:
        assert leads_outside(live_listing, switch - TICK) == leads
        leads = not leads
        assert leads_outside(live_listing, switch) == leads
    assert leads_outside(live_listing, T + 9 * DAY) == leads


def test_what_is_taken_back_is_as_it_was(live_listing: Listing, opening: Opening) -> None:
    closed = ruling.another(opening, effective_at=T, state="closed")
    assert not leads_outside(live_listing, T + HOUR)
    Opening.objects.filter(pk=closed.pk).update(taken_back_at=T + HOUR)
    assert not leads_outside(live_listing, T + HOUR - TICK)
    assert leads_outside(live_listing, T + HOUR)


def test_who_edits_is_left_alone_no_longer(live_listing: Listing, opening: Opening) -> None:
    ruling.another(opening, effective_at=T, state="closed", grandfather="until_edit")
    assert leads_outside(live_listing, T + HOUR)
    with clock.at(T + HOUR):
        [said] = [
            one.text
            for one in publishing.checks(live_listing, at=clock.now())
            if one.rule == "opening_in_force"
        ]
    assert "Yours was there before, so it stays. If you pause or change it" in said
    Listing.objects.update(since_at=T + TICK)
    assert not leads_outside(live_listing, T + HOUR)


@pytest.mark.parametrize(
    "said",
    [
        {"state": "closed", "grandfather": "until_edit"},
        {"state": "closing", "last_on": clock.day_of(T + 3 * DAY)},
    ],
    ids=["left alone", "closing"],
)
def test_what_moves_to_another_category_is_new_there(
    live_listing: Listing, opening: Opening, alice: User, said: dict[str, Any]
) -> None:
    product = live_listing.product
    ruling.another(opening, effective_at=T, **said)
    there = Category.objects.filter(parent=opening.category).exclude(pk=product.category_id)
    for category in (product.category, there.earliest("pk")):
        with clock.at(T + HOUR):
            products.edit(
                product, title="Mask", category=category, price_fen=100, is_available=True, by=alice
            )
        is_same = category == product.category
        assert leads_outside(live_listing, T + 2 * HOUR) is is_same


def test_nothing_new_goes_live_where_it_is_closing(
    listing: Listing, approval: object, opening: Opening
) -> None:
    ruling.another(opening, effective_at=T, state="closing", last_on=clock.day_of(T + DAY))

    def failed(at: Any) -> list[str]:
        with clock.at(at):
            return [one.rule for one in publishing.checks(listing, at=at) if not one.passed]

    assert failed(T - TICK) == []
    assert failed(T) == ["opening_in_force"]
