"""Where days were sampled every number that is shown is an estimate and says so; elsewhere none."""

import csv
import io
import json
import os
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from html import unescape
from typing import Any

import pyarrow as pa
import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase
from reports.answers.side_by_side import compare
from reports.attribution import restatements
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.attribution.ratios import Ratios
from reports.attribution.restatements import Restatement
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO
from reports.tests import factory
from reports.tests.factory import conversion, credit, day, publish, touch
from tests.browser import PHONE, PageOf, accessible, fits

pytestmark = pytest.mark.django_db

HALF = Decimal("0.5")
BETWEEN = "95% interval"


def sell(report_day: ReportDay, listing: Listing, *fen: int, **of: Any) -> None:
    """Orders of so much, one for each group of users in turn, of half of the users."""
    with factory.at_once(report_day):
        for group, value in enumerate(fen):
            sample = {"user_group": group, "sampling_ratio": HALF, **of}
            credit(report_day, listing, "order", value_fen=value, **sample)
            conversion(report_day, listing, value_fen=value, level="product", **sample)


@pytest.fixture
def sampled(shop: Merchant, sunscreen: Listing) -> list[ReportDay]:
    """One full day with an order of ¥10.00, and one of which half was sent: 20 orders of ¥1.00."""
    full, half = publish(shop, day(2), day(1))
    credit(full, sunscreen, "order", value_fen=1000)
    conversion(full, sunscreen, value_fen=1000, level="product")
    touch(full, sunscreen, "view", touchpoints=100)
    touch(half, sunscreen, "view", touchpoints=100)
    sell(half, sunscreen, *([100] * 20))
    return [full, half]


def asked(shop: Merchant, first: int = 2, last: int = 1, **more: Any) -> Question:
    return Question(shop, day(first), day(last), **more)


def address(shop: Merchant, first: int = 2, last: int = 1, **more: Any) -> str:
    query = {"first_on": day(first).isoformat(), "last_on": day(last).isoformat(), **more}
    return reverse("reports:report-detail", args=[shop.code], query=query)


def printed(shop: Merchant, first: int = 2, **more: Any) -> str:
    said = io.StringIO()
    call_command("report", shop.code, first_on=day(first), last_on=day(1), stdout=said, **more)
    return said.getvalue()


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


def test_as_of_a_moment_estimates_are_what_they_were(
    shop: Merchant, sampled: list[ReportDay], sunscreen: Listing
) -> None:
    told = json.loads(printed(shop, format="json"))
    with clock.at(clock.now() + timedelta(minutes=1)):
        ReportDay.objects.filter(pk=sampled[1].pk).update(superseded_at=clock.now())
        (again,) = publish(shop, day(1))
        credit(again, sunscreen, "order", value_fen=100)
        assert "samples" not in json.loads(printed(shop, format="json"))
        moment = datetime.fromisoformat(told["as_of"])
        assert json.loads(printed(shop, format="json", as_of=moment)) == told


