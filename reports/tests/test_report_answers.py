from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from reports.answers.answer import Report, answer, facts_before
from reports.answers.coverage import spans
from reports.answers.question import BadRange, By, Question
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.sums import Sums
from reports.tests.factory import conversion, credit, day, publish, touch

pytestmark = pytest.mark.django_db


def ask(merchant: Merchant, ago: tuple[int, int] = (3, 1), **more: Any) -> Report:
    return answer(Question(merchant, day(ago[0]), day(ago[1]), **more))


def test_rows_add_up_to_the_total_exactly(
    shop: Merchant, sunscreen: Listing, lipstick: Listing
) -> None:
    (today,) = publish(shop, day(1))
    for listing, micro, fen in ((sunscreen, 333_333, 33), (lipstick, 666_667, 67)):
        credit(today, listing, "order", credit_micro=micro, value_fen=fen, model=Model.LINEAR)
        touch(today, listing, "view", touchpoints=micro)
    for by in By:
        report = ask(shop, model=Model.LINEAR, by=by)
        added = Sums()
        for row in report.rows:
            added.add(row.sums or Sums())
        assert added == report.total
        assert metrics.ORDERS.of(report.total) == 1_000_000
        assert metrics.GMV.of(report.total) == 100
        assert metrics.READS.of(report.total) == 1_000_000


def test_credit_of_another_model_or_window_is_not_in_it(shop: Merchant, sunscreen: Listing) -> None:
    (today,) = publish(shop, day(1))
    credit(today, sunscreen, "order", value_fen=100)
    credit(today, sunscreen, "order", value_fen=200, model=Model.LINEAR)
    credit(today, sunscreen, "order", value_fen=400, window_days=30)
    assert metrics.GMV.of(ask(shop).total) == 100
    assert metrics.GMV.of(ask(shop, model=Model.LINEAR).total) == 200
    assert metrics.GMV.of(ask(shop, window_days=30).total) == 400


def test_a_superseded_day_is_not_in_it(shop: Merchant, sunscreen: Listing) -> None:
    (old,) = publish(shop, day(1))
    credit(old, sunscreen, "order", value_fen=999)
    old.superseded_at = clock.now()
    old.save()
    (new,) = publish(shop, day(1))
    credit(new, sunscreen, "order", value_fen=100)
    assert metrics.GMV.of(ask(shop).total) == 100


def test_the_facts_of_another_merchant_are_not_in_it(
    shop: Merchant, sunscreen: Listing, rival: Merchant, list_product: Any
) -> None:
    theirs = list_product(rival, "Serum")
    (today,) = publish(rival, day(1))
    credit(today, theirs, "order", value_fen=100)
    conversion(today, theirs)
    report = ask(shop)
    assert list(report.rows) == []
    assert metrics.ALL_ORDERS.of(report.orders) == 0


def test_a_day_without_a_report_day_is_a_gap_and_not_zero(
    shop: Merchant, sunscreen: Listing
) -> None:
    (computed,) = publish(shop, day(2))
    credit(computed, sunscreen, "order", value_fen=100)
    report = ask(shop, by=By.DAY)
    assert [row.sums is None for row in report.rows] == [True, False, True]
    assert report.coverage.gaps == [day(3), day(1)]
    assert not report.coverage.is_whole


def test_a_computed_day_without_events_is_zero(shop: Merchant) -> None:
    publish(shop, day(1))
    (row,) = ask(shop, (1, 1), by=By.DAY).rows
    assert metrics.GMV.of(row.sums) == 0


def test_a_stale_day_is_named(shop: Merchant) -> None:
    publish(shop, day(2), stale_at=clock.now())
    publish(shop, day(1))
    assert ask(shop).coverage.stale == [day(2)]


def test_an_unknown_value_stays_unknown(
    shop: Merchant, sunscreen: Listing, lipstick: Listing
) -> None:
    (today,) = publish(shop, day(1))
    credit(today, sunscreen, "order", value_fen=None)
    credit(today, lipstick, "order", value_fen=500)
    report = ask(shop, by=By.LISTING)
    worth = {row.label.text: metrics.GMV.of(row.sums) for row in report.rows}
    assert worth == {"Sunscreen": None, "Lipstick": 500}
    assert metrics.GMV.of(report.total) == 500
    assert metrics.UNPRICED.of(report.total) == 1_000_000


