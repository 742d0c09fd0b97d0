"""Days that are computed, and how a merchant asks, for tests of delays."""

from datetime import date
from typing import Any

import pytest

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from reports.answers.delays import (
    DelayCurve,
)
from reports.answers.question import Question, TimeBase
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.tests.factory import day, publish
from reports.tests.known_delays import WINDOW

FIRST = WINDOW + 90


@pytest.fixture
def days(shop: Merchant, sunscreen: Listing) -> dict[date, ReportDay]:
    return {one.on: one for one in publish(shop, *(day(ago) for ago in range(FIRST + 3)))}


def curve(category: Category | None = None, model: Model = Model.LAST_TOUCH) -> DelayCurve:
    return DelayCurve.objects.get(category=category, window_days=WINDOW, model=model)


def ask(shop: Merchant, **asked: Any) -> Question:
    return Question(shop, day(10), day(1), time_base=TimeBase.TOUCH, **asked)
