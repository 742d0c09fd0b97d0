"""The copy of all links on the local disk says what the database says, also of what is to come."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test import Client

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.links import asking, facts, finding, local_copy, policy, refreshing
from merchants.links.models import KEPT, Change
from merchants.listings import publishing
from merchants.listings.models import Listing
from merchants.openings.models import Opening, OpeningApplication, Programme
from merchants.stores.models import Store
from merchants.tests.test_links import BROWSER, path_of, spooled
from portal import clock
from tests.ruling import another, rewrite


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """`outage()`: from now on the database answers no link."""

    def begin() -> None:
        def silent(code: str) -> None:
            raise OperationalError("the server does not answer")

        monkeypatch.setattr(asking, "of_code", silent)
        monkeypatch.setattr(finding, "_database", finding._Database())
        monkeypatch.setattr(connection, "close", lambda: None)

    return begin


def follow(code: str) -> Any:
    return Client(headers={"user-agent": BROWSER}).get(f"/l/{code}")


# Of all that a listing needs before readers see it, what may close its way outside afterwards.
OF_THE_WAY = {"merchant_verified", "store_verified", "opening_in_force", "application_approved"}
# Everything that a way depends on, changed by no verb, so that no signal tells of it.
CHANGES: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "opening closed": lambda: rewrite(state="closed"),
    "opening not signed": lambda: rewrite(signed_at=None),
    "opening taken back": lambda: Opening.objects.update(taken_back_at=clock.now()),
    "programme ended": lambda: Programme.objects.update(ends_on=clock.today() - timedelta(days=1)),
    "category moved": lambda: Category.objects.filter(code="beauty-skincare").update(parent=None),
    "application returned": lambda: OpeningApplication.objects.update(status="returned"),
    "merchant returned": lambda: Merchant.objects.update(status="returned"),
    "store rejected": lambda: Store.objects.filter(kind="tmall").update(status="rejected"),
    "listing paused": lambda: Listing.objects.update(status="paused"),
    "code changed": lambda: Listing.objects.update(code="another"),
    "product gone": lambda: Product.objects.filter(store__kind="tmall").update(is_available=False),
    "address changed": lambda: Product.objects.update(url="https://detail.tmall.com.evil.example/"),
    "fallback gone": lambda: closed_and(
        Product.objects.filter(store__kind="in_app"), is_available=False
    ),
    "shop gone": lambda: closed_and(Store.objects.filter(kind="in_app"), status="rejected"),
}


def closed_and(rows: QuerySet[Any], **fields: Any) -> None:
    """No outside way, and this happens to `rows`."""
    rewrite(state="closed")
    rows.update(**fields)


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_the_copy_leads_where_the_database_does(
    live_listing: Listing, outage: Callable[[], None], what: str
) -> None:
    refreshing.refresh()
    CHANGES[what]()
    refreshing.refresh()
    code = Listing.objects.get().code
    led = finding.find(code)
    outage()
    assert led
    assert finding.find(code) == led


@pytest.mark.parametrize("what", CHANGES)
def test_a_link_leads_outside_by_the_rules_that_its_page_shows(
    live_listing: Listing, what: str
) -> None:
    CHANGES[what]()
    listing, now = Listing.objects.get(), clock.now()
    shown = [one for one in publishing.checks(listing, at=now) if one.rule in OF_THE_WAY]
    is_there = listing.status == "live" and listing.product.is_available
    found = facts.of_listing(listing)
    leads = found.is_ready and policy.current().verdict(policy.asked(found), now).leads
    assert (is_there and all(check.passed for check in shown)) == leads


def test_what_is_signed_for_the_future_happens_at_its_second_in_an_outage(
    live_listing: Listing, opening: Opening, outage: Callable[[], None]
) -> None:
    closes_at = clock.now() + timedelta(hours=1)
    another(opening, state="closed", effective_at=closes_at)
    refreshing.refresh()
    outage()
    with clock.at(closes_at - timedelta(microseconds=1)):
        assert path_of(follow(live_listing.code)) == "/item.htm"
    with clock.at(closes_at):
        assert path_of(follow(live_listing.code)).startswith("/p/")


def test_a_programme_ends_with_its_day_in_an_outage(
    live_listing: Listing, outage: Callable[[], None]
) -> None:
    Programme.objects.update(ends_on=clock.today())
    refreshing.refresh()
    outage()
    assert path_of(follow(live_listing.code)) == "/item.htm"
    with clock.at(clock.now() + timedelta(days=1)):
        assert path_of(follow(live_listing.code)).startswith("/p/")


def test_clicks_are_kept_in_an_outage(live_listing: Listing, outage: Callable[[], None]) -> None:
    refreshing.refresh()
    outage()
    answer = follow(live_listing.code.upper() + "，")
    [click] = spooled()
    assert click["event_id"] in answer["Location"]
    assert click["note_id"] == live_listing.note.external_id


def test_a_copy_that_was_behind_sends_nobody_outside(
    live_listing: Listing, outage: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshing.refresh()
    outage()
    read_at = local_copy.find(live_listing.code).read_at
    monkeypatch.setattr(finding._database, "answered_at", read_at + 9)
    assert path_of(follow(live_listing.code)) == "/item.htm"
    monkeypatch.setattr(finding._database, "answered_at", read_at + 11)
    assert path_of(follow(live_listing.code)).startswith("/p/")


def test_who_never_heard_from_the_database_trusts_no_old_copy(
    live_listing: Listing, outage: Callable[[], None]
) -> None:
    refreshing.refresh()
    outage()
    for minutes, path in [(9, "/item.htm"), (11, "/p/")]:
        with local_copy.writing() as copy:
            copy.say(read_at=str(time.time() - 60 * minutes))
        assert path_of(follow(live_listing.code)).startswith(path)


@pytest.mark.parametrize("code", ["nosuchcode", "/", "，"])
def test_what_the_copy_does_not_know_is_asked_to_come_again(
    live_listing: Listing, outage: Callable[[], None], code: str
) -> None:
    refreshing.refresh()
    outage()
    answer = follow(code)
    if code == "nosuchcode":
        assert answer.status_code == 200
        assert "Try again" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
    else:
        assert answer.status_code == 404


def test_without_a_copy_a_reader_is_asked_to_come_again(
    live_listing: Listing, outage: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    outage()
    follow(live_listing.code)
    caplog.clear()
    assert "Try again" in follow(live_listing.code).content.decode()
    # The log of an outage stays small, however many readers come.
    said = [line for line in caplog.records if line.name.startswith("merchants.")]
    assert [bool(line.exc_info) for line in said] == [False]


def test_a_listing_that_is_gone_leaves_the_copy(listing: Listing) -> None:
    refreshing.refresh()
    code = listing.code
    assert local_copy.find(code)
    listing.delete()
    refreshing.refresh()
    with pytest.raises(local_copy.NoCopy):
        local_copy.find(code)


# What a transaction of its own has written is read again until it is over.
@pytest.mark.django_db(transaction=True)
def test_what_has_not_changed_is_not_read_again(
    live_listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshing.refresh()
    put: list[list[facts.Facts]] = []
    monkeypatch.setattr(local_copy.Writing, "put", lambda self, found: put.append(found))
    refreshing.refresh()
    assert put == []
    Listing.objects.update(has_ad_label=False)
    refreshing.refresh()
    assert [len(found) for found in put] == [1]


def test_a_copy_of_many_is_read_in_parts(
    live_listing: Listing, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        Listing.objects.create(
            merchant=listing.merchant, note=listing.note, product=listing.product, status="ended",
            placement=listing.placement, code=f"more{number}", created_by=listing.created_by,
        )  # fmt: skip
    monkeypatch.setattr(refreshing, "_ROWS", 2)
    refreshing.refresh()
    Product.objects.update(title="Another name")
    refreshing.refresh()
    for code in (live_listing.code, "more0", "more3"):
        assert local_copy.find(code).facts.title == "Another name"


def test_the_log_names_what_a_statement_touched_once(live_listing: Listing) -> None:
    Change.objects.all().delete()
    Product.objects.update(is_available=True)
    Store.objects.update(name="Another")
    rewrite(expires_at=clock.now() + timedelta(days=9))
    merchant, products = live_listing.merchant_id, Product.objects.values_list("pk", flat=True)
    logged = Change.objects.values_list("listing_id", "product_id", "merchant_id")
    expected = [(None, pk, None) for pk in products] + [(None, None, merchant), (None,) * 3]
    assert sorted(logged, key=str) == sorted(expected, key=str)


def test_whoever_asks_after_the_log_has_forgotten_a_change_of_policy_learns_it(
    live_listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "_kept", ("", None))
    Change.objects.all().delete()
    assert path_of(follow(live_listing.code)) == "/item.htm"
    rewrite(state="closed")
    Change.objects.update(written_at=clock.now() - KEPT - timedelta(minutes=1))
    Change.objects.forget()
    assert path_of(follow(live_listing.code)).startswith("/p/")
    kept = Change.objects.get()
    Change.objects.forget()
    assert Change.objects.get() == kept, "nothing is written while nothing is forgotten"
