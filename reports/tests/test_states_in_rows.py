"""Each row of a table of days says in what state its day is, from what arrived and nothing else."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import words
from portal.accounts.models import User
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.sources.slices import Slice
from reports.tests.whole_files import DAY, FIRST, Sent, everything, listed, sent
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits

__all__ = ["listed", "sent"]
BEFORE = LAST - DAY


def address(shop: Merchant, **asked: Any) -> str:
    days = {"first_on": FIRST - 2 * DAY, "last_on": LAST, "by": "day", **asked}
    query = {name: str(value) for name, value in days.items()}
    return reverse("reports:report-detail", args=[shop.code], query=query)


def states(client: Client, shop: Merchant, **asked: Any) -> dict[Any, str]:
    """What stands below the name of each day of the table."""
    page = client.get(address(shop, **asked)).content.decode()
    table = page[page.index('id="breakdown"') :]
    days = [FIRST - 2 * DAY, FIRST, BEFORE, LAST]
    found = {on: re.search(rf"{words.day(on)}<div[^>]*>(.*?)</div>", table) for on in days}
    return {on: strip_tags(one[1]) for on, one in found.items() if one}


@pytest.mark.django_db
def test_a_row_says_the_state_of_its_day_and_loses_the_word_with_its_ground(
    client_of: Any, alice: User, listed: Listing, sent: Sent
) -> None:
    everything(sent, listed)
    attribute()
    shop, client = listed.merchant, client_of(alice)
    assert states(client, shop) == {
        FIRST - 2 * DAY: "Not applicable",
        FIRST: "Nothing arrived",
        BEFORE: "Nothing arrived",
        LAST: f"Provisional · final from {words.day(LAST + 16 * DAY)}",
    }
    # The window of its touches runs by touch day.
    assert states(client, shop, time_base="touch")[LAST] == "Collecting"
    sent("taobao_tmall", order("late", listed))
    assert states(client, shop)[LAST].startswith("Provisional · out of date")
    attribute()
    Slice.objects.filter(source__code="community", on=FIRST).delete()
    assert states(client, shop)[LAST] == "Collecting"


@pytest.mark.django_db
def test_a_row_says_what_is_missing_of_a_day_that_is_closed(
    client_of: Any, alice: User, listed: Listing, sent: Sent
) -> None:
    everything(sent, listed)
    sent("taobao_tmall", order("c2", listed), whole=(LAST, LAST), period_rows=4)
    attribute()
    # The day before is closed, too, but nobody has computed it.
    first = FIRST - DAY
    sent("community", touch("first", listed, days_ago=16), whole=(first, first))
    sent("community", touch("t1", listed, days_ago=1), whole=(BEFORE, BEFORE))
    sent("taobao_tmall", order("c0", listed, occurred_at=noon(1)), whole=(BEFORE, BEFORE))
    said = states(client_of(alice), listed.merchant)
    assert said[BEFORE].startswith("Provisional · not computed · final from")
    assert said[LAST].startswith("Provisional · up to 2 rows missing · out of date")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "width"), [("en", DESKTOP), ("zh-hans", PHONE)])
def test_the_states_stand_on_a_desk_on_a_phone_and_on_paper(
    language: str, width: int, listed: Listing, sent: Sent, page_of: PageOf, alice: User
) -> None:
    everything(sent, listed)
    attribute()
    page = page_of(alice, language=language, width=width)
    for base in ("order", "touch"):
        page.goto(address(listed.merchant, time_base=base))
        badges = page.locator("#breakdown tbody .badge")
        assert badges.count() == 18
        fits(page)
        accessible(page)
    page.emulate_media(media="print")
    assert all(badge.is_visible() for badge in badges.all())
