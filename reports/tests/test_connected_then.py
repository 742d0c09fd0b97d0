"""What a source sends since when, and what it said when an answer was given."""

import json
from datetime import datetime
from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.giving import given
from reports.answers.question import By, Question
from reports.attribution.models import ReportDay
from reports.metrics import registry as metrics
from reports.pages.report.chart import chart
from reports.pages.report.parts import ReportPage
from reports.sources.capability import SentBefore
from reports.sources.models import Source
from reports.tests.declaring import BEFORE, asked, declare, no_carts, printed, sold
from reports.tests.factory import conversion, credit, day, publish
from tests.racing import one_after_the_other

__all__ = ["no_carts", "sold"]


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
