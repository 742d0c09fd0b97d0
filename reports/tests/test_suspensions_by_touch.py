"""Which days are withheld, by the day of the order and of the touch, and whose."""

import json
from csv import reader
from typing import Any

import pytest

from merchants.catalogue.models import Category, Product
from merchants.listings.models import Listing
from portal import clock
from reports.answers import export_cut, export_models
from reports.answers.answer import answer
from reports.answers.cut import cut
from reports.answers.question import By, Question, TimeBase
from reports.answers.side_by_side import compare
from reports.tests.factory import day, publish
from reports.tests.suspended import asked, sold, suspend, withheld

pytestmark = pytest.mark.django_db
__all__ = ["sold", "suspend"]


@pytest.mark.parametrize(
    ("source", "by_order", "by_touch"),
    [
        # Orders of a day are of that day; touches of a window before it rest on them.
        ("taobao_tmall", [22], [24, 23, 22]),
        # Touches of a day earn from orders of the window behind it.
        ("community", [22, 21, 20], [22]),
        ("links", [22, 21, 20], [22]),
    ],
)
def test_a_day_is_withheld_when_anything_that_it_rests_on_is_suspended(
    source: str, by_order: list[int], by_touch: list[int], sold: Listing, suspend: Any
) -> None:
    suspend(source)
    assert withheld(sold) == [day(ago) for ago in by_order]
    assert withheld(sold, time_base=TimeBase.TOUCH) == [day(ago) for ago in by_touch]


def test_by_touch_day_a_withheld_day_is_in_no_sum_of_any_breakdown(
    sold: Listing, suspend: Any
) -> None:
    suspend("community")
    for by in By:
        report = asked(sold, by=by, time_base=TimeBase.TOUCH)
        assert report.total.value_fen["order"] == 40_000, by
        assert report.total.touchpoints["view"] == 40, by
        assert sum(row.sums.value_fen["order"] for row in report.rows if row.sums) == 40_000, by
    suspend("taobao_tmall", first=24, last=20)
    report = asked(sold, time_base=TimeBase.TOUCH)
    assert not report.has_numbers


def test_by_touch_day_comparisons_and_objects_say_nothing_of_days_that_are_all_withheld(
    sold: Listing, suspend: Any
) -> None:
    """Not even 0: order days behind the last one are computed, and tell of none of them."""
    publish(sold.merchant, day(19), day(18))
    question = Question(sold.merchant, day(24), day(20), by=By.NOTE, time_base=TimeBase.TOUCH)

    def numbers() -> list[Any]:
        models = json.loads(export_models.as_json(compare(question)))
        one = cut(question, sold.note)
        [line] = list(reader(export_cut.csv_lines(one)))[1:]
        return [
            models["totals"]["last_touch"]["credited_gmv"],
            json.loads(export_cut.as_json(one))["numbers"]["reads"],
            line[3],
        ]

    assert numbers() == [50_000, 50, "50"]
    suspend("taobao_tmall", first=24, last=20)
    assert numbers() == [None, None, ""]


@pytest.mark.parametrize("source", ["jd", "vip"])
def test_whose_store_the_source_does_not_report_is_not_concerned(
    source: str, sold: Listing, suspend: Any
) -> None:
    suspension = suspend(source)
    assert withheld(sold) == []
    assert not suspension.teams().exists()


def test_whose_stores_sell_nothing_of_the_category_is_not_concerned(
    sold: Listing, suspend: Any
) -> None:
    other = Category.objects.create(code="soil", name_zh="土", name_en="Soil")
    suspend(category=other.code)
    assert withheld(sold) == []


def test_what_lies_in_a_category_is_suspended_with_it(sold: Listing, suspend: Any) -> None:
    beauty = Category.objects.get(code="beauty")
    care = Category.objects.create(code="hand-care", name_zh="护手", name_en="Care", parent=beauty)
    Product.objects.filter(pk=sold.product_id).update(category=care)
    suspend()
    assert withheld(sold) == [day(22)]


def test_a_day_of_two_marketplaces_is_withheld_as_a_whole(
    sold: Listing, lipstick: Listing, suspend: Any
) -> None:
    """The in-app shop's part would look like all of it."""
    lipstick.periods.create(live_from=clock.start_of(day(100)))
    suspend("in_app")
    report = asked(sold)
    assert report.coverage.withheld == [day(22)]
    assert report.total.value_fen["order"] == 40_000


def test_by_touch_day_what_is_withheld_has_no_part_in_how_much_is_in(
    sold: Listing, suspend: Any
) -> None:
    suspend("community", first=3, last=3)
    report = answer(Question(sold.merchant, day(5), day(1), by=By.DAY, time_base=TimeBase.TOUCH))
    assert day(3) in report.coverage.withheld
    assert day(3) in report.question.open_days
    assert day(3) not in report.maturity.by_day
    assert day(2) in report.maturity.by_day
