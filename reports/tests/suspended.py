"""A merchant with orders and touches, and suspending what they rest on, for tests."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from merchants.catalogue.models import Category
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.question import By, Question
from reports.sources import suspending
from reports.sources.models import Source
from reports.sources.suspensions import DataSuspension
from reports.tests.factory import conversion, credit, day, publish, touch

REASON = "回传数据缺失"


@pytest.fixture
def sold(sunscreen: Listing) -> Listing:
    """Five days in a row, each with an order of ¥100 and ten reads."""
    for report_day in publish(sunscreen.merchant, *(day(ago) for ago in range(24, 19, -1))):
        credit(report_day, sunscreen, "order", value_fen=10_000)
        conversion(report_day, sunscreen, level="product", value_fen=10_000)
        touch(report_day, sunscreen, "view", touchpoints=10)
    return sunscreen


@pytest.fixture
def suspend(admin: User) -> Callable[..., DataSuspension]:
    """Suspend what a source sends about a category (beauty, else all) for days ago."""

    def suspended(
        source: str = "taobao_tmall",
        category: str | None = "beauty",
        first: int = 22,
        last: int | None = 22,
    ) -> DataSuspension:
        return suspending.suspend(
            Source.objects.get(code=source),
            category=Category.objects.get(code=category) if category else None,
            first_on=day(first),
            last_on=None if last is None else day(last),
            reason=REASON,
            by=admin,
        )

    return suspended


def asked(listing: Listing, *, by: By = By.DAY, **more: Any) -> Any:
    return answer(Question(listing.merchant, day(24), day(20), by=by, **more))


def withheld(listing: Listing, **more: Any) -> list[date]:
    days: list[date] = asked(listing, **more).coverage.withheld
    return days
