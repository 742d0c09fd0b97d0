"""Where days were sampled every number that is shown is an estimate and says so; elsewhere none."""

import json
import os
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase
from reports.answers.side_by_side import compare
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.attribution.restatements import Restatement
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO
from reports.tests import factory
from reports.tests.factory import credit, day, publish, touch
from reports.tests.sampled_reports import BETWEEN, address, printed, sampled, sell
from tests.browser import PHONE, PageOf, accessible, fits

pytestmark = pytest.mark.django_db
__all__ = ["sampled"]


def asked(shop: Merchant, first: int = 2, last: int = 1, **more: Any) -> Question:
    return Question(shop, day(first), day(last), **more)


def test_days_of_several_ratios_are_added_piece_by_piece(
    shop: Merchant, sampled: list[ReportDay]
) -> None:
    report = answer(asked(shop, by=By.DAY))
    assert metrics.ORDERS.of(report.total) == 41 * MICRO
    assert metrics.GMV.of(report.total) == 1000 + 2 * 2000
    assert metrics.ALL_ORDERS.of(report.orders) == 41
    full, half = list(report.rows)
    assert metrics.ORDERS.estimate(full.sums) is None
    assert metrics.ORDERS.of(full.sums) == MICRO
    found = metrics.ORDERS.estimate(half.sums)
    assert found is not None
    assert found.ratios == (Fraction(1, 2),)
    assert 20 * MICRO < (found.low or 0) < 40 * MICRO < (found.high or 0) < 60 * MICRO
    # Readers were all there: what is not sampled is no estimate.
    assert metrics.READS.estimate(half.sums) is None
    assert metrics.READS.of(report.total) == 200


def test_the_page_says_estimate_interval_and_sample_beside_each_number(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay]
) -> None:
    report = answer(asked(shop))
    beside = printing.beside(metrics.GMV, report.total)
    assert beside.startswith("estimate, 95% interval ¥")
    assert beside.endswith(", 50% sample")
    page = unescape(client_of(alice).get(address(shop)).content.decode())
    # In the card, in its row and in the foot.
    assert page.count(f">{beside}<") + page.count(f">{beside} ·") >= 3
    assert "A 50% sample is not 50% accuracy" in page
    for metric in (metrics.MATCHED_ORDERS, metrics.ALL_GMV, metrics.MATCH_RATE):
        assert printing.between(metric.estimate(report.orders), metric.unit) in page
    assert "than 30 buyers" in page
    full = client_of(alice).get(address(shop, 2, 2)).content.decode()
    assert BETWEEN not in full
    assert "sample" not in full


@pytest.mark.parametrize("most", [0, 10_000])
def test_every_breakdown_has_intervals_and_all_its_rows_stand_in_the_order_of_estimates(
    monkeypatch: pytest.MonkeyPatch,
    shop: Merchant,
    sampled: list[ReportDay],
    sunscreen: Listing,
    lipstick: Listing,
    most: int,
) -> None:
    """Seen there is less of the sunscreen: ¥30.00 against ¥45.00. However many rows are counted."""
    monkeypatch.setattr(turning, "MOST_COUNTED", most)
    credit(sampled[0], lipstick, "order", value_fen=4500)
    for by in By:
        report = answer(asked(shop, by=by))
        rows = list(report.rows)
        if by in (By.NOTE, By.LISTING, By.STORE_KIND):
            assert [metrics.GMV.of(row.sums) for row in rows] == [5000, 4500]
        assert metrics.GMV.of(report.total) == 9500
        assert metrics.GMV.estimate(report.total) is not None
        assert any(metrics.GMV.estimate(row.sums) for row in rows)
        found = report.rows.found("Sunscreen")
        if by in (By.NOTE, By.LISTING):
            assert metrics.GMV.of(found.total) == 5000
            rising = list(report.rows.in_order(metrics.GMV, is_descending=False))
            assert [metrics.GMV.of(row.sums) for row in rising] == [4500, 5000]


def test_the_models_stand_in_the_order_of_estimates(
    monkeypatch: pytest.MonkeyPatch, shop: Merchant, sampled: list[ReportDay], lipstick: Listing
) -> None:
    credit(sampled[0], lipstick, "order", value_fen=4500)
    for most in (0, 10_000):
        monkeypatch.setattr(turning, "MOST_COUNTED", most)
        rows = compare(asked(shop)).rows
        worth = [metrics.GMV.of(row.sums[Model.LAST_TOUCH]) for row in rows]
        assert (worth, metrics.GMV.of(rows.totals[Model.LAST_TOUCH])) == ([5000, 4500], 9500)


def test_by_touch_day_it_is_the_same(shop: Merchant, sampled: list[ReportDay]) -> None:
    report = answer(asked(shop, by=By.DAY, time_base=TimeBase.TOUCH))
    full, half = list(report.rows)
    assert [metrics.GMV.of(row.sums) for row in (full, half)] == [1000, 4000]
    assert metrics.GMV.of(report.total) == 5000
    assert metrics.GMV.estimate(half.sums) is not None
    assert metrics.GMV_PER_MILLE.of(half.sums) == 40_000


