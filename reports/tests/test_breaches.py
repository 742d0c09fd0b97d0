"""Who is told of slices that are overdue, how often, and who hears that they are closed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from portal import clock
from portal.accounts import audit
from portal.accounts.models import User
from portal.notices.models import Notice
from reports.sources import closing, kept, overdue, suspending
from reports.sources.breaches import Breach, Warned
from reports.sources.models import Source
from reports.sources.slices import Slice
from reports.tasks import sweep
from reports.tests.conftest import ListProduct
from tests.racing import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = clock.today()
# Rows of a day are due when the day after it is over.
OVERDUE = [TODAY - 3 * DAY, TODAY - 2 * DAY]


@pytest.fixture
def listed(live_listing: Listing) -> Listing:
    """Alice's listing on Tmall, live since the first day that is overdue."""
    Source.objects.update(delay_days=1)
    live_listing.periods.update(live_from=clock.start_of(OVERDUE[0]))
    return live_listing


def close(code: str, first_on: date, last_on: date | None = None, **more: Any) -> None:
    source = Source.objects.get(code=code)
    closing.pull_finished(source, first_on=first_on, last_on=last_on or first_on, **more)


def told(user: User) -> list[str]:
    """What a person is told of what is overdue, the oldest first."""
    said = Notice.objects.filter(user=user, text__contains="%(what)s").order_by("pk")
    return [str(notice) for notice in said]


def span(first: date, last: date) -> str:
    return f"{first} – {last}"


def test_the_platform_is_told_at_once_and_once_by_source(
    listed: Listing, admin: User, manager: User
) -> None:
    overdue.tell()
    days = span(*OVERDUE)
    expected = [
        f"Data is overdue: Community of {days}. Ask the sender.",
        f"Data is overdue: Taobao and Tmall of {days}. Ask the sender.",
    ]
    assert sorted(told(admin)) == sorted(told(manager)) == expected
    overdue.tell()
    assert len(told(admin)) == 2
    with clock.at(clock.now() + DAY):
        overdue.tell()
    assert sorted(told(admin)[2:]) == [text.replace(days, str(TODAY - DAY)) for text in expected]


def test_what_was_told_is_told_again_once_nobody_has_written_that_down(
    listed: Listing, admin: User
) -> None:
    overdue.tell()
    Slice.objects.update(told_at=None)
    overdue.tell()
    assert len(told(admin)) == 4


def test_a_merchant_is_told_once_a_day_of_all_that_is_new(
    listed: Listing, alice: User, charlie: User, admin: User
) -> None:
    close("community", OVERDUE[0])
    overdue.tell()
    sentence = "Data that your report waits for is overdue: {}. The platform asks the sender."
    both = f"Community of {OVERDUE[1]}; Taobao and Tmall of {span(*OVERDUE)}"
    assert told(alice) == [sentence.format(both)]
    # Something more is overdue on the same day: it waits until tomorrow.
    Source.objects.filter(code="taobao_tmall").update(delay_days=0)
    overdue.tell()
    assert len(told(admin)) == 3
    assert len(told(alice)) == 1
    with clock.at(clock.now() + DAY):
        overdue.tell()
        overdue.tell()
    later = f"Community of {TODAY - DAY}; Taobao and Tmall of {span(TODAY - DAY, TODAY)}"
    assert told(alice)[1:] == [sentence.format(later)]
    assert told(charlie) == []


def test_what_is_closed_late_is_told_to_those_who_were_told(
    listed: Listing, alice: User, admin: User
) -> None:
    close("community", *OVERDUE)
    overdue.tell()
    assert [len(told(user)) for user in (alice, admin)] == [1, 1]
    close("taobao_tmall", OVERDUE[0], store=listed.product.store)
    close("taobao_tmall", OVERDUE[1])  # For all of its stores.
    overdue.tell()
    overdue.tell()
    said = f"Taobao and Tmall of {span(*OVERDUE)}"
    assert told(alice)[1:] == [f"Data that your report waited for is closed now: {said}"]
    assert told(admin)[1:] == [f"Data that was overdue is closed now: {said}"]


