"""For suspended data nobody waits, and nobody is told of them until they are lifted."""

from typing import Any

import pytest

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from portal import clock
from portal.accounts.models import User
from reports.sources import overdue, suspending
from reports.sources.breaches import Warned
from reports.sources.models import Source
from reports.sources.slices import Slice
from reports.tests.conftest import ListProduct
from reports.tests.overdue_days import DAY, OVERDUE, TODAY, close, listed, told

pytestmark = pytest.mark.django_db
__all__ = ["listed"]


def test_nobody_asks_for_data_that_are_suspended_altogether(listed: Listing, admin: User) -> None:
    suspension = suspending.suspend(
        Source.objects.get(code="taobao_tmall"), category=None, first_on=OVERDUE[0], last_on=None,
        reason="Broken", by=admin,
    )  # fmt: skip
    overdue.tell()
    assert ["Community" in said for said in told(admin)] == [True]
    suspending.lift(suspension, reason="Back", by=admin)
    overdue.tell()
    assert ["Community" in said for said in told(admin)] == [True, False]


def test_no_merchant_is_told_that_we_ask_for_what_is_suspended_since(
    listed: Listing, alice: User, admin: User
) -> None:
    """The platform was told in time; the merchant's turn comes when nobody asks any more."""
    close("community", *OVERDUE)
    overdue._find_overdue()
    suspension = suspending.suspend(
        Source.objects.get(code="taobao_tmall"), category=None, first_on=OVERDUE[0], last_on=None,
        reason="Broken", by=admin,
    )  # fmt: skip
    overdue.tell()
    assert told(alice) == []
    suspending.lift(suspension, reason="Back", by=admin)
    overdue.tell()
    assert len(told(alice)) == 1


def suspend_what_is_sold(listed: Listing, admin: User, source: str = "taobao_tmall") -> Any:
    """Suspend the category that all of a merchant's store is of."""
    return suspending.suspend(
        Source.objects.get(code=source), category=Category.objects.get(code="beauty"),
        first_on=OVERDUE[0], last_on=None, reason="Broken", by=admin,
    )  # fmt: skip


def test_nobody_waits_for_a_store_that_is_wholly_of_a_suspended_category(
    listed: Listing, rival: Merchant, list_product: ListProduct, alice: User, admin: User
) -> None:
    """One that sells something else as well is waited for, and so is the community."""
    suspension = suspend_what_is_sold(listed, admin)
    overdue.tell()
    assert ["Community" in said for said in told(admin)] == [True]
    assert ["Taobao" in said for said in told(alice)] == [False]
    product = listed.product
    product.pk, product.external_id = None, "690000007001"
    product.category = Category.objects.get(code="food-tea")
    product.save(force_insert=True)
    overdue.tell()
    assert ["Taobao" in said for said in told(admin)] == [False, True]
    assert suspension.stores.filter(store=listed.product.store).exists()


def test_what_is_suspended_since_is_told_anew_once_it_is_lifted_and_still_overdue(
    listed: Listing, alice: User, admin: User
) -> None:
    close("community", *OVERDUE)
    overdue.tell()
    suspension = suspend_what_is_sold(listed, admin)
    overdue.tell()
    assert not Warned.objects.exists()
    close("taobao_tmall", OVERDUE[0], store=listed.product.store)
    overdue.tell()
    assert [len(told(user)) for user in (admin, alice)] == [1, 1]
    suspending.lift(suspension, reason="Back", by=admin)
    with clock.at(clock.now() + DAY):
        close("taobao_tmall", TODAY - DAY)
        close("community", TODAY - DAY)
        overdue.tell()
        [*_before, platform], [*_earlier, hers] = told(admin), told(alice)
        assert f"Taobao and Tmall of {OVERDUE[1]}. Ask" in platform
        assert f"Taobao and Tmall of {OVERDUE[1]}. The" in hers
        close("taobao_tmall", OVERDUE[1])
        overdue.tell()
        assert "is closed now" in told(alice)[-1]


def test_who_sells_nothing_else_waits_for_no_touches_of_a_suspended_category(
    listed: Listing, rival: Merchant, list_product: ListProduct, alice: User, charlie: User,
    admin: User,
) -> None:  # fmt: skip
    live_from = clock.start_of(OVERDUE[0])
    tea = list_product(rival, "Tea")
    tea.product.category = Category.objects.get(code="food-tea")
    tea.product.save()
    ListingPeriod.objects.create(listing=tea, live_from=live_from)
    close("taobao_tmall", *OVERDUE)
    overdue.tell()
    assert [len(told(user)) for user in (alice, charlie)] == [1, 1]
    suspension = suspend_what_is_sold(listed, admin, "community")
    overdue.tell()
    # The platform waits for it still: others need it.
    assert Slice.objects.filter(told_at__isnull=False).count() == len(OVERDUE)
    assert set(Warned.objects.values_list("merchant", flat=True)) == {rival.pk}
    suspending.lift(suspension, reason="Back", by=admin)
    with clock.at(clock.now() + DAY):
        for code in ("taobao_tmall", "community"):
            close(code, TODAY - DAY)
        overdue.tell()
    assert [len(told(user)) for user in (alice, charlie)] == [2, 1]
