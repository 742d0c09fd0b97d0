"""What sales leave by what a merchant assumes: of each day its own shares, as they were known."""

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import commands
from portal.accounts.models import User
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase
from reports.answers.rows import RankedRows
from reports.metrics.worth import CONTRIBUTION, CONTRIBUTION_TO_COST
from reports.tests.factory import credit, day, publish
from reports.tests.spent import assumed, boost_of, delivered, paid
from reports.tests.test_spending import asked, in_csv, printed

ClientOf = Callable[[User], Client]


@pytest.fixture
def sold(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> None:
    """¥100 and ¥10 on two days, and ¥20 of another note on the second. Of a sale 0.9 x 0.35 is left
    on the first, on the second 0.9 x 0.15."""
    first, second = publish(shop, day(20), day(19))
    credit(first, sunscreen, "order", value_fen=10_000)
    credit(second, sunscreen, "order", value_fen=1_000)
    credit(second, lipstick, "order", value_fen=2_000)
    assumed(shop, day(40))
    assumed(shop, day(19), margin=200)


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize("base", TimeBase)
def test_each_sale_is_taken_at_what_is_assumed_of_its_own_day(
    shop: Merchant, base: TimeBase
) -> None:
    left = {"Why Sunscreen": 3150 + 135, "Why Lipstick": 270}
    report = answer(asked(shop, By.NOTE, base))
    assert {row.label.text: CONTRIBUTION.of(row.sums) for row in report.rows} == left
    by_day = answer(asked(shop, By.DAY, base))
    assert [CONTRIBUTION.of(row.sums) for row in by_day.rows] == [3150, 405]
    for by in By:
        assert CONTRIBUTION.of(answer(asked(shop, by, base)).total) == 3555, by


@pytest.mark.usefixtures("sold")
def test_page_command_and_files_say_the_shares_and_their_dates(
    client_of: ClientOf, alice: User, shop: Merchant
) -> None:
    question = {"first_on": day(20), "last_on": day(19)}
    place = reverse("reports:report-detail", args=[shop.code], query=question)
    page = client_of(alice).get(place).content.decode()
    for text in (page, printed(shop, "table", time_base="order")):
        assert "¥35.55" in text
        assert "Margin 40.0% from" in text
        assert "Return rate 10.0% from" in text
        assert "(Books)" in text
    told = json.loads(printed(shop, "json", time_base="order"))
    assert told["total"]["expected_contribution"] == "3555"
    assert [(one["what"], one["permille"]) for one in told["assumptions"]] == [
        ("margin", 400), ("margin", 200), ("return_rate", 100), ("return_rate", 100),
        ("platform_commission", 50), ("platform_commission", 50),
    ]  # fmt: skip
    row = in_csv(printed(shop, "csv", time_base="order"))[f"note-{shop.pk}-sunscreen"]
    assert row["expected_contribution"] == "32.85"
    assert f"margin 200‰ {day(19)}" in row["Assumed"]


def test_without_one_of_the_shares_nothing_is_told(shop: Merchant, sunscreen: Listing) -> None:
    """The twin: with the last of them it is."""
    [first] = publish(shop, day(20))
    credit(first, sunscreen, "order", value_fen=10_000)
    assumed(shop, day(40), return_rate=None)
    assert "expected_contribution" not in {one.code for one in answer(asked(shop)).columns}
    assert "Assumed" not in printed(shop, "table")
    assumed(shop, day(40))
    assert CONTRIBUTION.of(answer(asked(shop)).total) == 3150
    assert "Assumed" in printed(shop, "table")


@pytest.mark.usefixtures("sold")
def test_a_sum_with_sales_of_a_day_without_a_share_is_unknown(shop: Merchant) -> None:
    """The note that sold on that day has a dash, and so has the whole."""
    assumed(shop, day(19), margin=None)
    rows = answer(asked(shop, By.NOTE, TimeBase.ORDER)).rows
    assert [CONTRIBUTION.of(row.sums) for row in rows] == [None, None]
    by_day = answer(asked(shop, By.DAY, TimeBase.ORDER))
    assert [CONTRIBUTION.of(row.sums) for row in by_day.rows] == [3150, None]
    assert CONTRIBUTION.of(by_day.total) is None
    assert "Not all shares are assumed of" in printed(shop, "table", time_base="order")


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize("is_descending", [True, False])
def test_postgresql_puts_rows_in_the_order_of_what_they_leave(
    shop: Merchant, sunscreen: Listing, is_descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(sunscreen.note, day(19), 500)
    for metric in (CONTRIBUTION, CONTRIBUTION_TO_COST):
        for most in (turning.MOST_COUNTED, 1):
            with monkeypatch.context() as few:
                few.setattr(turning, "MOST_COUNTED", most)
                rows = answer(asked(shop, By.NOTE)).rows
                ordered = rows.in_order(metric, is_descending=is_descending)
                assert isinstance(ordered, RankedRows)
                values = [metric.of(row.sums) for row in ordered[:5]]
                known = [value for value in values if value is not None]
                assert known
                assert values[: len(known)] == sorted(known, reverse=is_descending)


@pytest.mark.usefixtures("sold")
def test_what_sales_leave_is_divided_by_what_the_merchant_paid(
    shop: Merchant, sunscreen: Listing
) -> None:
    """What the platform paid of a boost is no cost of his."""
    delivered(boost_of(sunscreen.note, platform=200), day(20), 500)
    paid(sunscreen.note, day(19), 700)
    total = answer(asked(shop, By.NOTE)).total
    assert CONTRIBUTION_TO_COST.of(total) == Fraction(3555, 300 + 700)
    by_order_day = answer(asked(shop, By.NOTE, TimeBase.ORDER)).columns
    assert CONTRIBUTION_TO_COST.code not in {one.code for one in by_order_day}


@pytest.mark.usefixtures("sold")
def test_what_was_given_is_given_again_whatever_is_assumed_later(shop: Merchant) -> None:
    given: dict[str, Any] = {form: printed(shop, form) for form in ("csv", "json")}
    moment = commands.moment(json.loads(given["json"])["as_of"])
    of_csv = commands.moment(given["csv"].splitlines()[1].rpartition(",")[2])
    assumed(shop, day(40), margin=900)
    again = {
        "csv": printed(shop, "csv", as_of=of_csv), "json": printed(shop, "json", as_of=moment)
    }  # fmt: skip
    assert again == given
    changed = json.loads(printed(shop, "json"))["total"]["expected_contribution"]
    assert changed == str(10_000 * 9 * 85 // 100 // 10 + 405)


def test_who_assumes_nothing_reads_of_nothing_and_pays_one_query(
    shop: Merchant, sunscreen: Listing, django_assert_num_queries: Any
) -> None:
    [first] = publish(shop, day(20))
    credit(first, sunscreen, "order", value_fen=10_000)
    report = answer(Question(shop, day(20), day(19)))
    with django_assert_num_queries(1):
        assert not report.facts.worth.is_any
    with django_assert_num_queries(0):
        assert not report.facts.worth.is_any
    assert "expected_contribution" not in printed(shop, "csv")
