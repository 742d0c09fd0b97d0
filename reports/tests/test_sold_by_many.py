"""Who asks for decisions is small or large by what is counted now, however many they are."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.review import sizes
from portal.review.sizes import Size
from reports.answers.sold import MOST_LATE
from reports.answers.sold_by_many import SMALL_BELOW_FEN
from reports.attribution.models import ReportDay
from reports.sources.models import SourceKind
from reports.sources.suspensions import DataSuspension
from reports.tests import factory
from reports.tests.suspended import suspend
from reports.tests.unarrived import open_again

pytestmark = pytest.mark.django_db
__all__ = ["suspend"]


def size_of(shop: Merchant) -> Size:
    return sizes.of_teams([shop.team_id])[shop.team_id]


@pytest.fixture
def days(shop: Merchant, live_listing: Listing) -> list[ReportDay]:
    """The 30 days until yesterday, the newest first; nothing was sold."""
    return factory.publish(shop, *(factory.day(ago) for ago in range(1, 31)))


def sell(day: ReportDay, listing: Listing, fen: int, **given: object) -> None:
    factory.credit(day, listing, "order", value_fen=fen, **given)


def test_who_sells_less_is_small_and_who_has_no_day_is_not_known(
    shop: Merchant, live_listing: Listing
) -> None:
    assert size_of(shop) == Size.UNKNOWN
    days = factory.publish(shop, *(factory.day(ago) for ago in range(1, 31)))
    sell(days[0], live_listing, SMALL_BELOW_FEN - 1)
    assert size_of(shop) == Size.SMALL
    sell(days[-1], live_listing, 1)
    assert size_of(shop) == Size.LARGE


def test_only_the_newest_count_of_the_last_30_days_is_asked(
    shop: Merchant, days: list[ReportDay], live_listing: Listing
) -> None:
    [older, newer] = factory.publish(shop, factory.day(31), factory.day(0))
    sell(older, live_listing, SMALL_BELOW_FEN)
    sell(newer, live_listing, SMALL_BELOW_FEN)
    day = days[1]
    sell(day, live_listing, SMALL_BELOW_FEN)
    sell(day, live_listing, SMALL_BELOW_FEN, window_days=1)
    ReportDay.objects.filter(pk=day.pk).update(superseded_at=day.published_at)
    [again] = factory.publish(shop, day.on)
    sell(again, live_listing, 5)
    assert size_of(shop) == Size.SMALL


def lacks_a_day(days: list[ReportDay]) -> None:
    ReportDay.objects.filter(pk=days[9].pk).update(superseded_at=days[9].published_at)


def lacks_orders(days: list[ReportDay]) -> None:
    open_again(SourceKind.MARKETPLACE, days[9].on)


def is_of_a_sample(days: list[ReportDay]) -> None:
    ReportDay.objects.filter(pk=days[9].pk).update(samples={"credit": ["0.5"]})


@pytest.mark.parametrize("spoil", [lacks_a_day, lacks_orders, is_of_a_sample])
def test_of_whom_a_day_is_not_known_nobody_says_that_he_is_small(
    shop: Merchant, days: list[ReportDay], live_listing: Listing,
    spoil: Callable[[list[ReportDay]], None],
) -> None:  # fmt: skip
    sell(days[9], live_listing, SMALL_BELOW_FEN - 1)
    assert size_of(shop) == Size.SMALL
    spoil(days)
    assert size_of(shop) == Size.UNKNOWN
    sell(days[0], live_listing, SMALL_BELOW_FEN)
    assert size_of(shop) == Size.LARGE, "by the other days alone"


def test_of_whom_a_day_is_withheld_nobody_says_that_he_is_small(
    shop: Merchant, days: list[ReportDay], suspend: Callable[..., DataSuspension]
) -> None:
    assert size_of(shop) == Size.SMALL
    suspend(category=None, first=9, last=9)
    assert size_of(shop) == Size.UNKNOWN


def test_days_on_their_way_put_the_30_days_back_by_a_week_at_most(
    shop: Merchant, days: list[ReportDay], live_listing: Listing
) -> None:
    factory.publish(shop, *(factory.day(ago) for ago in range(31, 40)))
    open_again(SourceKind.MARKETPLACE, *(day.on for day in days[:MOST_LATE]))
    assert size_of(shop) == Size.SMALL
    open_again(SourceKind.MARKETPLACE, days[MOST_LATE].on)
    assert size_of(shop) == Size.UNKNOWN


def test_many_are_asked_about_as_one_is(
    shop: Merchant, rival: Merchant, days: list[ReportDay]
) -> None:
    asked = []
    for teams in ([shop.team_id], [shop.team_id, rival.team_id]):
        with CaptureQueriesContext(connection) as queries:
            sizes.of_teams(teams)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8
