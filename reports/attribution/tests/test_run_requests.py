"""Who may ask for a computation, and what is asked for by itself."""

from datetime import timedelta

import pytest

from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import User
from reports.attribution import dimensions, runs
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, touch

pytestmark = pytest.mark.django_db
TODAY = clock.today()
WEEK_AGO = TODAY - timedelta(days=7)


def test_a_merchant_that_is_not_verified_gets_no_report(shop: Merchant, alice: User) -> None:
    Merchant.objects.filter(pk=shop.pk).update(status=MerchantStatus.SUBMITTED)
    shop.refresh_from_db()
    with pytest.raises(runs.RunRefused, match="verified"):
        runs.request(first_on=WEEK_AGO, last_on=TODAY, merchant=shop, by=alice)


def test_a_store_that_nobody_verified_has_no_orders(live_listing: Listing) -> None:
    store = live_listing.product.store
    merchants = [store.merchant_id]
    assert str(store.pk) in dimensions.tables(merchants)["stores"]["store_id"].to_pylist()
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.VERIFYING)
    assert str(store.pk) not in dimensions.tables(merchants)["stores"]["store_id"].to_pylist()


def test_asking_again_while_the_run_waits_is_the_same_run(shop: Merchant, alice: User) -> None:
    first = runs.request(first_on=WEEK_AGO, last_on=TODAY, merchant=shop, by=alice)
    again = runs.request(first_on=WEEK_AGO, last_on=WEEK_AGO, merchant=shop, by=alice)
    assert again == first
    wider = runs.request(
        first_on=WEEK_AGO - timedelta(days=1), last_on=TODAY, merchant=shop, by=alice
    )
    assert wider != first


def test_nothing_is_missing_where_nothing_came_in(shop: Merchant) -> None:
    assert runs.request_due() is None


def test_days_that_have_events_and_were_never_computed_are_asked_for(
    live_listing: Listing, take: Take
) -> None:
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    take("community", touch("t1", live_listing, days_ago=3))
    run = runs.request_due()
    assert run is not None
    assert (run.first_on, run.last_on) == (LAST - timedelta(days=3), TODAY)
    assert runs.request_due() is None
