"""What no source sends is a dash in every place, and what was answered before stays as it was."""

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import Report, answer
from reports.answers.coverage import given
from reports.answers.cut import cut
from reports.answers.question import By, Question
from reports.attribution.models import ConversionFact, ReportDay
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.pages.report.chart import chart
from reports.pages.report.parts import ReportPage
from reports.sources import verbs
from reports.sources.capability import SentBefore
from reports.sources.models import Source
from reports.tests.factory import conversion, credit, day, publish, touch
from tests.racing import one_after_the_other

BEFORE = timedelta(days=60)


@pytest.fixture
def sold(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> ReportDay:
    """A day of reads and orders: nobody put anything into a cart, and nobody sent anything back."""
    (yesterday,) = publish(shop, day(1))
    for listing in (sunscreen, lipstick):
        touch(yesterday, listing, "view", touchpoints=5)
        credit(yesterday, listing, "order", value_fen=100)
        conversion(yesterday, listing, level="product", value_fen=100)
    return yesterday


def declare(source: str, *, without: Iterable[str] = (), by: User, **more: Any) -> None:
    """A source says that it sends all it sent but some kinds."""
    row = Source.objects.get(code=source)
    verbs.edit(
        row, name_zh=row.name_zh, name_en=row.name_en, unit=row.unit, zone=row.zone,
        most_fen=row.most_fen, rhythm=more.get("rhythm", row.rhythm), by=by,
        delay_days=more.get("delay_days", row.delay_days),
        sends=more.get("sends", [kind for kind in row.sends if kind not in without]),
    )  # fmt: skip


@pytest.fixture
def no_carts(sold: ReportDay, admin: User) -> ReportDay:
    """For long neither of the two sources sends carts or refunds."""
    with clock.at(clock.now() - BEFORE):
        for source in ("taobao_tmall", "in_app"):
            declare(source, without=("cart", "refund"), by=admin)
    return sold


def asked(shop: Merchant, **more: Any) -> Question:
    return Question(shop, day(1), day(1), **more)


def printed(shop: Merchant, form: str, **more: Any) -> str:
    out = io.StringIO()
    days = {"first_on": day(1), "last_on": day(1), **more}
    call_command("report", shop.code, **days, format=form, stdout=out)
    return out.getvalue()


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
    assert "Not connected, no source sends it" in page
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


def test_a_day_before_a_source_began_to_send_is_a_dash(
    shop: Merchant, sunscreen: Listing, admin: User
) -> None:
    publish(shop, *(day(ago) for ago in range(1, 5)))
    with clock.at(clock.now() - BEFORE):
        declare("taobao_tmall", without=("cart",), by=admin)
        declare("in_app", without=("cart",), by=admin)
    with clock.at(clock.start_of(day(2))):
        declare("taobao_tmall", sends=["order", "cart"], by=admin)
    report = answer(Question(shop, day(4), day(1), by=By.DAY))
    assert [row.of(metrics.CARTS) for row in report.rows] == [None, None, 0, 0]


def began_with_orders(shop: Merchant, listing: Listing, kind: str, by: User) -> None:
    """Four days of orders; in the last two `kind` is sent for the first time, and comes."""
    days = publish(shop, *(day(ago) for ago in range(1, 5)))
    with clock.at(clock.now() - BEFORE):
        declare("taobao_tmall", without=(kind,), by=by)
    with clock.at(clock.start_of(day(2))):
        declare("taobao_tmall", sends=["order", "cart", "refund"], by=by)
    for number, report_day in enumerate(sorted(days, key=lambda one: one.on)):
        for one in ("order", kind) if number > 1 else ("order",):
            fen = -40 if one == "refund" else 100
            credit(report_day, listing, one, value_fen=fen)
            conversion(report_day, listing, kind=one, level="product", value_fen=fen)


def test_a_day_before_a_source_began_to_send_is_a_dash_whatever_came_later(
    shop: Merchant, sunscreen: Listing, admin: User
) -> None:
    began_with_orders(shop, sunscreen, "refund", admin)
    report = answer(Question(shop, day(4), day(1), by=By.DAY))
    assert [row.of(metrics.REFUND_VALUE) for row in report.rows] == [None, None, -40, -40]
    assert [row.of(metrics.NET_GMV) for row in report.rows] == [None, None, 60, 60]
    assert [row.of(metrics.GMV) for row in report.rows] == [100] * 4


def test_what_was_not_sent_in_the_days_before_is_not_compared(
    shop: Merchant, sunscreen: Listing, admin: User
) -> None:
    """A net GMV less than before is no fall where nobody knew of refunds then."""
    began_with_orders(shop, sunscreen, "refund", admin)
    page = ReportPage(answer(Question(shop, day(2), day(1))))
    risen = {card.metric.code: card.change_text for card in page.cards}
    assert risen[metrics.NET_GMV.code] == ""
    assert risen[metrics.GMV.code] == "0.0%"


def test_the_chart_has_nothing_on_a_day_before_orders_were_sent(
    shop: Merchant, sunscreen: Listing, admin: User
) -> None:
    days = publish(shop, *(day(ago) for ago in range(1, 5)))
    with clock.at(clock.now() - BEFORE):
        declare("taobao_tmall", without=("order",), by=admin)
    with clock.at(clock.start_of(day(2))):
        declare("taobao_tmall", sends=["order"], by=admin)
    credit(max(days, key=lambda one: one.on), sunscreen, "order", value_fen=100)
    conversion(max(days, key=lambda one: one.on), sunscreen, level="product", value_fen=100)
    drawn = json.loads(chart(answer(Question(shop, day(4), day(1)))))
    assert [series["values"] for series in drawn["series"]] == [
        [None, None, 0.0, 1.0], [None, None, 0.0, 1.0],
    ]  # fmt: skip
    assert drawn["series"][0]["texts"][:2] == ["–", "–"]


def test_an_answer_that_was_given_keeps_its_bytes_when_a_source_says_otherwise(
    shop: Merchant, no_carts: ReportDay, admin: User
) -> None:
    """It tells of today, from when on carts are sent after all."""

    def printed_of(form: str, **more: Any) -> str:
        return printed(shop, form, first_on=day(1), last_on=day(0), **more)

    files = {form: printed_of(form) for form in ("json", "csv")}
    moments = {
        "json": json.loads(files["json"])["as_of"],
        "csv": files["csv"].splitlines()[1].rpartition(",")[2].strip('"'),
    }
    declare("taobao_tmall", sends=["order", "cart"], by=admin)
    declare("in_app", sends=["order", "cart"], by=admin)
    now = json.loads(printed_of("json"))
    assert now["total"]["credited_carts"] == 0
    assert json.loads(files["json"])["total"]["credited_carts"] is None
    for form, text in files.items():
        assert printed_of(form, as_of=datetime.fromisoformat(moments[form])) == text


@pytest.mark.parametrize("as_late", [{"delay_days": 9}, {"rhythm": "each_month"}])
def test_an_answer_that_was_given_says_what_was_due_when_it_was_given(
    shop: Merchant, sold: ReportDay, admin: User, as_late: dict[str, Any]
) -> None:
    """Of today nothing has come; that a source takes longer from now on was not known then."""

    def due(text: str) -> list[tuple[str, bool]]:
        return [(one["due_at"], one["is_overdue"]) for one in json.loads(text)["missing"]]

    Source.objects.update(delay_days=1)
    told = printed(shop, "json", last_on=day(0))
    for source in ("taobao_tmall", "community"):
        declare(source, by=admin, **as_late)
        declare(source, by=admin, delay_days=3)
    assert due(told) != due(printed(shop, "json", last_on=day(0)))
    as_of = datetime.fromisoformat(json.loads(told)["as_of"])
    assert printed(shop, "json", last_on=day(0), as_of=as_of) == told


@pytest.mark.usefixtures("sources_stay")
@pytest.mark.django_db(transaction=True)
def test_who_is_given_an_answer_waits_for_a_source_that_says_otherwise(
    shop: Merchant, sold: ReportDay, admin: User
) -> None:
    """So the moment of the answer is on the side that the answer tells of."""
    question = one_after_the_other(
        lambda: declare("taobao_tmall", sends=["order"], by=admin), lambda: given(asked(shop))
    )
    assert question.as_of is not None
    assert question.as_of > SentBefore.objects.get().until
