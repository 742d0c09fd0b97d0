"""Reports by the day of the touch: everywhere they go they say so, and what is not known yet."""

import csv
import io
import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from portal.ui import formats
from reports.answers import export
from reports.answers.answer import answer, facts_before
from reports.answers.cut import cut
from reports.answers.question import By, Question, TimeBase
from reports.answers.side_by_side import compare
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.metrics import registry as metrics
from reports.metrics.sums import Sums
from reports.tests.factory import conversion, credit, day, publish, touch
from tests.browser import PHONE, PageOf, accessible, fits

# Touches of 40 days ago have a window of 15 days behind them.
FIRST, LAST = 41, 40


@pytest.fixture
def sold(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> dict[date, ReportDay]:
    """All days since are computed. Sunscreen's reads of 40 days ago sold for ¥5.00 on that day and
    for ¥7.00 three days later, which a read of the day before earned, too, by ¥1.00."""
    days = {one.on: one for one in publish(shop, *(day(ago) for ago in range(60)))}
    for listing, reads in ((sunscreen, 400), (lipstick, 600)):
        touch(days[day(40)], listing, "view", touchpoints=reads)
    touch(days[day(37)], sunscreen, "view", touchpoints=1)
    credit(days[day(40)], sunscreen, "order", value_fen=500)
    credit(days[day(37)], sunscreen, "order", value_fen=700, touched_on=day(40))
    credit(days[day(37)], lipstick, "order", value_fen=100, touched_on=day(41))
    credit(days[day(37)], lipstick, "order", value_fen=9, touched_on=day(39))
    conversion(days[day(40)], sunscreen, level="product", value_fen=500)
    return days


def ask(shop: Merchant, first: int = FIRST, last: int = LAST, **asked: Any) -> Question:
    given = {"time_base": TimeBase.TOUCH, **asked}
    return Question(shop, day(first), day(last), **given)


def address(shop: Merchant, first: int = FIRST, last: int = LAST, **asked: Any) -> str:
    days = {"first_on": day(first).isoformat(), "last_on": day(last).isoformat()}
    query = {**days, "time_base": "touch", **asked}
    return reverse("reports:report-detail", args=[shop.code], query=query)


@pytest.mark.parametrize("by", By)
def test_every_breakdown_has_what_touches_of_the_days_earned_later(
    shop: Merchant, sold: Any, by: By
) -> None:
    report = answer(ask(shop, by=by))
    assert metrics.GMV.of(report.total) == 500 + 700 + 100
    rows = [row.sums for row in report.rows]
    assert sum(metrics.GMV.of(sums) or 0 for sums in rows) == 1300
    assert sum(metrics.READS.of(sums) or 0 for sums in rows) == 1000
    assert metrics.GMV.of(answer(ask(shop, by=by, time_base=TimeBase.ORDER)).total) == 500


def test_a_day_has_what_its_own_touches_earned(shop: Merchant, sold: Any) -> None:
    rows = answer(ask(shop, 41, 39, by=By.DAY)).rows
    assert [metrics.GMV.of(row.sums) for row in rows] == [100, 1200, 9]


def test_rows_are_in_the_order_of_what_reads_brought(shop: Merchant, sold: Any) -> None:
    rows = answer(ask(shop)).rows.in_order(metrics.GMV_PER_MILLE, is_descending=True)
    found = [metrics.GMV_PER_MILLE.of(row.sums) for row in rows]
    assert found == [Fraction(1200_000, 400), Fraction(100_000, 600)]


def test_the_models_are_compared_by_the_day_of_the_touch(
    shop: Merchant, sold: Any, sunscreen: Listing
) -> None:
    credit(sold[day(36)], sunscreen, "order", model="linear", value_fen=50, touched_on=day(40))
    compared = compare(ask(shop)).rows
    assert metrics.GMV.of(compared.totals[Model.LAST_TOUCH]) == 1300
    assert metrics.GMV.of(compared.totals[Model.LINEAR]) == 50
    [first, _second] = compared.in_order(Model.LINEAR, is_descending=True)
    assert metrics.GMV.of(first.sums[Model.LINEAR]) == 50
    assert metrics.GMV.of(first.sums[Model.LAST_TOUCH]) == 1200


def test_an_object_has_its_own_part_by_the_day_of_the_touch(
    client_of: Any, alice: User, shop: Merchant, sold: Any, sunscreen: Listing
) -> None:
    assert metrics.GMV.of(cut(ask(shop), sunscreen.note).sums) == 1200
    assert metrics.GMV.of(cut(ask(shop), sunscreen).sums) == 1200
    page = reverse(
        "merchants:note-detail", args=[shop.code, sunscreen.note_id], query=ask(shop).parameters
    )
    assert "Touch day, Last touch" in client_of(alice).get(page).content.decode()


def test_the_page_says_by_which_day_and_has_the_ratio_to_reads_and_no_orders(
    client_of: Any, alice: User, shop: Merchant, sold: Any
) -> None:
    page = client_of(alice).get(address(shop)).content.decode()
    assert "By touch day:" in page
    assert "Time base: Touch day" in page
    assert "All 2 days are complete and final" in page
    assert 'data-metric="gmv_per_1000_reads"' in page
    assert "are counted by order day alone" in page
    assert "What explains the order" not in page
    by_order = client_of(alice).get(address(shop, time_base="order")).content.decode()
    assert "Time base: Order day" in by_order
    assert "By touch day:" not in by_order
    assert 'data-metric="gmv_per_1000_reads"' not in by_order
    assert "What explains the order" in by_order


def test_the_page_says_until_when_conversions_and_refunds_are_in_it(
    client_of: Any, alice: User, shop: Merchant, sold: dict[date, ReportDay], sunscreen: Listing
) -> None:
    for ago, fen in ((25, -10), (24, -1)):
        credit(sold[day(ago)], sunscreen, "refund", value_fen=fen, touched_on=day(40))
    page = client_of(alice).get(address(shop)).content.decode()
    assert f"from conversions and refunds until {formats.day(day(25))}" in page
    assert metrics.REFUND_VALUE.of(answer(ask(shop)).total) == -10


def test_rows_that_share_reads_have_no_ratio_to_them(shop: Merchant, sold: Any) -> None:
    for by in By:
        [head, *_rows] = printed_csv(shop, by=by)
        has_reads = by in (By.NOTE, By.BOOST, By.DAY)
        assert any("[gmv_per_1000_reads]" in name for name in head) is has_reads


def test_while_the_window_runs_nothing_is_complete(
    client_of: Any, alice: User, shop: Merchant, sold: Any
) -> None:
    """The last touch of 16 days ago could earn until yesterday; of 15 days ago it can today."""
    over = client_of(alice).get(address(shop, 20, 16)).content.decode()
    assert "complete and up to date" in over
    assert "still run" not in over
    runs = client_of(alice).get(address(shop, 20, 14)).content.decode()
    assert "The windows of 2 days" in runs
    assert "complete and up to date" not in runs
    by_order = client_of(alice).get(address(shop, 20, 14, time_base="order")).content.decode()
    assert "complete and up to date" in by_order


def test_days_whose_window_runs_are_not_compared_with_days_before(
    shop: Merchant, sold: Any
) -> None:
    assert facts_before(ask(shop, 20, 16)) is not None
    assert facts_before(ask(shop, 20, 15)) is None
    assert facts_before(ask(shop, 20, 15, time_base=TimeBase.ORDER)) is not None


def test_a_missing_day_on_which_touches_may_have_earned_is_named(
    client_of: Any, alice: User, shop: Merchant, sold: dict[date, ReportDay]
) -> None:
    sold[day(30)].delete()
    assert answer(ask(shop)).coverage.gaps == [day(30)]
    assert answer(ask(shop, time_base=TimeBase.ORDER)).coverage.gaps == []
    page = client_of(alice).get(address(shop)).content.decode()
    assert "1 day not computed" in page
    assert "complete and up to date" not in page


def test_a_day_that_does_not_know_its_touch_days_is_missing_by_these_alone(
    shop: Merchant, sold: dict[date, ReportDay]
) -> None:
    ReportDay.objects.filter(on=day(37)).update(has_touch_days=False)
    report = answer(ask(shop))
    assert report.coverage.gaps == [day(37)]
    assert metrics.GMV.of(report.total) == 500
    assert answer(ask(shop, 37, 37, time_base=TimeBase.ORDER)).coverage.is_whole


@pytest.mark.parametrize("by", By)
def test_a_total_adds_the_days_that_are_shown_and_names_the_others(
    client_of: Any, alice: User, shop: Merchant, sold: dict[date, ReportDay], by: By
) -> None:
    """Of the day of the touches nothing is computed: what they earned three days later is not in
    the sums, since the day is a dash."""
    whole = answer(ask(shop, by=by)).total
    assert (metrics.GMV.of(whole), metrics.READS.of(whole)) == (1300, 1000)
    ReportDay.objects.filter(on=day(40)).delete()
    report = answer(ask(shop, by=by))
    added = Sums.of(row.sums for row in report.rows if row.sums)
    assert (metrics.GMV.of(report.total), metrics.READS.of(report.total)) == (100, 0)
    assert metrics.GMV.of(added) == 100
    assert metrics.GMV.of(answer(ask(shop, first=40, by=by)).total) == 0
    told = json.loads(printed(shop, format="json", by=by))
    assert told["left_out"] == [day(40).isoformat()]
    assert told["total"]["credited_gmv"] == 100
    head, *rows = printed_csv(shop, by=by)
    place = next(k for k, name in enumerate(head) if "[credited_gmv]" in name)
    assert sum(float(row[place] or 0) for row in rows) == 1
    assert {row[head.index("Not in the sums")] for row in rows} == {day(40).isoformat()}
    assert "Not in the sums: " in printed(shop, by=by)
    page = client_of(alice).get(address(shop, by=by)).content.decode()
    assert "1 of these days has no numbers and is not in the sums." in page
    assert "¥1.00" in page
    assert "¥13.00" not in page


def test_objects_and_comparisons_leave_out_the_same_days(
    shop: Merchant, sold: dict[date, ReportDay], sunscreen: Listing
) -> None:
    assert metrics.GMV.of(cut(ask(shop), sunscreen).sums) == 1200
    assert metrics.GMV.of(compare(ask(shop)).rows.totals[Model.LAST_TOUCH]) == 1300
    ReportDay.objects.filter(on=day(40)).delete()
    assert metrics.GMV.of(cut(ask(shop), sunscreen).sums) == 0
    assert metrics.GMV.of(compare(ask(shop)).rows.totals[Model.LAST_TOUCH]) == 100


def test_touch_days_of_an_order_day_and_order_days_of_a_touch_day_add_up_to_the_same(
    client_of: Any, alice: User, shop: Merchant, sold: dict[date, ReportDay], sunscreen: Listing,
    lipstick: Listing,
) -> None:  # fmt: skip
    """Sunscreen is touched on one day and sells on four; lipstick is touched on four days and sells
    on one. Each is asked of its one day under one base, and of all its days under the other."""
    for k, fen in enumerate((11, 13, 17, 19)):
        credit(sold[day(50 - k)], sunscreen, "order", value_fen=fen, touched_on=day(50))
        credit(sold[day(50)], lipstick, "order", value_fen=fen, touched_on=day(50 + k))

    def gmv(listing: Listing, time_base: str, first: int, last: int) -> tuple[int, int]:
        asked: dict[str, Any] = {"first": first, "last": last, "time_base": time_base}
        told = json.loads(printed(shop, format="json", by="listing", **asked))
        page = client_of(alice).get(address(shop, by="listing", q=listing.product.title, **asked))
        [row] = page.context["table"].page.object_list.data
        [found] = [row for row in told["rows"] if row["key"] == listing.code]
        return found["credited_gmv"], row["credited_gmv"]

    assert gmv(sunscreen, "touch", 50, 50) == gmv(sunscreen, "order", 50, 47) == (60, 60)
    assert gmv(lipstick, "order", 50, 50) == gmv(lipstick, "touch", 53, 50) == (60, 60)


def printed(shop: Merchant, *, first: int = FIRST, last: int = LAST, **options: Any) -> str:
    said = io.StringIO()
    given = {"first_on": day(first), "last_on": day(last), "time_base": "touch", **options}
    call_command("report", shop.code, **given, stdout=said)
    return said.getvalue()


def printed_csv(shop: Merchant, **options: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(printed(shop, format="csv", **options))))


