"""By touch day a report says how much is in, and what is expected, apart from what is counted."""

import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.question import By, TimeBase
from reports.attribution.models import ReportDay
from reports.sources.models import Source
from reports.tests.factory import day
from reports.tests.known_delays import known
from reports.tests.maturing import address, ask, law, page_of_report, printed, shares, sold

__all__ = ["law", "sold"]


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
        with django_assert_max_num_queries(32):
            client.get(address(shop, by=by))
