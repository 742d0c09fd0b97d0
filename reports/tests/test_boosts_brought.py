"""What a boost brought in all is told when its days, and those of the window, are counted."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.boosts import figures, results
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.boosts.results import Result
from campaigns.funds.models import FundingSource
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import ReportDay
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO
from reports.sources import suspending
from reports.sources.models import SourceKind
from reports.sources.suspensions import DataSuspension
from reports.tests import factory
from reports.tests.factory import touch
from reports.tests.spent import delivered as deliver
from reports.tests.suspended import suspend
from reports.tests.unarrived import open_again

pytestmark = pytest.mark.django_db
__all__ = ["suspend"]
# Its two days, and those of the window.
FIRST = DEFAULT_WINDOW_DAYS + 2


@pytest.fixture
def boost(live_listing: Listing, alice: User) -> Boost:
    key, last_on = uuid4(), factory.day(FIRST - 1)
    return Boost.objects.create(
        external_id=f"b{key.hex}", request_key=key, created_by=alice, note=live_listing.note,
        merchant=live_listing.merchant, objective=Objective.READS, budget_fen=30_000,
        starts_on=factory.day(FIRST), ends_on=last_on, status=BoostStatus.COMPLETED,
        held_fen=20_000, captured_fen=20_000, ended_at=clock.start_of(last_on) + timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def days(boost: Boost, live_listing: Listing) -> list[ReportDay]:
    """All of its days, the newest first; its touches brought an order and a half."""
    made = factory.publish(boost.merchant, *(factory.day(ago) for ago in range(1, FIRST + 1)))
    credit: Callable[..., Any] = factory.credit
    credit(made[-1], live_listing, "order", boost_id=boost.pk, value_fen=10_000)
    half = {"credit_micro": MICRO // 2, "value_fen": 2_500}
    late = {"boost_id": boost.pk, "touched_on": boost.ends_on}
    credit(made[0], live_listing, "order", **late, **half)
    credit(made[0], live_listing, "order", value_fen=7)
    credit(made[0], live_listing, "visit", **late)
    return made


def test_orders_of_its_days_and_of_the_window_count(boost: Boost, days: list[ReportDay]) -> None:
    assert results.of([boost]) == {boost.pk: Result(Decimal("1.5"), 12_500)}


def test_one_that_brought_nothing_is_measured_all_the_same(
    boost: Boost, days: list[ReportDay]
) -> None:
    other = Boost.objects.get(pk=boost.pk)
    other.pk = boost.pk + 1
    assert results.of([boost, other])[other.pk] == Result(Decimal(0), 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"superseded_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"stale_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"samples": {"credit": ["0.5"]}},
    ],
    ids=["missing", "news", "a sample"],
)
@pytest.mark.parametrize("place", [0, -1], ids=["of the window", "its own"])
def test_without_one_of_its_days_nothing_is_measured(
    boost: Boost, days: list[ReportDay], place: int, wrong: dict[str, Any]
) -> None:
    ReportDay.objects.filter(pk=days[place].pk).update(**wrong)
    assert results.of([boost]) == {}


def test_before_the_window_is_over_nothing_is_measured(boost: Boost, days: list[ReportDay]) -> None:
    with clock.at(clock.now() - timedelta(days=1)):
        assert results.of([boost]) == {}


@pytest.mark.parametrize("kind", [SourceKind.MARKETPLACE, SourceKind.COMMUNITY])
@pytest.mark.parametrize("ago", [1, FIRST], ids=["of the window", "its own"])
def test_a_day_that_is_computed_but_has_not_arrived_is_not_measured(
    boost: Boost, days: list[ReportDay], ago: int, kind: SourceKind
) -> None:
    open_again(kind, factory.day(ago))
    assert results.of([boost]) == {}


def test_a_day_that_is_withheld_is_not_measured_until_that_is_lifted(
    boost: Boost, days: list[ReportDay], suspend: Callable[..., DataSuspension], admin: User
) -> None:
    suspended = suspend(category=None, first=3, last=3)
    assert results.of([boost]) == {}
    suspending.lift(suspended, reason="Sent anew.", by=admin)
    assert results.of([boost]) == {boost.pk: Result(Decimal("1.5"), 12_500)}


def test_it_is_asked_as_often_for_the_boosts_of_many_merchants(
    boost: Boost, days: list[ReportDay], rival: Merchant
) -> None:
    other = Boost.objects.get(pk=boost.pk)
    other.pk, other.merchant = boost.pk + 1, rival
    counts = []
    for asked in ([boost], [boost, other]):
        with CaptureQueriesContext(connection) as queries:
            results.of(asked)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


ClientOf = Callable[[User], Client]


@pytest.fixture
def delivered(boost: Boost, days: list[ReportDay], live_listing: Listing) -> Boost:
    """Its two days cost ¥200.00, were read 40 times, and earned all that it brought."""
    owner = FundingSource.MERCHANT_CASH
    FundingLine.objects.create(boost=boost, source=owner, amount_fen=30_000, place=1)
    for on, fen in ((boost.starts_on, 15_000), (boost.ends_on, 5_000)):
        deliver(boost, on, fen)
    touch(days[-1], live_listing, "view", touchpoints=30, boost_id=boost.pk)
    touch(days[-2], live_listing, "view", touchpoints=10, boost_id=boost.pk)
    touch(days[-2], live_listing, "view", touchpoints=500)
    return Boost.objects.get(pk=boost.pk)


def listed(client: Client, boost: Boost) -> dict[str, str]:
    """The line of the boost in the file of its merchant's list, by the names of its columns."""
    url = reverse("campaigns:boost-list", args=[boost.merchant.code])
    text = b"".join(client.get(url, {"export": "csv"})).decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(text))
    return line


