"""An order in which a note had a part without the credit stands beside what is credited, and is
never added to it, nor to itself."""

import csv
import io
import json
import re
from typing import Any

from django.core.management import call_command
from django.db import models
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO, ORDER, Sums
from reports.metrics.terms import SUMS, Term
from reports.tests.assisting import (
    ALL,
    CODE,
    WITH_ASSISTS,
    ClientOf,
    answered,
    assists,
    downloaded,
    led,
    pinned,
    told,
)
from reports.tests.factory import credit, day, publish

__all__ = ["led", "pinned"]


def test_an_order_counts_once_in_each_row_and_once_in_all(
    shop: Merchant, led: list[ReportDay]
) -> None:
    """The rows of notes and of listings share orders: all together are fewer than their sum."""
    assert told(shop) == ({"Why Sunscreen": 1, "Why Lipstick": 2}, 3)
    of_listings, whole = told(shop, by="listing")
    assert sorted(of_listings.values()) == [1, 2, 2]
    assert whole == 3
    assert told(shop, by="day")[1] == 3
    assert sorted(told(shop, by="day")[0].values()) == [1, 2]
    assert told(shop, by="store_kind")[1] == 3
    assert told(shop, **dict.fromkeys(("first_on", "last_on"), day(2)))[1] == 2


def test_what_counts_an_order_several_times_has_no_such_number(
    shop: Merchant, led: list[ReportDay]
) -> None:
    for asked in ({"by": "placement"}, {"by": "boost"}, {"time_base": "touch"}):
        assert CODE not in answered(shop, **asked)["total"]


def test_a_model_that_credits_each_touch_tells_of_none(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    """Not even of 0, which a reader takes for a fact of his notes: in page, files and command. A
    model that could have one and has not tells of 0."""
    client, address = client_of(alice), reverse("reports:report-detail", args=[shop.code])
    told_of = {}
    for model in Model:
        answer = answered(shop, model=model.value)
        page = client.get(address, {**ALL, "model": model.value})
        said = io.StringIO()
        call_command("report", shop.code, **ALL, model=model.value, format="csv", stdout=said)
        told_of[model] = {
            CODE in answer["total"],
            *(CODE in row for row in answer["rows"]),
            CODE in page.context["table"].columns.names(),
            CODE in said.getvalue(),
        }
    assert {model for model, told in told_of.items() if told == {True}} == WITH_ASSISTS
    assert {model for model, told in told_of.items() if told == {False}} == set(
        Model
    ) - WITH_ASSISTS
    assert told(shop, model="first_touch")[1] == 0


def test_page_file_and_command_say_the_same(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    page = client_of(alice).get(reverse("reports:report-detail", args=[shop.code]), ALL)
    table = page.context["table"]
    assert [row.get_cell(CODE) for row in table.rows] == ["1", "2"]
    assert table.columns[CODE].footer == "3"
    said = io.StringIO()
    call_command("report", shop.code, **ALL, format="csv", stdout=said)
    rows = list(csv.DictReader(io.StringIO(said.getvalue())))
    assert [row[f"Assisted orders [{CODE}]"] for row in rows] == ["1", "2"]
    said = io.StringIO()
    call_command("report", shop.code, **ALL, format="table", stdout=said)
    assert "Assisted orders" in said.getvalue().splitlines()[0]


def test_of_the_rows_that_words_find_nobody_knows_the_number_together(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    """One of them has its own; two may share orders."""
    address = reverse("reports:report-detail", args=[shop.code])
    for words, number in (("Lipstick", "2"), ("Why", "–")):
        table = client_of(alice).get(address, {**ALL, "q": words}).context["table"]
        assert table.columns[CODE].footer == number, words


def test_the_comparison_has_it_beside_what_each_model_credits(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    client, address = client_of(alice), reverse("reports:report-models", args=[shop.code])
    page = client.get(address, ALL).content.decode()
    # Two rows and the foot, each under two models.
    assert len(re.findall(r"assisted \d+", page)) == 3 * len(WITH_ASSISTS)
    assert [int(n) for n in re.findall(r"assisted (\d+)", page)][:1] == [1]
    header = downloaded(client.get(address, {**ALL, "export": "csv"})).splitlines()[0]
    with_it = set(re.findall(rf"\[(\w+)\.{CODE}\]", header))
    assert with_it == {model.value for model in WITH_ASSISTS}
    answer = json.loads(downloaded(client.get(address, {**ALL, "export": "json"})))
    by_model = {
        row["name"]: {model: of.get("assisted_orders") for model, of in row["models"].items()}
        for row in answer["rows"]
    }
    assert by_model["Why Lipstick"] == {
        "last_touch": 2, "first_touch": 0, "linear": None, "time_decay": None,
        "position_based": None,
    }  # fmt: skip
    assert answer["totals"]["last_touch"][CODE] == 3


def test_a_note_and_a_listing_have_it_and_what_has_several_listings_has_not(
    client_of: ClientOf, alice: User, shop: Merchant, lipstick: Listing, led: list[ReportDay]
) -> None:
    keys: dict[str, models.Model] = {
        "note": lipstick.note, "listing": lipstick, "product": lipstick.product,
        "store": lipstick.product.store,
    }  # fmt: skip
    for kind, row in keys.items():
        address = reverse("reports:report-object", args=[shop.code, kind, row.pk])
        answer = client_of(alice).get(address, {**ALL, "export": "json"})
        numbers = json.loads(downloaded(answer))["numbers"]
        assert numbers.get(CODE) == {"note": 2, "listing": 2}.get(kind)


def test_rows_go_in_order_of_their_assists(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    for order, names in (
        (f"-{CODE}", ["Lipstick", "Sunscreen"]),
        (CODE, ["Sunscreen", "Lipstick"]),
    ):
        page = client_of(alice).get(
            reverse("reports:report-detail", args=[shop.code]), {**ALL, "sort": order}
        )
        assert [row.record["name"].split()[-1] for row in page.context["table"].rows] == names


def test_in_a_sample_it_is_an_estimate(shop: Merchant, lipstick: Listing) -> None:
    (yesterday,) = publish(shop, day(2))
    for group in range(20):
        credit(
            yesterday, lipstick, ORDER, credit_micro=None, user_group=group, sampling_ratio=0.5,
            **assists(1, 1, whole=(1, 1)),
        )  # fmt: skip
    answer = answered(shop)
    assert answer["total"][CODE] == 40
    low, high = answer["total"]["intervals"][CODE]
    assert low < 40 < high
    assert low >= 20


def test_no_number_adds_assists_to_anything() -> None:
    for metric in (
        *metrics.BREAKDOWN,
        *metrics.BY_TOUCH_DAY,
        *metrics.UNKNOWN,
        metrics.ORDER_VALUE,
    ):
        term: Any = metric.of(SUMS)
        assert isinstance(term, Term)
        is_it = metric == metrics.ASSISTED
        assert ("assisted" in term.columns) is is_it, metric.code
        assert not is_it or term.columns == {"assisted"}


def test_two_notes_together_have_no_number_and_one_on_two_days_has() -> None:
    def of(*notes: int) -> Any:
        parts = [Sums(assisted_of={note}) for note in notes]
        for part in parts:
            part.assisted.take(ORDER, 1, None, None)
            part.credited_micro.take(ORDER, MICRO, None, None)
        return Sums.of(parts)

    assert metrics.ASSISTED.of(of(1, 2)) is None
    assert metrics.ORDERS.of(of(1, 2)) == 2 * MICRO
    assert metrics.ASSISTED.of(of(1, 1)) == 2