def test_files_and_the_command_say_by_which_day(
    client_of: Any, alice: User, shop: Merchant, sold: Any
) -> None:
    head, *rows = printed_csv(shop)
    assert {row[head.index("Time base")] for row in rows} == {"touch"}
    file = client_of(alice).get(address(shop, export="csv"))
    assert "15d_touch_day_by_note" in file["Content-Disposition"]
    assert export.file_name(answer(ask(shop, time_base=TimeBase.ORDER))).endswith(
        "15d_order_day_by_note"
    )
    told = json.loads(printed(shop, format="json", first=16, last=14))
    assert (told["time_base"], told["orders_until"]) == ("touch", day(0).isoformat())
    assert told["open_days"] == [day(15).isoformat(), day(14).isoformat()]
    assert told["orders"] is None
    grains = {metric["code"]: metric["grain"] for metric in told["metrics"]}
    assert grains["credited_gmv"] == "listing_boost_touch_day"
    table = printed(shop)
    assert "Touch day" in table
    assert "counted by order day alone" in table


def test_an_unknown_time_base_is_refused(
    client_of: Any, alice: User, shop: Merchant, sold: Any
) -> None:
    assert client_of(alice).get(address(shop, time_base="clock")).status_code == 422


def test_the_page_fits_a_phone_and_is_accessible(
    page_of: PageOf, alice: User, shop: Merchant, sold: Any
) -> None:
    page = page_of(alice, width=PHONE)
    page.goto(address(shop, 20, 14))
    accessible(page)
    fits(page)
