"""A source that sends half of its users, through lake, run, facts and answers: what all of them did
is inside what is told of it.
"""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import Report, answer
from reports.answers.question import By, Question
from reports.attribution.models import ReportDay
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import MICRO
from reports.sources import sampling
from reports.sources.models import Source
from reports.sources.regimes import Regime
from reports.tests import factory

pytestmark = pytest.mark.django_db

DAYS, PEOPLE = 8, 60
FIRST = LAST - timedelta(days=DAYS - 1)


@pytest.fixture
def truth(live_listing: Listing, take: Take, admin: User) -> list[tuple[int, int]]:
    """What everybody ordered on each day, the first first: orders and fen. Half were sent."""
    rng = random.Random(11)
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    people = [f"u{number}" for number in range(PEOPLE)]
    sent = set(rng.sample(people, PEOPLE // 2))
    take("community", *(touch(f"t-{u}", live_listing, days_ago=9, user_id=u) for u in people))
    rows, told = [], []
    for ago in reversed(range(DAYS)):
        bought = [
            (user, round(rng.lognormvariate(7, 0.5)))
            for user in people
            for _order in range(rng.choice((0, 0, 1, 2)))
        ]
        told.append((len(bought), sum(fen for _user, fen in bought)))
        rows += [
            order(f"c-{ago}-{n}", live_listing, user_id=u, value_fen=fen, occurred_at=noon(ago))
            for n, (u, fen) in enumerate(bought)
            if u in sent
        ]
    take("taobao_tmall", *rows)
    sampling.open_regime(
        Source.objects.get(code="taobao_tmall"),
        category=None, valid_from=FIRST, valid_to=LAST, ratio=Decimal("0.5"), by=admin,
    )  # fmt: skip
    factory.arrive(live_listing.merchant)
    attribute(FIRST, LAST)
    return told


def holds(metric: Metric[Any], facts: Any, number: int) -> bool:
    found: Any = metric.estimate(facts)
    return bool(found.low <= number <= found.high and found.low < found.high)


def asked(listing: Listing, **more: Any) -> Report:
    return answer(Question(listing.merchant, FIRST, LAST, **more))


def test_what_everybody_did_is_between_the_bounds(
    client_of: Any, alice: User, live_listing: Listing, truth: list[tuple[int, int]]
) -> None:
    assert {str(day.samples) for day in ReportDay.objects.current()} == {
        str({"credit": ["0.5"], "conversion": ["0.5"]})
    }
    report = asked(live_listing, by=By.DAY)
    told = [
        holds(metrics.ORDERS, row.sums, orders * MICRO) and holds(metrics.GMV, row.sums, fen)
        for row, (orders, fen) in zip(report.rows, truth, strict=True)
    ]
    assert sum(told) >= DAYS - 1
    whole = [sum(numbers) for numbers in zip(*truth, strict=True)]
    assert holds(metrics.ORDERS, report.total, whole[0] * MICRO)
    assert holds(metrics.GMV, report.total, whole[1])
    assert holds(metrics.ALL_ORDERS, report.orders, whole[0])
    assert holds(metrics.ALL_GMV, report.orders, whole[1])
    # Readers all came, so nothing of them is estimated.
    assert metrics.READS.estimate(report.total) is None
    query = {"first_on": FIRST.isoformat(), "last_on": LAST.isoformat()}
    address = reverse("reports:report-detail", args=[live_listing.merchant.code], query=query)
    page = client_of(alice).get(address).content.decode()
    assert "A 50% sample is not 50% accuracy" in page
    assert f"{metrics.ORDERS.of(report.total) // MICRO:,}" in page  # type: ignore[operator]


def test_without_what_is_agreed_the_sample_would_be_told_as_all(
    live_listing: Listing, truth: list[tuple[int, int]], admin: User
) -> None:
    """The twin: nothing is estimated, and nothing is right."""
    (regime,) = Regime.objects.all()
    sampling.change(regime, valid_from=FIRST, valid_to=LAST, ratio=Decimal(1), by=admin)
    attribute(FIRST, LAST)
    report = asked(live_listing)
    assert metrics.ORDERS.estimate(report.total) is None
    whole = sum(orders for orders, _fen in truth)
    assert 0 < metrics.ORDERS.of(report.total) < 0.7 * whole * MICRO  # type: ignore[operator]