def test_a_restated_day_says_that_its_numbers_are_estimates(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay]
) -> None:
    full, half = sampled
    numbers = {"old": factory.headline(1), "new": factory.headline(2)}
    for report_day in (full, half):
        Restatement.objects.create(
            merchant=shop, on=report_day.on, at=clock.now(), run=report_day.run,
            was_day=0, is_day=report_day.pk, **numbers,
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


def test_files_have_columns_for_the_bounds_and_the_ratio(
    shop: Merchant, sampled: list[ReportDay]
) -> None:
    lines = list(csv.DictReader(io.StringIO(printed(shop, format="csv", by="day"))))
    full, half = lines
    [low] = [head for head in half if head.endswith("[credited_gmv_low]")]
    [high] = [head for head in half if head.endswith("[credited_gmv_high]")]
    [value] = [head for head in half if head.endswith("[credited_gmv]")]
    assert full[low] == full[value] == full[high] == "10.00"
    assert half[value] == "40.00"
    assert 20 < float(half[low]) < 40 < float(half[high]) < 60
    assert (full["Sampling ratio"], half["Sampling ratio"]) == ("", "0.5")
    [plain] = csv.DictReader(io.StringIO(printed(shop, 2, format="csv", by="note")))
    assert plain["Sampling ratio"] == "0.5"


def test_files_of_full_days_are_as_they_were(shop: Merchant, sunscreen: Listing) -> None:
    (full,) = publish(shop, day(1))
    credit(full, sunscreen, "order", value_fen=1000)
    assert "ampling" not in printed(shop, 1, format="csv")
    told = json.loads(printed(shop, 1, format="json"))
    assert "samples" not in told
    assert "intervals" not in told["total"]
    assert told["total"]["credited_gmv"] == 1000


def test_json_has_the_bounds_of_every_estimate(shop: Merchant, sampled: list[ReportDay]) -> None:
    told = json.loads(printed(shop, format="json", by="day"))
    assert told["samples"] == [{"ratio": "0.5", "days": [[day(1).isoformat()] * 2]}]
    assert told["confidence_percent"] == 95
    assert told["total"]["credited_gmv"] == 5000
    low, high = told["total"]["intervals"]["credited_gmv"]
    assert 3000 <= low < 5000 < high
    assert "reads" not in told["total"]["intervals"]
    assert told["orders"]["intervals"]["all_orders"][0] >= 21
    full, half = told["rows"]
    assert "intervals" not in full
    assert half["intervals"]["credited_orders"][1] > 40 * MICRO
    [gmv] = [metric for metric in told["metrics"] if metric["code"] == "credited_gmv"]
    assert gmv["statistic"] == "sum"


def test_the_command_says_it_in_its_table(shop: Merchant, sampled: list[ReportDay]) -> None:
    said = printed(shop)
    assert "50% sample, which is not 50% accuracy" in said
    assert said.count(BETWEEN) > 6
    assert BETWEEN not in printed(shop, 2, by="note").replace(said, "") or said


def test_the_chart_has_a_band_and_its_table_twin_the_same_bounds(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay]
) -> None:
    page = client_of(alice).get(address(shop)).context["page"]
    gmv, _orders = json.loads(page.chart)["series"]
    assert gmv["values"] == [10, 40]
    assert gmv["lows"][0] == gmv["highs"][0] == 10
    assert gmv["lows"][1] < 40 < gmv["highs"][1]
    table = unescape(client_of(alice).get(address(shop, by="day")).content.decode())
    assert BETWEEN in gmv["texts"][1]
    assert gmv["texts"][1].partition(", ")[2] in table
    full = json.loads(client_of(alice).get(address(shop, 2, 2)).context["page"].chart)
    assert "lows" not in full["series"][0]


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


def test_headlines_of_a_day_are_of_the_whole(sampled: list[ReportDay]) -> None:
    half = sampled[1]
    told = restatements.headlines([(half.pk, half.on)])[half.pk]
    assert (told["credited_micro"], told["credited_fen"]) == (40 * MICRO, 4000)
    assert (told["orders"], told["orders_fen"], told["touches"]) == (40, 4000, 100)


def test_a_run_writes_down_which_days_are_sampled() -> None:
    samples = Ratios()
    on = pa.array([day(1), day(2), day(1)], pa.date32())
    rows = {"merchant_id": [1, 1, 2], "on": on}
    ratio = pa.array([HALF, None, Decimal("0.25")], pa.decimal128(7, 6))
    samples.add("credit", pa.RecordBatch.from_pydict({**rows, "sampling_ratio": ratio}))
    samples.add("touch", pa.RecordBatch.from_pydict({**rows, "sampling_ratio": [None] * 3}))
    samples.add("conversion", pa.RecordBatch.from_pydict(rows))
    assert samples.of((1, day(1))) == {"credit": ["0.5"]}
    assert samples.of((2, day(1))) == {"credit": ["0.25"]}
    assert samples.of((1, day(2))) == {}
