"""What conversion facts count of orders beside their lines: numbers, items, new customers."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from merchants.listings.models import Listing
from reports.answers.facts import COUNTED
from reports.attribution.models import ConversionFact
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch

pytestmark = pytest.mark.django_db


def counted(kind: str) -> dict[str, int]:
    facts = ConversionFact.objects.filter(kind=kind, window_days=15)
    found: dict[str, int] = facts.aggregate(**{what: Sum(what) for what in COUNTED})
    return found


def test_three_lines_of_one_order_number_are_one_order(sold: Listing, take: Take) -> None:
    """`sold` has one line without a number; nobody says of it how many items, and whose it is."""
    take("community", touch("other", sold, days_ago=1, user_id="u9"))
    take(
        "taobao_tmall",
        order("l1", sold, order_id="o1", quantity=2, is_new_customer=True),
        order("l2", sold, order_id="o1", quantity=3, is_new_customer=True, user_id="u9"),
        order("l3", sold, order_id="o1", is_new_customer=True, value_fen=None),
        order("l4", sold, order_id="o2", quantity=1, is_new_customer=False),
        order("d1", sold, order_id="o3", quantity=9, kind="presale_deposit"),
    )
    attribute()
    assert counted("order") == {
        "numbers": 3, "units": 6, "without_units": 2, "newcomers": 1, "maybe_newcomers": 1,
    }  # fmt: skip
    assert counted("presale_deposit")["numbers"] == 0
    assert counted("presale_deposit")["units"] == 0


def test_the_same_number_on_another_day_is_an_order_of_that_day(sold: Listing, take: Take) -> None:
    take(
        "taobao_tmall",
        order("l1", sold, order_id="o1"),
        order("l2", sold, order_id="o1", occurred_at=noon(1)),
    )
    attribute(LAST - timedelta(days=1), LAST)
    assert counted("order")["numbers"] == 3


def test_visits_of_new_visitors_are_counted(sold: Listing, take: Take) -> None:
    told = {"v1": True, "v2": False, "v3": None}
    take(
        "taobao_tmall",
        *(order(v, sold, kind="visit", value_fen=None, is_new_visitor=t) for v, t in told.items()),
    )
    attribute()
    found = counted("visit")
    assert (found["newcomers"], found["maybe_newcomers"], found["numbers"]) == (1, 1, 0)