def test_what_comes_before_a_merchant_is_told_is_nothing_to_him(
    listed: Listing, alice: User, admin: User
) -> None:
    overdue._find_overdue()
    close("community", *OVERDUE)
    close("taobao_tmall", *OVERDUE)
    overdue.tell()
    assert len(told(admin)) == 4
    assert told(alice) == []


def test_what_came_in_time_is_told_to_nobody(listed: Listing, alice: User, admin: User) -> None:
    for code in ("community", "taobao_tmall"):
        close(code, *OVERDUE)
    overdue.tell()
    assert told(admin) == told(alice) == []


def test_two_looks_after_each_other_killed_in_between_tell_everybody_once(
    listed: Listing,
    rival: Merchant,
    list_product: ListProduct,
    alice: User,
    charlie: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live_from = clock.start_of(OVERDUE[0])
    ListingPeriod.objects.create(listing=list_product(rival, "Soap"), live_from=live_from)
    monkeypatch.setattr(overdue, "PORTION", 1)
    record, merchants = audit.record, []

    def dies(act: str, *args: Any, **kwargs: Any) -> Any:
        if act == "breach.told":
            merchants.append(act)
            if len(merchants) == 2:
                raise KeyboardInterrupt
        return record(act, *args, **kwargs)

    monkeypatch.setattr(audit, "record", dies)
    with pytest.raises(KeyboardInterrupt):
        overdue.tell()
    assert sorted([len(told(alice)), len(told(charlie))]) == [0, 1]
    overdue.tell()
    assert [len(told(alice)), len(told(charlie))] == [1, 1]


@pytest.mark.usefixtures("sources_stay")
@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_tell_nobody_twice(listed: Listing, alice: User, admin: User) -> None:
    at_once(overdue.tell, overdue.tell, overdue.tell)
    assert (len(told(admin)), len(told(alice))) == (2, 1)
    close("community", *OVERDUE)
    at_once(overdue.tell, overdue.tell, overdue.tell)
    assert (len(told(admin)), len(told(alice))) == (3, 2)


def test_a_look_asks_no_more_after_much_history(listed: Listing, admin: User) -> None:
    listed.periods.update(live_from=clock.start_of(TODAY - 400 * DAY))
    for code in ("community", "taobao_tmall"):
        close(code, TODAY - 30 * DAY, TODAY - 2 * DAY)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            overdue.tell()
        return len(queries)

    overdue.tell()
    few = asked()
    for code in ("community", "taobao_tmall"):
        close(code, TODAY - 400 * DAY, TODAY - 31 * DAY)
    asked()
    assert asked() == few


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


def test_what_nobody_has_closed_in_weeks_makes_no_look_longer(listed: Listing) -> None:
    """Who was not told of it by then is told of what is newer alone."""
    overdue.tell()
    Warned.objects.all().delete()
    with clock.at(clock.now() + kept.LOOKED_AT + 4 * DAY):
        overdue.tell()
    warned = set(Warned.objects.values_list("slice__on", flat=True))
    assert warned
    assert not warned & set(OVERDUE)


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


def test_what_is_over_is_swept_and_what_is_open_is_kept(listed: Listing, alice: User) -> None:
    overdue.tell()
    close("community", *OVERDUE)
    overdue.tell()
    over = Warned.objects.exclude(over_at=None)
    assert over.count() == len(OVERDUE)
    assert overdue.sweep() == 0
    with clock.at(clock.now() + kept.LOOKED_AT + DAY):
        sweep()
        assert not over.exists()
        assert Warned.objects.count() == len(OVERDUE)
        # What is open is closed after all, and those hear it who were told.
        close("taobao_tmall", *OVERDUE)
        overdue._find_closed()
        overdue._end_some()
        assert "is closed now" in told(alice)[-1]
    with clock.at(clock.now() + 3 * kept.LOOKED_AT):
        overdue.sweep()
        assert not Warned.objects.exists()
        assert not Breach.objects.exclude(merchant=None).exists()
        assert Breach.objects.filter(merchant=None).count() == 4
