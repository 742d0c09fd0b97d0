"""The course of a boost: charts by day and by hour, and tables that say the same to the fen."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.course import course
from reports.answers.question import By, Question, TimeBase
from reports.tests.factory import day, publish, touch
from reports.tests.spent import boost_of, delivered
from tests.browser import PHONE, PageOf, accessible, fits

ClientOf = Callable[[User], Client]


@pytest.fixture
def boost(shop: Merchant, sunscreen: Listing) -> Boost:
    """Of three days the first cost ¥4.00 and had 7 reads of the boost, the second ¥6.00 in two
    hours and none; the third has no numbers and cost ¥0.50."""
    made = boost_of(sunscreen.note)
    first, _second = publish(shop, day(20), day(19))
    delivered(made, day(20), 400, hour=9)
    delivered(made, day(19), 500, hour=9)
    delivered(made, day(19), 100, hour=23)
    delivered(made, day(18), 50, hour=0)
    touch(first, sunscreen, "view", touchpoints=7, boost_id=made.pk)
    touch(first, sunscreen, "view", touchpoints=30)
    return made


def asked(shop: Merchant, **more: Any) -> Question:
    return Question(shop, day(20), day(18), by=By.BOOST, time_base=TimeBase.TOUCH, **more)


def test_days_have_their_cost_and_reads_and_hours_add_up_to_them(
    shop: Merchant, boost: Boost
) -> None:
    found = course(answer(asked(shop)).facts, boost)
    assert found is not None
    days = [(one.on, one.captured_fen, one.reads) for one in found.days]
    assert days == [(day(20), 400, 7), (day(19), 600, 0), (day(18), 50, None)]
    hours = {one.hour: one.captured_fen for one in found.hours if one.captured_fen}
    assert hours == {0: 50, 9: 900, 23: 100}
    assert sum(one.impressions for one in found.hours) == 100 * 1050
    assert len(found.hours) == 24


def test_of_a_moment_that_is_over_and_of_days_without_delivery_there_is_none(
    shop: Merchant, boost: Boost, django_assert_num_queries: Any
) -> None:
    assert course(answer(asked(shop, as_of=clock.now())).facts, boost) is None
    before = Question(shop, day(30), day(29), by=By.BOOST, time_base=TimeBase.TOUCH)
    assert course(answer(before).facts, boost) is None
    facts = answer(asked(shop)).facts
    assert facts.spending.has_boosts
    with django_assert_num_queries(2):
        course(facts, boost)


def test_each_chart_has_its_table_with_the_same_numbers(
    client_of: ClientOf, alice: User, shop: Merchant, boost: Boost
) -> None:
    question = {"first_on": day(20), "last_on": day(18), "time_base": "touch"}
    place = reverse("campaigns:boost-detail", args=[shop.code, boost.pk], query=question)
    page = client_of(alice).get(place).content.decode()
    drawn = [json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]+)"', page)]
    assert [one["whole"] for one in drawn] == [False, True]
    tables = re.findall(r"<details>.*?</details>", page, re.DOTALL)
    assert len(tables) == len(drawn)
    for chart, table in zip(drawn, tables, strict=True):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", table)
        for place_of, series in enumerate(chart["series"], start=1):
            assert cells[place_of::3] == series["texts"]
    assert drawn[0]["series"][0]["values"] == [4.0, 6.0, 0.5]
    assert drawn[0]["series"][1]["values"] == [7, 0, None]


def test_the_charts_are_drawn_and_their_tables_open_on_a_phone(
    page_of: PageOf, alice: User, shop: Merchant, boost: Boost
) -> None:
    page = page_of(alice, width=PHONE)
    question = {"first_on": day(20), "last_on": day(18), "time_base": "touch"}
    page.goto(reverse("campaigns:boost-detail", args=[shop.code, boost.pk], query=question))
    page.wait_for_selector("[data-chart] canvas")
    assert page.locator("[data-chart] canvas").count() == 2
    for opened in page.locator(".chart ~ details > summary").all():
        opened.click()
    accessible(page)
    fits(page)
