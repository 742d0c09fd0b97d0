"""Two days of samples, and how they are asked for, for tests."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from reports.attribution.models import ReportDay
from reports.tests import factory
from reports.tests.factory import conversion, credit, day, publish, touch

# What files call the ratio of a sample.
RATIO = "Sampling ratio (A 50% sample is not 50% accuracy.)"
HALF = Decimal("0.5")
BETWEEN = "95% interval"


def sell(report_day: ReportDay, listing: Listing, *fen: int, **of: Any) -> None:
    """Orders of so much, one for each group of users in turn, of half of the users."""
    with factory.at_once(report_day):
        for group, value in enumerate(fen):
            sample = {"user_group": group, "sampling_ratio": HALF, **of}
            credit(report_day, listing, "order", value_fen=value, **sample)
            conversion(report_day, listing, value_fen=value, level="product", **sample)


@pytest.fixture
def sampled(shop: Merchant, sunscreen: Listing) -> list[ReportDay]:
    """One full day with an order of ¥10.00, and one of which half was sent: 20 orders of ¥1.00."""
    full, half = publish(shop, day(2), day(1))
    credit(full, sunscreen, "order", value_fen=1000)
    conversion(full, sunscreen, value_fen=1000, level="product")
    touch(full, sunscreen, "view", touchpoints=100)
    touch(half, sunscreen, "view", touchpoints=100)
    sell(half, sunscreen, *([100] * 20))
    return [full, half]


def address(shop: Merchant, first: int = 2, last: int = 1, **more: Any) -> str:
    query = {"first_on": day(first).isoformat(), "last_on": day(last).isoformat(), **more}
    return reverse("reports:report-detail", args=[shop.code], query=query)


def printed(shop: Merchant, first: int = 2, **more: Any) -> str:
    said = io.StringIO()
    call_command("report", shop.code, first_on=day(first), last_on=day(1), stdout=said, **more)
    return said.getvalue()
