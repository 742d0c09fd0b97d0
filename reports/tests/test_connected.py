"""What no source sends is a dash in every place, and what was answered before stays as it was."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import Report, answer
from reports.answers.cut import cut
from reports.answers.question import By
from reports.attribution.models import ConversionFact, ReportDay
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.tests.declaring import BEFORE, asked, declare, no_carts, printed, sold
from reports.tests.factory import conversion, day

__all__ = ["no_carts", "sold"]


def cells(page: str, code: str) -> list[str]:
    """What stands in a column of the page's table, foot included, for people who see it."""
    table = page[page.index('id="table"') :]
    heads = re.findall(r"<th\b[^>]*>", table[: table.index("</thead>")])
    place = next(k for k, head in enumerate(heads) if f'data-metric="{code}"' in head)
    rows = re.findall(r"<tr.*?</tr>", table[table.index("</thead>") :], re.DOTALL)
    found = []
    for row in rows:
        cell = re.findall(r"<t[dh]\b.*?</t[dh]>", row, re.DOTALL)[place]
        seen = re.sub(r'<span class="visually-hidden">.*?</span>', "", cell)
        found.append(re.sub(r"<[^>]+>", "", seen).strip())
    return found


def test_what_nobody_sends_is_a_dash_in_page_csv_json_and_command(
    shop: Merchant, no_carts: ReportDay, client_of: Any, alice: User
) -> None:
    """Credited refunds, and so net GMV, too: nobody knows what is left."""
    address = reverse(
        "reports:report-detail", args=[shop.code], query={"first_on": day(1), "last_on": day(1)}
    )
    page = client_of(alice).get(address).content.decode()
    assert "Not connected: " in page
    codes = ("credited_carts", "credited_refund_value", "credited_net_gmv")
    for code in codes:
        assert cells(page, code) == ["–", "–", "–"]
    assert cells(page, "credited_orders") == ["1", "1", "2"]
    head, *rows = csv.reader(io.StringIO(printed(shop, "csv")))
    columns = {name.split("[")[-1].rstrip("]"): place for place, name in enumerate(head)}
    assert [[row[columns[code]] for code in codes] for row in rows] == [["", "", ""]] * 2
    assert {*codes} <= {*rows[0][columns["Not connected"]].split()}
    told = json.loads(printed(shop, "json"))
    lacking = {one["code"] for one in told["metrics"] if not one["is_connected"]}
    assert {*codes, "all_net_gmv", "unknown_refunds"} <= lacking
    values = told["total"] | told["orders"]
    assert {values[code] for code in lacking} == {None}
    assert {row[code] for row in told["rows"] for code in codes} == {None}
    assert told["total"]["credited_gmv"] == 200
    assert "Not connected: Credited refunds" in printed(shop, "table")


def values(report: Report, metric: Any) -> list[Any]:
    return [report.metric(metric).of(report.total), *(row.of(metric) for row in report.rows)]


@pytest.mark.parametrize("by", By)
def test_what_is_sent_is_0_in_every_breakdown(shop: Merchant, sold: ReportDay, by: By) -> None:
    """The twin: the same facts, and sources that send carts."""
    assert {*values(answer(asked(shop, by=by)), metrics.CARTS)} == {0}


@pytest.mark.parametrize("by", By)
def test_what_is_not_sent_is_unknown_in_every_breakdown(
    shop: Merchant, no_carts: ReportDay, by: By
) -> None:
    report = answer(asked(shop, by=by))
    assert {*values(report, metrics.CARTS)} == {None}
    assert None not in values(report, metrics.ORDERS)


def test_every_metric_is_a_dash_where_one_of_its_kinds_is_not_sent(
    shop: Merchant, sold: ReportDay
) -> None:
    """All of the registry but what is expected, with each kind that it is made of."""
    report = answer(asked(shop))
    for metric in metrics.REGISTRY.values():
        if metric in metrics.MATURITY:
            continue
        of: Any = report.orders if metric in metrics.ORDERS_IN_FILES else report.total
        for kind in metric.kinds:
            blank: Any = metric.without(frozenset({kind}))
            assert blank.of(of) is None
        assert printing.text(blank.of(of), metric.unit) == "–"


def test_what_came_although_nobody_had_said_so_is_shown(
    shop: Merchant, no_carts: ReportDay, sunscreen: Listing
) -> None:
    """Not one of the carts is credited, and 0 is known."""
    conversion(no_carts, sunscreen, kind="cart")
    assert {*values(answer(asked(shop)), metrics.CARTS)} == {0}
    by_kind = {
        row.label.key: row.of(metrics.CARTS) for row in answer(asked(shop, by=By.STORE_KIND)).rows
    }
    assert by_kind == {"tmall": 0, "in_app": None}


def test_what_one_marketplace_sends_is_a_dash_for_the_others_alone(
    shop: Merchant, sold: ReportDay, sunscreen: Listing, lipstick: Listing, admin: User,
    client_of: Any, alice: User,
) -> None:  # fmt: skip
    with clock.at(clock.now() - BEFORE):
        declare("in_app", without=("cart",), by=admin)
    for by in (By.STORE_KIND, By.LISTING):
        report = answer(asked(shop, by=by))
        assert report.metric(metrics.CARTS).of(report.total) == 0
        assert sorted(map(str, (row.of(metrics.CARTS) for row in report.rows))) == ["0", "None"]
    page = client_of(alice).get(reverse("reports:report-detail", args=[shop.code]))
    assert "Credited carts: not connected for In-app shop" in page.content.decode()


def test_the_numbers_of_an_object_are_dashes_where_nobody_sends_them(
    shop: Merchant, sold: ReportDay, sunscreen: Listing, lipstick: Listing, admin: User
) -> None:
    with clock.at(clock.now() - BEFORE):
        declare("taobao_tmall", without=("order",), by=admin)

    def orders(row: Any) -> Any:
        found = cut(asked(shop), row)
        [metric] = [metric for metric in found.metrics if metric.code == metrics.ORDERS.code]
        return metric.of(found.sums)

    assert orders(sunscreen) == 1_000_000, "orders came although nobody had said so"
    ConversionFact.objects.filter(store_kind="tmall").delete()
    assert [orders(row) for row in (sunscreen, sunscreen.product, sunscreen.product.store)] == [
        None, None, None,
    ]  # fmt: skip
    assert orders(lipstick) == 1_000_000
