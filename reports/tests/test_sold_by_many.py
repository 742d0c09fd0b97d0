"""Who asks for decisions is small or large by what is counted now, however many they are."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.review import sizes
from portal.review.sizes import Size
from reports.answers.sold_by_many import SMALL_BELOW_FEN
from reports.attribution.models import ReportDay
from reports.tests import factory

pytestmark = pytest.mark.django_db


def size_of(shop: Merchant) -> Size:
    return sizes.of_teams([shop.team_id])[shop.team_id]


@pytest.fixture
def sell(shop: Merchant, live_listing: Listing) -> Callable[..., ReportDay]:
    """`sell(ago, fen)`: the day so many days ago is counted, with an order."""

    def sold(ago: int, fen: int, **given: object) -> ReportDay:
        [day] = factory.publish(shop, factory.day(ago))
        factory.credit(day, live_listing, "order", value_fen=fen, **given)
        return day

    return sold


def test_who_sells_less_is_small_and_who_has_no_day_is_not_known(
    shop: Merchant, sell: Callable[..., ReportDay]
) -> None:
    assert size_of(shop) == Size.UNKNOWN
    sell(1, SMALL_BELOW_FEN - 1)
    assert size_of(shop) == Size.SMALL
    sell(30, 1)
    assert size_of(shop) == Size.LARGE


def test_only_the_newest_count_of_the_last_30_days_is_asked(
    shop: Merchant, sell: Callable[..., ReportDay], live_listing: Listing
) -> None:
    sell(31, SMALL_BELOW_FEN)
    day = sell(2, SMALL_BELOW_FEN)
    factory.credit(day, live_listing, "order", value_fen=SMALL_BELOW_FEN, window_days=1)
    ReportDay.objects.filter(pk=day.pk).update(superseded_at=day.published_at)
    sell(2, 5)
    assert size_of(shop) == Size.SMALL


def test_many_are_asked_about_as_one_is(
    shop: Merchant, rival: Merchant, sell: Callable[..., ReportDay]
) -> None:
    sell(1, 5)
    asked = []
    for teams in ([shop.team_id], [shop.team_id, rival.team_id]):
        with CaptureQueriesContext(connection) as queries:
            sizes.of_teams(teams)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 4
