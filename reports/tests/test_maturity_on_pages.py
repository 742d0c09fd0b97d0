"""Pages, files and the command say how much is in."""

import csv
import io
import json
import re
from fractions import Fraction
from typing import Any

from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock, words
from portal.accounts.models import User
from reports.answers.cut import cut
from reports.answers.delays import DelayCurve
from reports.attribution.choices import Model
from reports.tests.factory import day
from reports.tests.known_delays import known
from reports.tests.maturing import (
    address,
    ask,
    law,
    page_of_report,
    printed,
    shares,
    sold,
)
from tests.browser import PHONE, PageOf, accessible, fits

__all__ = ["law", "sold"]


def test_the_page_says_how_much_is_in_by_whose_delays_and_until_when(
    client_of: Any, alice: User, shop: Merchant, sold: Any, law: None
) -> None:
    page = page_of_report(client_of(alice), shop)
    assert "64% of what these touches will have earned has usually come by now." in page
    assert "Known from at least 1,000 orders of all categories together" in page
    assert f"compared with the days before from {words.day(day(-15))} on" in page
    assert "64% in" in page
    assert 'data-metric="share_in"' in page
    assert 'data-metric="expected_orders"' in page
    assert re.search(r">50%</td>", page)
    # Beside the ratio of the day before yesterday's reads to what they brought.
    assert re.search(r"¥400.00<div[^>]*>50% in", page)


def test_when_the_window_is_over_or_by_order_day_it_says_nothing(
    client_of: Any, alice: User, shop: Merchant, sold: Any, law: None
) -> None:
    """The twin of the test above: the ground is gone, and the words are."""
    for page in (
        page_of_report(client_of(alice), shop, 17, 16),
        page_of_report(client_of(alice), shop, time_base="order"),
    ):
        assert "will have earned has usually" not in page
        assert "compared with the days before from" not in page
        assert "% in<" not in page
        assert 'data-metric="share_in"' not in page


def test_models_are_compared_with_how_much_is_in_under_each(
    client_of: Any, alice: User, shop: Merchant, sold: Any, law: None
) -> None:
    with clock.at(DelayCurve.objects.get().at):
        known(model=Model.FIRST_TOUCH, first=100)
    days = {"first_on": day(1), "last_on": day(1), "time_base": "touch"}
    address = reverse("reports:report-models", args=[shop.code], query=days)
    page = client_of(alice).get(address).content.decode()
    assert "there has usually come by now: Last touch 50%, First touch 10%." in page
    over = reverse(
        "reports:report-models",
        args=[shop.code],
        query={**days, "first_on": day(17), "last_on": day(16)},
    )
    assert "usually come by now" not in client_of(alice).get(over).content.decode()


def test_a_note_and_a_boost_have_their_own_share(
    client_of: Any, alice: User, shop: Merchant, sold: Any, law: None, sunscreen: Listing
) -> None:
    """What is linked on a note shares its reads and has none."""
    assert cut(ask(shop), sunscreen.note).expected.share == Fraction(75, 100)
    assert cut(ask(shop, 17, 16), sunscreen.note).expected.share == 1
    assert cut(ask(shop), sunscreen).expected.share is None
    page = reverse(
        "merchants:note-detail", args=[shop.code, sunscreen.note_id], query=ask(shop).parameters
    )
    assert "75% in" in client_of(alice).get(page).content.decode()


def test_without_a_curve_it_says_that_not_enough_is_known(
    client_of: Any, alice: User, shop: Merchant, sold: Any
) -> None:
    page = page_of_report(client_of(alice), shop)
    assert "Not enough is known yet of how long orders take: that needs 200 orders" in page
    assert "will have earned has usually" not in page
    assert shares(shop, 3, 3) == [None]


def test_the_chart_has_a_line_of_its_own_for_what_is_expected(
    client_of: Any, alice: User, shop: Merchant, sold: Any, law: None
) -> None:
    chart = json.loads(client_of(alice).get(address(shop)).context["page"].chart)
    gmv, orders, expected = chart["series"]
    assert expected["beside"] == 1
    assert (orders["values"][-3], expected["values"][-3]) == (40, 80)
    assert expected["texts"][-3].startswith("80 (")
    assert expected["lows"][-3] < 80 < expected["highs"][-3]
    assert expected["values"][:2] == [None, None]
    over = json.loads(client_of(alice).get(address(shop, 17, 16)).context["page"].chart)
    assert len(over["series"]) == 2
    assert "beside" not in gmv


def test_files_and_the_command_have_columns_of_their_own(
    shop: Merchant, sold: Any, law: None
) -> None:
    head, *rows = csv.reader(io.StringIO(printed(shop, format="csv")))
    young = dict(zip(head, rows[-3], strict=True))
    assert young["Credited orders [credited_orders]"] == "40.00"
    assert young["Share in [share_in]"] == "0.500000"
    assert young["Expected orders [expected_orders]"] == "80"
    assert young["Share of all rows that is in, in %"] == "64"
    bounds = [int(young[name]) for name in head if "expected_orders_" in name]
    assert bounds[0] < 80 < bounds[1]
    told = json.loads(printed(shop, format="json"))
    assert told["maturity"]["percent"] == 64
    assert told["maturity"]["comparable_from"] == day(-15).isoformat()
    assert told["maturity"]["curve"]["orders_at_least"] == 1000
    assert told["total"]["expected_orders"] is None
    assert told["rows"][-3]["share_in"] == "1/2"
    table = printed(shop)
    assert "64% of what these touches will have earned" in table
    assert "Expected orders" in table


def test_the_page_fits_a_phone_and_is_accessible(
    page_of: PageOf, alice: User, shop: Merchant, sold: Any, law: None
) -> None:
    page = page_of(alice, width=PHONE)
    page.goto(address(shop))
    page.wait_for_selector("[data-chart] canvas")
    accessible(page)
    fits(page)
