"""Who is told of slices that are overdue, how often, and who hears that they are closed."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from portal import clock
from portal.accounts import audit
from portal.accounts.models import User
from reports.sources import kept, overdue
from reports.sources.breaches import Breach, Warned
from reports.sources.models import Source
from reports.sources.slices import Slice
from reports.tasks import sweep
from reports.tests.conftest import ListProduct
from reports.tests.overdue_days import DAY, OVERDUE, TODAY, close, listed, told
from tests.racing import at_once

pytestmark = pytest.mark.django_db
__all__ = ["listed"]


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


def test_what_nobody_has_closed_in_weeks_makes_no_look_longer(listed: Listing) -> None:
    """Who was not told of it by then is told of what is newer alone."""
    overdue.tell()
    Warned.objects.all().delete()
    with clock.at(clock.now() + kept.LOOKED_AT + 4 * DAY):
        overdue.tell()
    warned = set(Warned.objects.values_list("slice__on", flat=True))
    assert warned
    assert not warned & set(OVERDUE)


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
