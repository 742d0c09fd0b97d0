"""What reports know of a merchant's sales is what funds call its size."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.funds import sizes
from campaigns.funds import verbs as funds
from campaigns.funds.companies import company_of
from campaigns.funds.models import Fund
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers import sold
from reports.attribution.models import ReportDay
from reports.tests import factory

pytestmark = pytest.mark.django_db


def known_of(shop: Merchant) -> int | None:
    """As funds ask: through whatever the apps have registered."""
    return sizes.of_companies([company_of(shop)])[company_of(shop)]


@pytest.fixture
def days(shop: Merchant, live_listing: Listing) -> list[ReportDay]:
    """The 31 days until yesterday, the newest first; ¥100 were sold on each."""
    made = factory.publish(shop, *(factory.day(ago) for ago in range(1, 32)))
    for day in made:
        factory.credit(day, live_listing, "order", value_fen=10_000)
    return made


def test_the_size_is_the_credited_gmv_of_the_30_days_until_yesterday(
    days: list[ReportDay], shop: Merchant, live_listing: Listing
) -> None:
    assert known_of(shop) == 300_000
    factory.credit(days[0], live_listing, "refund", value_fen=-10_000)
    factory.credit(days[0], live_listing, "order", value_fen=5, window_days=1)
    assert known_of(shop) == 300_000, "before refunds, by the usual window"


def test_days_on_their_way_put_the_30_days_back_by_a_week_at_most(
    days: list[ReportDay], shop: Merchant, live_listing: Listing
) -> None:
    ReportDay.objects.filter(pk=days[0].pk).update(on=factory.day(200))
    assert known_of(shop) == 300_000, "the 30 days until the day before yesterday"
    with clock.at(clock.now() + timedelta(days=sold.MOST_LATE)):
        assert known_of(shop) is None


def test_a_sum_without_one_of_its_days_is_no_size(days: list[ReportDay], shop: Merchant) -> None:
    ReportDay.objects.filter(pk=days[12].pk).update(on=factory.day(200))
    assert known_of(shop) is None


def test_of_a_sample_nobody_knows_the_size(
    days: list[ReportDay], shop: Merchant, live_listing: Listing
) -> None:
    factory.credit(days[3], live_listing, "order", value_fen=1, sampling_ratio="0.5", user_group=1)
    assert known_of(shop) is None


def test_who_has_no_numbers_has_no_size(shop: Merchant, rival: Merchant) -> None:
    assert known_of(shop) is None
    with CaptureQueriesContext(connection) as asked:
        assert sold.of([shop, rival]) == {}
    assert len(asked) <= 40


def test_a_fund_for_small_ones_says_to_a_large_one_why_it_does_not_pay(
    days: list[ReportDay], shop: Merchant, admin: User, alice: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    made = funds.create("spring", name_zh="春季扶持金", name_en="Spring fund", by=admin)
    page = reverse("campaigns:boost-new", args=[shop.code])
    said = []
    for bound in (300_000, 300_001):
        Fund.objects.filter(pk=made.pk).update(sold_below_fen=bound)
        said.append(client_of(alice).get(page).content.decode())
    assert ["sell less than ¥3,000.00 in 30 days" in read for read in said] == [True, False]
    assert not any("your size is unknown" in read for read in said)