def told(client: Client, boost: Boost) -> str:
    """What its line on the page says."""
    url = reverse("campaigns:boost-list", args=[boost.merchant.code])
    html = client.get(url).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", html[html.index("<tbody") :]).split())


def test_a_listed_boost_says_what_it_brought_as_its_report_does_to_the_fen(
    client_of: ClientOf, alice: User, delivered: Boost
) -> None:
    line = listed(client_of(alice), delivered)
    first, last = delivered.starts_on, delivered.ends_on
    question = Question(delivered.merchant, first, last, by=By.BOOST, time_base=TimeBase.TOUCH)
    report = answer(question)
    [sums] = [row.sums for row in report.rows if row.label.key == delivered.external_id]
    names = {
        "Spent": metrics.SPEND, "CPM": metrics.CPM, "CPC": metrics.CPC,
        "Credited GMV": metrics.BOOSTED_GMV, "Cost per credited visit": metrics.COST_PER_VISIT,
        "Cost per credited order": metrics.COST_PER_ORDER,
    }  # fmt: skip
    in_fen = {name: round(metric.of(sums) or 0) for name, metric in names.items()}
    assert {name: int(Decimal(line[name]) * 100) for name in names} == in_fen
    assert (line["Credited orders"], in_fen["Credited GMV"]) == ("1.5", 12_500)
    assert (line["Impressions"], line["Clicks"], line["Reads"]) == ("2000000", "200000", "40")
    page = told(client_of(alice), delivered)
    for said in ("¥133.33 per order", "¥200.00 per visit", "CPM ¥0.10", "CPC ¥0.00", "¥125.00"):
        assert said in page


def test_what_is_not_known_of_all_days_is_said_so_in_the_list_and_is_no_number(
    client_of: ClientOf, alice: User, delivered: Boost, days: list[ReportDay]
) -> None:
    """What the ad server said is known all the same."""
    ReportDay.objects.filter(pk=days[3].pk).update(superseded_at=clock.now())
    line, page = listed(client_of(alice), delivered), told(client_of(alice), delivered)
    of_touches = ("Reads", "Credited orders", "Credited GMV", "Cost per credited visit")
    assert [line[name] for name in of_touches] == [""] * 4
    assert page.count("not yet known in full") == 3
    assert "per order" not in page
    assert line["CPM"] == "0.1"


def test_a_boost_without_delivery_has_no_figures(
    client_of: ClientOf, alice: User, boost: Boost, days: list[ReportDay]
) -> None:
    assert listed(client_of(alice), boost)["Reads"] == ""
    assert "not yet known" not in told(client_of(alice), boost)


def test_a_page_of_boosts_asks_as_often_as_one_boost(boost: Boost, delivered: Boost) -> None:
    other = Boost.objects.get(pk=boost.pk)
    other.pk, other.external_id, other.request_key = None, "b2", uuid4()
    other.captured_fen = other.held_fen = 0
    other.save()
    owner = FundingSource.MERCHANT_CASH
    FundingLine.objects.create(boost=other, source=owner, amount_fen=30_000, place=1)
    deliver(other, other.starts_on, 700)
    counts = []
    for asked in ([boost], [boost, other]):
        with CaptureQueriesContext(connection) as queries:
            assert len(figures.of(asked)) == len(asked)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_what_a_boost_brought_is_the_same_whatever_stands_beside_it(
    delivered: Boost, days: list[ReportDay], live_listing: Listing
) -> None:
    """Of one that ended before, a click and a read of after its end are of neither."""
    before = Boost.objects.get(pk=delivered.pk)
    before.pk, before.external_id, before.request_key = None, "b0", uuid4()
    before.starts_on, before.ends_on = factory.day(FIRST + 3), factory.day(FIRST + 2)
    before.ended_at = clock.start_of(factory.day(FIRST + 1))
    before.captured_fen = before.held_fen = 0
    before.save()
    owner = FundingSource.MERCHANT_CASH
    FundingLine.objects.create(boost=before, source=owner, amount_fen=30_000, place=1)
    deliver(before, before.starts_on, 700)
    _gap, _last, first = factory.publish(
        before.merchant, *(factory.day(FIRST + ago) for ago in (1, 2, 3))
    )
    after = days[-1]
    for own, reads, fen in ((first, 5, 300), (after, 50, 900)):
        touch(own, live_listing, "view", touchpoints=reads, boost_id=before.pk)
        factory.credit(own, live_listing, "order", boost_id=before.pk, value_fen=fen)
    pair = list(Boost.objects.filter(pk__in=[before.pk, delivered.pk]))
    alone = {boost.pk: figures.of([boost])[boost.pk] for boost in pair}
    assert figures.of(pair) == alone
    assert (alone[before.pk].reads, alone[before.pk].gmv_fen) == (5, 300)
    assert results.of(pair)[before.pk] == Result(Decimal(1), 300)
    question = Question(
        before.merchant, before.starts_on, before.ends_on, by=By.BOOST, time_base=TimeBase.TOUCH
    )
    [sums] = [row.sums for row in answer(question).rows if row.label.key == "b0"]
    assert metrics.BOOSTED_GMV.of(sums) == 300