def test_a_restated_day_says_that_its_numbers_are_estimates(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay]
) -> None:
    """Also when the copy with these numbers has been thinned: it is not there."""
    full, half = sampled
    numbers = {"old": factory.headline(1), "new": factory.headline(2)}
    for report_day in (full, half):
        Restatement.objects.create(
            merchant=shop, on=report_day.on, at=clock.now(), run=report_day.run,
            was_day=0, is_day=-report_day.pk, samples=report_day.samples, **numbers,
        )  # fmt: skip
    page = client_of(alice).get(reverse("reports:report-changes", args=[shop.code]))
    assert page.content.decode().count("estimates, 50% sample") == 1
    changes = json.loads(printed(shop, format="json"))["restated"]
    assert [change["samples"] for change in changes] == [[], ["0.5"]]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_a_sample_fits_a_phone_and_is_accessible(
    page_of: PageOf, alice: User, shop: Merchant, sampled: list[ReportDay], language: str
) -> None:
    page = page_of(alice, language=language, width=PHONE)
    page.goto(address(shop))
    page.wait_for_selector("[data-chart] canvas")
    drawn = page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('[data-chart]')).getOption()"
        ".series.map((series) => [series.type, series.stack ?? null, series.data])"
    )
    bars, line, *bands = drawn
    assert (bars[2], line[2]) == ([10, 40], [1, 40])
    assert [band[1] for band in bands] == ["band-0", "band-0", "band-1", "band-1"]
    low, width = bands[0][2], bands[1][2]
    assert (low[0], width[0]) == (10, 0)
    assert low[1] < 40 < low[1] + width[1]
    if os.environ.get("PICTURES"):
        page.screenshot(path=f"{os.environ['PICTURES']}/{language}.png", full_page=True)
    accessible(page)
    fits(page)


def test_what_a_sample_does_not_hold_is_not_said_to_be_nothing(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay], lipstick: Listing
) -> None:
    touch(sampled[1], lipstick, "view")
    report = answer(asked(shop, 1, by=By.LISTING))
    [row] = [row for row in report.rows if "Lipstick" in f"{row.label.text} {row.label.detail}"]
    carts: Any = metrics.CARTS.estimate(row.sums)
    assert (carts.value, carts.low, carts.high) == (0, None, None)
    page = client_of(alice).get(address(shop, 1, by="listing")).content.decode()
    assert "too little in the 50% sample to say how close" in page


def test_models_objects_and_home_say_it_too(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay], sunscreen: Listing
) -> None:
    query = {"first_on": day(2).isoformat(), "last_on": day(1).isoformat()}
    pages = (
        reverse("reports:report-models", args=[shop.code], query=query),
        sunscreen.get_absolute_url(),
        reverse("reports:home-merchant", args=[shop.code]),
    )
    for url in pages:
        page = client_of(alice).get(url).content.decode()
        assert BETWEEN in page, url
        assert "A 50% sample is not 50% accuracy" in page, url


def test_a_change_is_told_with_its_interval_and_money_of_few_is_not_compared(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    before, now = publish(shop, day(2), day(1))
    sell(before, sunscreen, *([100] * 30))
    sell(now, sunscreen, *([100] * 32))
    gmv, _net, orders, _rate = client_of(alice).get(address(shop, 1)).context["page"].cards
    assert gmv.change_text == orders.change_text == "+6.7%"
    assert "change: 95% interval −" in gmv.note
    sell(publish(shop, day(4))[0], sunscreen, *([100] * 12))
    sell(publish(shop, day(3))[0], sunscreen, *([100] * 12))
    gmv, _net, orders, _rate = client_of(alice).get(address(shop, 3, 3)).context["page"].cards
    assert gmv.change_text == ""
    assert "change" not in gmv.note
    assert orders.change_text == "0.0%"


def test_few_large_buyers_are_told(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    even, uneven = publish(shop, day(2), day(1))
    sell(even, sunscreen, *([100] * 32))
    sell(uneven, sunscreen, *([100] * 31), 1000)
    for on, is_told in ((2, False), (1, True)):
        page = client_of(alice).get(address(shop, on, on)).content.decode()
        assert ("Few large buyers decide" in page) is is_told
        assert ("than 30 buyers" in page) is False


def test_a_sampled_report_takes_as_many_queries_as_a_full_one(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay],
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client = client_of(alice)
    client.get(address(shop))
    taken: dict[By, list[int]] = {by: [] for by in By}
    for is_sampled in (True, False):
        ReportDay.objects.update(samples=sampled[1].samples if is_sampled else {})
        for by in By:
            with django_assert_max_num_queries(40) as found:
                client.get(address(shop, by=by.value))
            taken[by].append(len(found))
    assert all(of_sample <= of_all for of_sample, of_all in taken.values())
