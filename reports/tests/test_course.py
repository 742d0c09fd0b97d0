"""The course of a boost: charts by day and by hour, and tables that say the same to the fen."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost, BoostStatus
from campaigns.boosts.spans import BoostSpan
from campaigns.campaigns.models import Campaign
from campaigns.delivery.models import AdServer, Serving
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.webhooks.models import Endpoint
from reports.answers.answer import answer
from reports.answers.course import course
from reports.answers.question import By, Question, TimeBase
from reports.metrics import registry as metrics
from reports.tests.factory import day, publish, touch
from reports.tests.spent import boost_of, delivered
from tests.browser import PHONE, PageOf, accessible, fits

ClientOf = Callable[[User], Client]
ENDED = BoostStatus.COMPLETED


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


@pytest.fixture
def server() -> AdServer:
    """It is waited for for two days after the end of a boost."""
    return AdServer.objects.create(
        endpoint=Endpoint.objects.create(code="feed"), name_zh="投放", name_en="Feed"
    )


def under_way(boost: Boost, server: AdServer, *, hours: int) -> None:
    """It has been served since as many hours before the end of the second day until that end."""
    Serving.objects.create(boost=boost, ad_server=server)
    to_at = clock.start_of(day(18))
    BoostSpan.objects.create(boost=boost, from_at=to_at - timedelta(hours=hours), to_at=to_at)


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
    assert sum(one.impressions or 0 for one in found.hours) == 100 * 1050
    assert len(found.hours) == 24


def test_what_no_row_has_told_yet_is_unknown_until_it_is_told_or_nobody_waits_for_it(
    client_of: ClientOf, alice: User, shop: Merchant, boost: Boost, server: AdServer
) -> None:
    """Its last two hours: of that before the last nobody has said what it cost."""
    under_way(boost, server, hours=2)
    address = reverse("reports:report-detail", args=[shop.code])
    days: Any = {"first_on": day(20), "last_on": day(18)}

    def spent() -> tuple[list[int | None], list[int | None], list[float | None]]:
        found = course(answer(asked(shop)).facts, boost)
        assert found is not None
        page = client_of(alice).get(address, days).content.decode()
        [drawn] = [json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]+)"', page)]
        [series] = [one for one in drawn["series"] if one.get("axis") == 0]
        by_hour = [one.captured_fen for one in found.hours[21:]]
        return [one.captured_fen for one in found.days], by_hour, series["values"]

    unknown = ([400, None, 50], [0, None, 100], [4.0, None, 0.5])
    assert spent() == unknown
    known = ([400, 600, 50], [0, 0, 100], [4.0, 6.0, 0.5])
    for ended_at, settled_at in [
        (clock.now() - timedelta(hours=49), None),
        (clock.now() - timedelta(hours=1), clock.now()),
    ]:
        Boost.objects.filter(pk=boost.pk).update(
            status=ENDED, ended_at=ended_at, settled_at=settled_at
        )
        assert spent() == known
    Boost.objects.filter(pk=boost.pk).update(ended_at=clock.now(), settled_at=None)
    assert spent() == unknown
    delivered(boost, day(19), 0, hour=22)
    assert spent() == known


def test_hours_to_come_of_a_boost_that_runs_are_unknown(
    shop: Merchant, boost: Boost, server: AdServer
) -> None:
    under_way(boost, server, hours=1)
    with clock.at(clock.start_of(day(0)) + timedelta(hours=12, minutes=30)):
        today = Question(shop, day(0), day(0), by=By.BOOST, time_base=TimeBase.TOUCH)
        delivered(boost, day(0), 70, hour=9)
        found = course(answer(today).facts, boost)
    assert found is not None
    assert [one.hour for one in found.hours if one.captured_fen is None] == list(range(13, 24))
    assert [one.captured_fen for one in found.days] == [None]


def test_a_day_that_is_chosen_has_its_single_hours(
    client_of: ClientOf, alice: User, shop: Merchant, boost: Boost
) -> None:
    """Each of the days leads to its own, asked as the page is."""
    place = reverse("campaigns:boost-detail", args=[shop.code, boost.pk])
    question: Any = {"first_on": day(20), "last_on": day(18), "time_base": "touch"}
    question |= {"window_days": 7, "model": "linear"}
    page = client_of(alice).get(place, question).content.decode()
    assert "by hour of the day, all these days together" in page
    on = day(19).isoformat()
    [link] = re.findall(rf'href="(\?[^"]*)">{on}</a>', page)
    assert {"window_days=7", "model=linear", "time_base=touch"} < set(unescape(link)[1:].split("&"))
    page = client_of(alice).get(place + unescape(link)).content.decode()
    assert f"Spend and impressions by hour, {on}" in page
    _days, hours = [json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]+)"', page)]
    spent = hours["series"][0]["values"]
    assert (spent[9], spent[23], sum(spent)) == (5.0, 1.0, 6.0)
    assert not re.search(rf">{on}</a></td>", page), "it leads nowhere but here"


def test_a_campaign_has_the_course_of_all_that_is_in_it(
    client_of: ClientOf, alice: User, shop: Merchant, boost: Boost, sunscreen: Listing
) -> None:
    campaign = Campaign.objects.create(
        merchant=shop,
        name="618",
        starts_on=day(20),
        ends_on=day(18),
        created_by=alice,
        request_key=uuid4(),
    )
    other, outside = boost_of(sunscreen.note), boost_of(sunscreen.note)
    Boost.objects.filter(pk__in=[boost.pk, other.pk]).update(campaign=campaign)
    delivered(other, day(20), 70, hour=9)
    delivered(outside, day(20), 1, hour=9)
    page = client_of(alice).get(campaign.get_absolute_url()).content.decode()
    days, hours = [json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]+)"', page)]
    assert days["series"][0]["values"] == [4.7, 6.0, 0.5]
    assert days["series"][1]["values"] == [7, 0, None]
    assert hours["series"][0]["values"][9] == 9.7


def test_the_chart_of_a_report_has_what_boosts_cost_where_they_cost_anything(
    client_of: ClientOf, alice: User, shop: Merchant, boost: Boost
) -> None:
    """Of a day without numbers, too, of which nothing else is known."""
    address = reverse("reports:report-detail", args=[shop.code])
    for base in TimeBase:
        question: Any = {"first_on": day(20), "last_on": day(18), "time_base": base.value}
        page = client_of(alice).get(address, question).content.decode()
        [drawn] = [json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]+)"', page)]
        [spend] = [one for one in drawn["series"] if one.get("axis") == 0]
        assert spend["values"] == [4.0, 6.0, 0.5]
        assert spend["texts"] == ["¥4.00", "¥6.00", "¥0.50"]
        assert "Credited GMV, orders and spend by day" in page
        [*_others, last] = answer(Question(shop, day(20), day(18), by=By.DAY, time_base=base)).rows
        assert metrics.SPEND.of(last.sums) == 50, "the table says the same"
    before: Any = {"first_on": day(25), "last_on": day(21)}
    publish(shop, day(25))
    page = client_of(alice).get(address, before).content.decode()
    assert "Credited GMV and orders by day" in page
    assert "&quot;axis&quot;" not in page


def test_of_a_moment_that_is_over_and_of_days_without_delivery_there_is_none(
    shop: Merchant, boost: Boost, django_assert_num_queries: Any
) -> None:
    assert course(answer(asked(shop, as_of=clock.now())).facts, boost) is None
    before = Question(shop, day(30), day(29), by=By.BOOST, time_base=TimeBase.TOUCH)
    assert course(answer(before).facts, boost) is None
    facts = answer(asked(shop)).facts
    assert facts.spending.has_boosts
    with django_assert_num_queries(3):
        course(facts, boost)


def test_each_chart_has_its_table_with_the_same_numbers(
    client_of: ClientOf, alice: User, shop: Merchant, boost: Boost
) -> None:
    question: Any = {"first_on": day(20), "last_on": day(18), "time_base": "touch"}
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
    question: Any = {"first_on": day(20), "last_on": day(18), "time_base": "touch"}
    page.goto(reverse("campaigns:boost-detail", args=[shop.code, boost.pk], query=question))
    page.wait_for_selector("[data-chart] canvas")
    assert page.locator("[data-chart] canvas").count() == 2
    for opened in page.locator(".chart ~ details > summary").all():
        opened.click()
    accessible(page)
    fits(page)


def test_bars_of_two_series_differ_by_more_than_their_colour(
    page_of: PageOf, alice: User, shop: Merchant, boost: Boost
) -> None:
    page = page_of(alice)
    question: Any = {"first_on": day(20), "last_on": day(18), "time_base": "touch"}
    patterns = (
        "[...document.querySelectorAll('[data-chart]')].map((place) => echarts"
        ".getInstanceByDom(place).getModel().getSeriesByType('bar')"
        ".map((bars) => JSON.stringify(bars.getData().getVisual('decal') ?? null)))"
    )
    for address, differing in [
        (reverse("reports:report-detail", args=[shop.code], query=question), [2]),
        (reverse("campaigns:boost-detail", args=[shop.code, boost.pk], query=question), [1, 1]),
    ]:
        page.goto(address)
        page.wait_for_selector("[data-chart] canvas")
        drawn = page.evaluate(patterns)
        assert [len(set(bars)) for bars in drawn] == differing
        assert all(("null" in bars) == (len(bars) == 1) for bars in drawn)
