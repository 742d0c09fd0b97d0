"""A day of orders, and what its sources declare, for tests."""

import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.question import Question
from reports.attribution.models import ReportDay
from reports.sources import verbs
from reports.sources.models import Source
from reports.tests.factory import conversion, credit, day, publish, touch

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