def test_refunds_stand_beside_gmv_and_net_is_their_sum(shop: Merchant, sunscreen: Listing) -> None:
    (today,) = publish(shop, day(1))
    credit(today, sunscreen, "order", value_fen=500)
    credit(today, sunscreen, "refund", value_fen=-200)
    total = ask(shop).total
    assert metrics.GMV.of(total) == 500
    assert metrics.REFUND_VALUE.of(total) == -200
    assert metrics.NET_GMV.of(total) == 300


def test_matched_orders_of_all_orders(shop: Merchant, sunscreen: Listing) -> None:
    (today,) = publish(shop, day(1))
    conversion(today, sunscreen, conversions=6, value_fen=600)
    conversion(today, sunscreen, conversions=3, value_fen=300, level="product")
    conversion(today, sunscreen, conversions=1, value_fen=100, level="click_id")
    conversion(today, sunscreen, conversions=5, value_fen=-10, kind="refund")
    orders = ask(shop).orders
    assert metrics.ALL_ORDERS.of(orders) == 10
    assert metrics.MATCHED_ORDERS.of(orders) == 4
    assert metrics.UNMATCHED_ORDERS.of(orders) == 6
    assert metrics.MATCH_RATE.of(orders) == Fraction(2, 5)
    assert metrics.MATCHED_GMV.of(orders) == 400


def test_ratios_are_ratios_of_sums(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> None:
    (today,) = publish(shop, day(1))
    touch(today, sunscreen, "view", touchpoints=1000)
    touch(today, lipstick, "view", touchpoints=3000)
    credit(today, sunscreen, "order", value_fen=1000)
    assert metrics.GMV_PER_MILLE.of(ask(shop).total) == 250


def test_touches_go_to_the_kind_of_store_their_listing_leads_to(
    shop: Merchant, sunscreen: Listing, lipstick: Listing
) -> None:
    (today,) = publish(shop, day(1))
    touch(today, sunscreen, "view", touchpoints=5)
    touch(today, lipstick, "view", touchpoints=7)
    rows = {row.label.key: metrics.READS.of(row.sums) for row in ask(shop, by=By.STORE_KIND).rows}
    assert rows == {"tmall": 5, "in_app": 7}


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (date(1970, 1, 1), date(1970, 1, 30), "begin on 2013-01-01"),
        (date(2013, 1, 1), date(2999, 1, 1), "end today"),
        (day(1), day(2), "on or after"),
        (day(400), day(0), "at most 400 days; these are 401"),
    ],
)
def test_days_that_cannot_be_a_report_are_refused(
    shop: Merchant, first: date, last: date, sentence: str
) -> None:
    with pytest.raises(BadRange, match=sentence):
        Question(shop, first, last)


@pytest.mark.parametrize("by", By)
def test_an_answer_takes_a_bounded_number_of_queries(
    shop: Merchant, sunscreen: Listing, by: By, django_assert_max_num_queries: Any
) -> None:
    (today,) = publish(shop, day(1))
    credit(today, sunscreen, "order", value_fen=100)
    # Three of them say what is not connected: rows with a dash come last.
    with django_assert_max_num_queries(12):
        ask(shop, by=by)


def test_a_total_is_compared_with_complete_days_before_it_only(
    shop: Merchant, sunscreen: Listing
) -> None:
    before, _asked = publish(shop, day(2), day(1))
    credit(before, sunscreen, "order", value_fen=400)
    facts = facts_before(Question(shop, day(1), day(1)))
    assert facts is not None
    assert metrics.GMV.of(facts.everything) == 400
    assert facts_before(Question(shop, day(2), day(1))) is None


def test_spans_join_neighbours() -> None:
    one = date(2026, 11, 1)
    two, seven = one + timedelta(days=1), one + timedelta(days=6)
    assert spans([one, two, seven]) == [(one, two), (seven, seven)]
