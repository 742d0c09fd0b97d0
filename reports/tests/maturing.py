"""Touches whose orders are still to come, for tests."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase
from reports.attribution.models import ReportDay
from reports.metrics.sums import MICRO
from reports.tests.factory import credit, day, publish, touch
from reports.tests.known_delays import known

FIRST, LAST = 17, 1


@pytest.fixture
def sold(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> dict[date, ReportDay]:
    """Half of all orders come on the day of the touch, the others five days later. Sunscreen was
    read 100 times each day; lipstick 300 times, and yesterday alone. Both sold 40 times at once."""
    days = {one.on: one for one in publish(shop, *(day(ago) for ago in range(40)))}
    for ago in (17, 8, 3, 1):
        touch(days[day(ago)], sunscreen, "view", touchpoints=100)
        credit(days[day(ago)], sunscreen, "order", credit_micro=40 * MICRO, value_fen=40_00)
    touch(days[day(1)], lipstick, "view", touchpoints=300)
    return days


@pytest.fixture
def law(sold: Any) -> None:
    known()


def ask(shop: Merchant, first: int = FIRST, last: int = LAST, **asked: Any) -> Question:
    given = {"by": By.DAY, "time_base": TimeBase.TOUCH, **asked}
    return Question(shop, day(first), day(last), **given)


def address(shop: Merchant, first: int = FIRST, last: int = LAST, **asked: Any) -> str:
    days = {"first_on": day(first).isoformat(), "last_on": day(last).isoformat()}
    query = {**days, "by": "day", "time_base": "touch", **asked}
    return reverse("reports:report-detail", args=[shop.code], query=query)


def page_of_report(client: Any, shop: Merchant, *days: int, **asked: Any) -> str:
    text: str = client.get(address(shop, *days, **asked)).content.decode()
    return text


def printed(shop: Merchant, *, first: int = FIRST, last: int = LAST, **options: Any) -> str:
    said = io.StringIO()
    given = {"first_on": day(first), "last_on": day(last), "time_base": "touch", "by": "day"}
    call_command("report", shop.code, **{**given, **options}, stdout=said)
    return said.getvalue()


def shares(shop: Merchant, *days: int, **asked: Any) -> list[int | None]:
    rows = answer(ask(shop, *days, **asked)).rows
    return [None if (s := row.expected.share) is None else int(100 * s) for row in rows]
