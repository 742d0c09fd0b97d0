"""By touch day a report says how much is in, and what is expected, apart from what is counted."""

import csv
import io
import json
import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock, words
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.cut import cut
from reports.answers.delays import DelayCurve
from reports.answers.question import By, Question, TimeBase
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.metrics.sums import MICRO
from reports.sources.models import Source
from reports.tests.factory import credit, day, publish, touch
from reports.tests.known_delays import known
from tests.browser import PHONE, PageOf, accessible, fits

FIRST, LAST = 17, 1


@pytest.fixture
def sold(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> dict[date, ReportDay]:
    """Half of all orders come on the day of the touch, the others five days later. Sunscreen was
    read 100 times each day; lipstick 300 times, and yesterday alone. Both sold 40 times at once."""
    days = {one.on: one for one in publish(shop, *(day(ago) for ago in range(40)))}
    for ago in (17, 8, 3, 1):
        touch(days[day(ago)], sunscreen, "view", touchpoints=100)
        credit(days[day(ago)], sunscreen, "order", credit_micro=40 * MICRO, value_fen=40_00)
    touch(days[day(1)], lipstick, "view", touchpoints=300)
    return days


@pytest.fixture
def law(sold: Any) -> None:
    known()


def ask(shop: Merchant, first: int = FIRST, last: int = LAST, **asked: Any) -> Question:
    given = {"by": By.DAY, "time_base": TimeBase.TOUCH, **asked}
    return Question(shop, day(first), day(last), **given)


def address(shop: Merchant, first: int = FIRST, last: int = LAST, **asked: Any) -> str:
    days = {"first_on": day(first).isoformat(), "last_on": day(last).isoformat()}
    query = {**days, "by": "day", "time_base": "touch", **asked}
    return reverse("reports:report-detail", args=[shop.code], query=query)


def page_of_report(client: Any, shop: Merchant, *days: int, **asked: Any) -> str:
    text: str = client.get(address(shop, *days, **asked)).content.decode()
    return text


def printed(shop: Merchant, *, first: int = FIRST, last: int = LAST, **options: Any) -> str:
    said = io.StringIO()
    given = {"first_on": day(first), "last_on": day(last), "time_base": "touch", "by": "day"}
    call_command("report", shop.code, **{**given, **options}, stdout=said)
    return said.getvalue()


def shares(shop: Merchant, *days: int, **asked: Any) -> list[int | None]:
    rows = answer(ask(shop, *days, **asked)).rows
    return [None if (s := row.expected.share) is None else int(100 * s) for row in rows]


def test_a_day_has_the_share_that_usually_is_in_at_its_age(
    shop: Merchant, sold: Any, law: None
) -> None:
    """Until yesterday orders are in; 100 is said only when the window is over, whatever the curve
    says."""
    by_age = shares(shop, 17, 1)
    assert by_age == [100, 100, *[99] * 10, *[50] * 5]
    assert shares(shop, 17, 1, time_base=TimeBase.ORDER) == [None] * 17


def test_the_whole_and_each_note_weigh_days_by_their_reads(
    shop: Merchant, sold: Any, law: None
) -> None:
    report = answer(ask(shop, by=By.NOTE))
    by_note = {row.label.detail and row.label.text: row.expected.share for row in report.rows}
    # Of sunscreen two of four days are at a half.
    assert set(by_note.values()) == {Fraction(75, 100), Fraction(1, 2)}
    assert report.maturity.whole.share == Fraction((200 + 50 + 200) * 100 // 700, 100)
    assert answer(ask(shop, 17, 16)).maturity.whole.share == 1


def test_what_is_expected_is_counted_by_share_with_bounds_around_it(
    shop: Merchant, sold: Any, law: None
) -> None:
    expected = {row.label.key: row.expected for row in answer(ask(shop)).rows}
    young, over = expected[day(3).isoformat()], expected[day(17).isoformat()]
    assert young.orders == 80
    assert young.low is not None
    assert young.high is not None
    assert 50 < young.low < 70 < 90 < young.high < 110
    assert (over.orders, over.low, over.high) == (None, None, None)


def test_who_ignores_the_age_would_expect_what_was_counted(
    shop: Merchant, sold: Any, law: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    monkeypatch.setattr("reports.answers.maturity.Maturity._age", lambda self, on: 15)
    [young] = answer(ask(shop, 3, 3)).rows
    assert young.expected.orders == 40


def test_a_late_source_makes_touches_younger(shop: Merchant, sold: Any, law: None) -> None:
    """Orders of five days later count only when all of that day are in."""
    assert shares(shop, 6, 6) == [99]
    slices = Source.objects.get(code="taobao_tmall").slices.filter(on=day(1))
    slices.update(closed_at=None, closed_by="")
    assert shares(shop, 6, 6) == [50]
    assert shares(shop, 1, 1) == [0]


def test_a_day_that_is_stale_or_not_computed_makes_them_younger_too(
    shop: Merchant, sold: dict[date, ReportDay], law: None
) -> None:
    ReportDay.objects.filter(on=day(1)).update(stale_at=clock.now())
    assert shares(shop, 6, 6) == [50]
    ReportDay.objects.filter(on=day(1)).update(stale_at=None, superseded_at=clock.now())
    assert shares(shop, 6, 6) == [50]


def test_of_touches_that_are_not_all_in_nothing_is_said(
    shop: Merchant, sold: Any, law: None
) -> None:
    slices = Source.objects.get(code="community").slices.filter(on=day(3))
    slices.update(closed_at=None, closed_by="")
    assert shares(shop, 3, 3) == [None]
    assert answer(ask(shop)).maturity.whole.share is None
    [row] = answer(ask(shop, 3, 3)).rows
    assert row.expected.orders is None


def test_what_is_missing_of_a_window_that_is_over_is_not_taken_for_all(
    shop: Merchant, sold: Any, law: None
) -> None:
    slices = Source.objects.get(code="taobao_tmall").slices.filter(on=day(5))
    slices.update(closed_at=None, closed_by="")
    assert shares(shop, 17, 17) == [None]
    assert answer(ask(shop, 17, 17)).maturity.whole.share is None


def test_at_a_small_share_it_is_too_early_and_no_number_is_said(
    client_of: Any, alice: User, shop: Merchant, sold: Any
) -> None:
    known(orders=1000, first=100)
    [row] = answer(ask(shop, 1, 1)).rows
    assert (row.expected.share, row.expected.orders) == (Fraction(10, 100), None)
    page = page_of_report(client_of(alice), shop, 1, 1)
    assert "Too early" in page
    assert "Too early" in printed(shop, first=1, last=1)
    assert json.loads(printed(shop, first=1, last=1, format="json"))["maturity"]["cohorts"][0][
        "is_too_early"
    ]
    assert "Too early" not in page_of_report(client_of(alice), shop, 17, 16)


def test_of_a_sample_nothing_is_expected(shop: Merchant, sold: Any, law: None) -> None:
    ReportDay.objects.filter(on=day(3)).update(samples={"credit": ["0.5"]})
    [row] = answer(ask(shop, 3, 3)).rows
    assert row.expected.share == Fraction(1, 2)
    assert row.expected.orders is None
    assert not row.expected.is_too_early


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


def test_a_moment_has_the_share_and_the_curve_of_then(shop: Merchant, sold: Any, law: None) -> None:
    """What was given out is given again, although the curve has changed since."""
    told = printed(shop, format="json")
    moment = json.loads(told)["as_of"]
    with clock.at(clock.now() + timedelta(seconds=1)):
        known(last=14)
        assert printed(shop, format="json", as_of=datetime.fromisoformat(moment)) == told
        assert shares(shop, 8, 8) == [50]


def test_it_takes_a_bounded_number_of_queries(
    client_of: Any,
    alice: User,
    shop: Merchant,
    sold: Any,
    law: None,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_of(alice)
    for by in By:
        with django_assert_max_num_queries(30):
            client.get(address(shop, by=by))


def test_the_page_fits_a_phone_and_is_accessible(
    page_of: PageOf, alice: User, shop: Merchant, sold: Any, law: None
) -> None:
    page = page_of(alice, width=PHONE)
    page.goto(address(shop))
    page.wait_for_selector("[data-chart] canvas")
    accessible(page)
    fits(page)
