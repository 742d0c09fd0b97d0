"""Labels, feet, changes and sums say no more than is known."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.answers.facts import COUNTED
from reports.answers.question import By
from reports.metrics import registry as metrics
from reports.metrics.sums import Sums
from reports.pages.report.cards import Card
from reports.tests.factory import conversion, credit, day, publish, touch

pytestmark = pytest.mark.django_db


def address(shop: Merchant, ago: tuple[int, int] = (2, 1), **more: Any) -> str:
    asked = {"first_on": day(ago[0]).isoformat(), "last_on": day(ago[1]).isoformat(), **more}
    return reverse("reports:report-detail", args=[shop.code], query=asked)


def printed(shop: Merchant, **asked: Any) -> str:
    said = io.StringIO()
    call_command("report", shop.code, first_on=day(2), last_on=day(1), **asked, stdout=said)
    return said.getvalue()


@pytest.fixture
def half_known(shop: Merchant, sunscreen: Listing) -> Listing:
    """Three orders: one of ¥5.00, two whose value nobody sent; and a refund without a value."""
    days = publish(shop, day(2), day(1))
    credit(days[0], sunscreen, "order", value_fen=500)
    credit(days[0], sunscreen, "order", value_fen=None, credit_micro=2_000_000)
    credit(days[1], sunscreen, "refund", value_fen=None)
    conversion(days[0], sunscreen, level="product", value_fen=500)
    conversion(days[0], sunscreen, level="product", value_fen=None, conversions=2)
    return sunscreen


def test_what_has_no_known_value_is_counted_beside_the_sum_on_the_page(
    client_of: Any, alice: User, shop: Merchant, half_known: Listing
) -> None:
    page = client_of(alice).get(address(shop)).content.decode()
    cell = '¥5.00<div class="text-secondary small">2 of unknown value</div>'
    assert page.replace("\n", "").count(cell) == 3, "the row, the foot, the level"
    assert '<div class="text-secondary tabular">2 of unknown value</div>' in page
    chart = json.loads(client_of(alice).get(address(shop)).context["page"].chart)
    assert chart["series"][0]["texts"][0] == "¥5.00, 2 of unknown value"


def test_the_page_of_an_object_counts_it_too(
    client_of: Any, alice: User, shop: Merchant, half_known: Listing
) -> None:
    url = reverse("merchants:note-detail", args=[shop.code, half_known.note.pk])
    assert "2 of unknown value" in client_of(alice).get(url).content.decode()


def test_files_and_the_command_count_it_in_columns_of_their_own(
    shop: Merchant, half_known: Listing
) -> None:
    [row] = csv.DictReader(io.StringIO(printed(shop, format="csv")))
    found = {name.split("[")[1].rstrip("]"): value for name, value in row.items() if "[" in name}
    assert found["credited_gmv"] == "5.00"
    assert found["unpriced_orders"] == "2.00"
    assert found["credited_refund_value"] == ""
    assert found["unpriced_refunds"] == "1.00"
    assert found["credited_net_gmv"] == ""
    assert found["unpriced_orders_and_refunds"] == "3.00"
    answer = json.loads(printed(shop, format="json"))
    for sums in (answer["total"], *answer["rows"]):
        assert (sums["credited_gmv"], sums["unpriced_orders"]) == (500, 2_000_000)
        assert (sums["credited_refund_value"], sums["unpriced_refunds"]) == (None, 1_000_000)
    assert (answer["orders"]["all_gmv"], answer["orders"]["all_unpriced_orders"]) == (500, 2)
    assert "GMV of all orders: ¥5.00, 2 of unknown value" in printed(shop)


def test_where_all_is_known_nothing_is_said_of_it(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    (yesterday,) = publish(shop, day(1))
    credit(yesterday, sunscreen, "order", value_fen=500)
    conversion(yesterday, sunscreen, level="product", value_fen=500)
    assert "of unknown value" not in client_of(alice).get(address(shop)).context["page"].chart
    assert "of unknown value" not in printed(shop)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (1000, 1500, "+50.0%"),
        (1000, -500, "−150.0%"),
        (-1000, 2000, "+¥30.00"),
        (-1000, -3000, "−¥20.00"),
        (0, 2000, ""),
    ],
)
def test_a_change_has_the_sign_of_what_happened(before: int, now: int, change: str) -> None:
    card = Card(metrics.NET_GMV, "", rise=now - before, before=before)
    assert card.change_text == change


def test_a_rise_from_below_nothing_is_shown_as_a_rise(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    before, now = publish(shop, day(2), day(1))
    credit(before, sunscreen, "order", value_fen=0)
    credit(before, sunscreen, "refund", value_fen=-5000)
    credit(now, sunscreen, "order", value_fen=100)
    page = client_of(alice).get(address(shop, (1, 1))).content.decode()
    assert "+¥51.00" in page
    assert "-102" not in page


def test_the_table_of_days_shows_every_day_that_its_foot_sums(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    for report_day in publish(shop, *(day(ago) for ago in range(1, 61))):
        touch(report_day, sunscreen, "view")
    table = client_of(alice).get(address(shop, (60, 1), by="day")).context["table"]
    shown = [row.record["row"].sums for row in table.paginated_rows]
    assert metrics.READS.of(Sums.of(shown)) == metrics.READS.of(table.sums) == 60


def test_the_foot_says_that_it_sums_what_words_found(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing, lipstick: Listing
) -> None:
    (yesterday,) = publish(shop, day(1))
    for listing, fen in ((sunscreen, 500), (lipstick, 300)):
        credit(yesterday, listing, "order", value_fen=fen)
    for by, words in ((By.NOTE, "sunscreen"), (By.STORE_KIND, "tmall")):
        for q, foot, gmv in (("", "Sum of all rows", 800), (words, "Sum of the rows found", 500)):
            answered = client_of(alice).get(address(shop, by=by, q=q))
            assert foot in answered.content.decode()
            assert metrics.GMV.of(answered.context["table"].sums) == gmv
    models = reverse("reports:report-models", args=[shop.code])
    said = client_of(alice).get(models, {"q": "sunscreen"}).content.decode()
    assert "Sum of the rows found" in said


def test_a_refunded_deposit_changes_neither_gmv_nor_net_gmv(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    """Deposits and their refunds have numbers of their own."""
    (yesterday,) = publish(shop, day(1))
    for kind, fen in (
        ("order", 10_000), ("refund", -1_000),
        ("presale_deposit", 5_000), ("deposit_refund", -5_000),
    ):  # fmt: skip
        credit(yesterday, sunscreen, kind, value_fen=fen)
        conversion(yesterday, sunscreen, kind=kind, value_fen=fen, level="product")
    answer = json.loads(printed(shop, format="json"))
    for sums in (answer["total"], *answer["rows"]):
        assert (sums["credited_gmv"], sums["credited_net_gmv"]) == (10_000, 9_000)
        assert sums["credited_deposit_value"] == 5_000
        assert sums["credited_deposit_refund_value"] == -5_000
    orders = answer["orders"]
    assert (orders["all_gmv"], orders["all_refund_value"], orders["all_net_gmv"]) == (
        10_000, -1_000, 9_000,
    )  # fmt: skip
    assert (orders["all_deposit_value"], orders["all_deposit_refund_value"]) == (5_000, -5_000)


def test_an_order_of_three_lines_is_one_order_by_its_number(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    (yesterday,) = publish(shop, day(1))
    conversion(
        yesterday, sunscreen, conversions=3, numbers=1, units=4, without_units=1, newcomers=1
    )
    page = client_of(alice).get(address(shop)).content.decode()
    whole = dict(re.findall(r'data-metric="(\w+)"[^>]*>[^<]*</a></dt><dd[^>]*>(.*?)</dd>', page))
    assert whole["all_order_numbers"] == "1"
    assert whole["all_units"] == "4, 1 unknown"
    assert whole["new_customer_orders"] == "1"
    assert "All orders: 3 · " in printed(shop)
    assert "All orders by order number: 1 · Item units: 4, 1 unknown" in printed(shop)


def test_what_was_not_counted_when_a_day_was_computed_is_unknown_and_not_0(
    shop: Merchant, sunscreen: Listing
) -> None:
    (yesterday,) = publish(shop, day(1))
    uncounted = dict.fromkeys(COUNTED)
    conversion(yesterday, sunscreen, conversions=3, **uncounted)
    orders = json.loads(printed(shop, format="json"))["orders"]
    assert (orders["all_orders"], orders["all_order_numbers"], orders["all_units"]) == (
        3,
        None,
        None,
    )


def test_new_customers_of_whom_nobody_says_anything_are_unknown_and_not_0(
    shop: Merchant, sunscreen: Listing
) -> None:
    (yesterday,) = publish(shop, day(1))
    conversion(yesterday, sunscreen, maybe_newcomers=1)
    conversion(yesterday, sunscreen, kind="visit", conversions=2, newcomers=1, maybe_newcomers=1)
    orders = json.loads(printed(shop, format="json"))["orders"]
    assert (orders["new_customer_orders"], orders["new_visitor_visits"]) == (None, 1)
