"""By the day of the touch a number counts in full where everything was sent in the whole window."""

import json
from datetime import date
from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock, words
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.connected import Connected
from reports.answers.counted_days import counted_days
from reports.answers.question import Question, TimeBase
from reports.metrics import registry as metrics
from reports.tests.declaring import BEFORE, declare, printed
from reports.tests.factory import conversion, credit, day, publish, touch
from reports.tests.test_counted_days import fetched

BY_TOUCH = {"time_base": "touch", "window_days": 1}


@pytest.fixture
def began(shop: Merchant, sunscreen: Listing, admin: User) -> None:
    """Orders are sent since the third of five days; what is read on a day earns until the next."""
    days = sorted(publish(shop, *(day(ago) for ago in range(1, 6))), key=lambda one: one.on)
    with clock.at(clock.now() - BEFORE):
        declare("taobao_tmall", without=("order",), by=admin)
    with clock.at(clock.start_of(day(3))):
        declare("taobao_tmall", sends=["order", "refund"], by=admin)
    for number, report_day in enumerate(days):
        touch(report_day, sunscreen, "view", touchpoints=5)
        if number > 1:
            before = days[number - 1].on
            credit(report_day, sunscreen, "order", value_fen=100, window_days=1, touched_on=before)
            conversion(report_day, sunscreen, level="product", value_fen=100, window_days=1)


def of_touches(shop: Merchant) -> str:
    """On which days orders are counted, in words."""
    question = Question(shop, day(5), day(1), time_base=TimeBase.TOUCH, window_days=1)
    return str(counted_days(answer(question).facts, metrics.ORDERS))


@pytest.mark.usefixtures("began")
def test_a_day_in_whose_window_orders_began_to_be_sent_is_not_counted_in_full(
    shop: Merchant, client_of: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In page, CSV, JSON and command. What was read the day before they began has a part of its
    orders; the twin takes that part for the whole."""
    since = f"in full only since {words.day(day(3))}"
    assert of_touches(shop) == since
    asked: dict[str, Any] = {"first_on": day(5), "last_on": day(1), **BY_TOUCH}
    client = client_of(alice)
    assert since in fetched(client, "report-detail", shop, **asked)
    line = fetched(client, "report-detail", shop, export="csv", **asked)
    assert f"credited_orders {day(3)}/{day(1)}" in line["Counted only on some days"]
    told = json.loads(printed(shop, "json", **asked))["counted_on"]
    assert told["credited_orders"] == [[day(3).isoformat(), day(1).isoformat()]]
    assert since in printed(shop, "table", **asked)

    def by_parts(self: Connected, kind: str, on: date) -> frozenset[str]:
        return self._lacking({kind}, [on])

    monkeypatch.setattr(Connected, "_lacking_within", by_parts)
    assert of_touches(shop) == f"only since {words.day(day(4))}"


def test_where_orders_were_sent_all_along_nothing_is_said(
    shop: Merchant, sunscreen: Listing
) -> None:
    publish(shop, *(day(ago) for ago in range(1, 6)))
    assert of_touches(shop) == "None"
