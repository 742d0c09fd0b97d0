"""A boost whose note leads nowhere any more is taken off, whatever the reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from campaigns import tasks
from campaigns.boosts import appealing, decisions, endings
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, EndCause
from campaigns.closings import nowhere
from campaigns.closings.models import Closing, Fate, LostBoost
from campaigns.delivery import taking
from campaigns.delivery.models import AdServer
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import (
    NOON,
    TODAY,
    Close,
    NoteOutside,
    RequestBoost,
    balance_of,
)
from campaigns.tests.test_closings import WEEK, Going, at_work, going, state_of, work  # noqa: F401
from campaigns.tests.test_taking import message, row
from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.openings.models import OpeningApplication, OpeningState, Programme
from portal import clock
from portal.accounts import audit
from portal.accounts.models import AuditEntry, User

pytestmark = pytest.mark.django_db
# An act after which no listing of the note leads anywhere.
Act = Callable[[Listing, User], object]


def end_listing(listing: Listing, by: User) -> None:
    listings.end(listing, by=by)


def end_programme(listing: Listing, by: User) -> None:
    Programme.objects.update(ends_on=TODAY - timedelta(days=1))


def end_application(listing: Listing, by: User) -> None:
    """No verb does this yet: what was approved stays so. A programme of long ago is not why."""
    Programme.objects.create(
        code="old", name_zh="旧", name_en="Old", marketplace="taobao_tmall",
        starts_on=TODAY - timedelta(days=99), ends_on=TODAY - timedelta(days=60),
    )  # fmt: skip
    OpeningApplication.objects.update(status="rejected")


def move_product(listing: Listing, by: User) -> None:
    change(listing.product, by, category=Category.objects.exclude(code__startswith="beauty")[0])


def take_product_off(listing: Listing, by: User) -> None:
    change(listing.product, by, is_available=False)


def change(product: Product, by: User, **facts: Any) -> None:
    said: dict[str, Any] = {
        "title": product.title, "category": product.category, "price_fen": product.price_fen,
        "is_available": True, **facts,
    }  # fmt: skip
    products.edit(product, by=by, **said)


def take_off() -> None:
    """Two looks in a row."""
    tasks.take_off()
    with clock.at(clock.now() + timedelta(minutes=5)):
        tasks.take_off()


WAYS: dict[Act, str] = {
    end_listing: "its listings have ended",
    end_programme: "A programme has ended, and nothing else",
    end_application: "is closed, and nothing else",
    move_product: "is closed, and nothing else",
    take_product_off: "are not available any more",
}


@pytest.mark.parametrize("act", WAYS)
def test_whatever_took_it_off_its_boost_ends_and_is_told(
    going: Going,  # noqa: F811 - the fixture
    act: Act, ad_server: AdServer, shop: Merchant, alice: User, bob: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    boost, other = going("a"), going("b")
    taking.take(boost, {1: row(boost, 0, 1, 5_000)}, message(ad_server))
    inside = Product.objects.filter(store__merchant=shop, store__kind="in_app").earliest("pk")
    Listing.objects.filter(note=other.note).update(product=inside)
    take_off()
    assert state_of(boost) == state_of(other) == ("running", "")
    act(boost.note.listings.get(), alice)
    take_off()
    assert state_of(boost) == ("stopped", EndCause.NOWHERE)
    assert state_of(other) == ("running", "")
    [notice] = bob.notices.filter(text__contains="leads nowhere any more")
    assert boost.note.title in str(notice)
    page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert WAYS[act] in page
    # Nobody has an hour for nothing by taking off what he sells: it waits for its last hours.
    assert (boost.settled_at, boost.held_fen) == (None, 70_000)
    taking.take(boost, {1: row(boost, 11, 1, 500)}, message(ad_server))
    boost.refresh_from_db()
    assert boost.captured_fen == 5_500
    assert verify().broken == []


@pytest.mark.parametrize(
    ("act", "reads"),
    [
        (end_listing, "原因：笔记的挂链均已结束"),
        (end_programme, "合作计划已结束，笔记没有其他可购买的商品。"),
    ],
)
def test_why_is_read_in_the_language_of_the_reader(
    going: Going,  # noqa: F811 - the fixture
    act: Act, reads: str, alice: User, bob: User, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    """The clock speaks no language of theirs."""
    boost = going("a")
    act(boost.note.listings.get(), alice)
    with translation.override("en"):
        take_off()
    User.objects.filter(pk__in=(alice.pk, bob.pk)).update(language="zh-hans")
    page = client_of(User.objects.get(pk=alice.pk)).get(boost.get_absolute_url()).content.decode()
    assert reads in page
    entries = AuditEntry.objects.filter(subject=audit.name_of(boost), at__gte=NOON)
    assert set(entries.values_list("reason", flat=True)) == {""}
    with translation.override("zh-hans"):
        [notice] = [str(one) for one in bob.notices.all() if "已撤下" in str(one)]
    assert boost.note.title in notice


def test_each_meets_its_own_end(
    going: Going,  # noqa: F811 - the fixture
    a_boost: RequestBoost, outside: NoteOutside, shop: Merchant, alice: User, bob: User,
    manager: User,
) -> None:  # fmt: skip
    wallet = ledger.wallet_of(shop)
    before_fen = balance_of(wallet)
    later = {"starts_on": TODAY + timedelta(days=2), "ends_on": TODAY + timedelta(days=8)}
    scheduled, paused = going("a", **later), going("b")
    boosts.pause(paused, by=alice)
    waiting = boosts.submit(a_boost(note=outside("c"), **WEEK), by=alice)
    draft = a_boost(note=outside("d"), **WEEK)
    disputed = boosts.submit(a_boost(note=outside("e"), **WEEK), by=alice)
    disputed = decisions.reject(disputed, version=disputed.version, reason="No.", by=manager)
    appealing.appeal(disputed, text="But.", by=alice)
    told = bob.notices.filter(text__contains="was rejected").count()
    for listing in Listing.objects.live().filter(note__external_id__in="abcde"):
        listings.end(listing, by=alice)
    take_off()
    assert state_of(scheduled) == state_of(paused) == ("stopped", "nowhere")
    assert state_of(waiting) == ("returned", "")
    assert state_of(draft) == ("draft", "")
    assert state_of(disputed) == ("rejected", "")
    assert bob.notices.filter(text__contains="was rejected").count() == told
    assert bob.notices.filter(text__contains="leads nowhere any more").count() == 4
    assert bob.notices.filter(text__contains="came back").count() == 0
    assert scheduled.settled_at
    assert balance_of(wallet) == before_fen - paused.held_fen
    assert verify().broken == []


def test_a_paused_listing_is_to_come_back(
    going: Going,  # noqa: F811 - the fixture
    alice: User,
) -> None:
    boost = going("a")
    listings.pause(boost.note.listings.get(), by=alice)
    take_off()
    assert state_of(boost) == ("running", "")


def test_what_is_suspended_is_to_come_back(
    going: Going,  # noqa: F811 - the fixture
    close: Close,
) -> None:
    boost = going("a")
    close(state=OpeningState.SUSPENDED)
    take_off()
    assert state_of(boost) == ("running", "")
    with clock.at(clock.now() + timedelta(hours=1)):
        close()
        take_off()
    assert state_of(boost) == ("running", "")
    with clock.at(clock.now() + timedelta(hours=2)):
        work()
    assert state_of(boost) == ("stopped", EndCause.CLOSING)


def test_a_closed_rule_has_its_own_list(
    going: Going,  # noqa: F811 - the fixture
    close: Close,
) -> None:
    boost = going("a")
    close()
    take_off()
    assert state_of(boost) == ("running", "")
    assert Closing.objects.get().boosts.get().fate == Fate.OPEN


def test_what_is_over_by_its_days_is_completed(
    going: Going,  # noqa: F811 - the fixture
    alice: User,
) -> None:
    boost = going("a")
    listings.end(boost.note.listings.get(), by=alice)
    with clock.at(NOON + timedelta(days=30)):
        take_off()
        assert state_of(boost) == ("running", "")
        tasks.tick()
    assert state_of(boost) == ("completed", "period")


def test_who_links_the_note_anew_within_minutes_keeps_its_boost(
    going: Going,  # noqa: F811 - the fixture
    shop: Merchant, alice: User,
) -> None:  # fmt: skip
    boost = going("a")
    product = Product.objects.filter(store__merchant=shop, store__kind="in_app").earliest("pk")
    end_listing(boost.note.listings.get(), alice)
    # Two looks at once are one.
    for minutes in (0, 1):
        with clock.at(NOON + timedelta(minutes=minutes)):
            tasks.take_off()
    assert state_of(boost) == ("running", "")
    Listing.objects.filter(note=boost.note).update(status="live", product=product)
    with clock.at(NOON + timedelta(minutes=5)):
        tasks.take_off()
    # What was seen before that counts no more.
    Listing.objects.filter(note=boost.note).update(status="ended")
    for minutes, state in ((10, ("running", "")), (15, ("stopped", "nowhere"))):
        with clock.at(NOON + timedelta(minutes=minutes)):
            tasks.take_off()
        assert state_of(boost) == state
    with clock.at(NOON + timedelta(minutes=20)):
        tasks.take_off()
    assert not LostBoost.objects.exists()


def test_what_leads_somewhere_again_goes_on(
    going: Going,  # noqa: F811 - the fixture
    alice: User, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Between the look and the lock."""
    boost = going("a")
    monkeypatch.setattr(nowhere, "lost", lambda *, at, rules: [boost.pk])
    take_off()
    assert state_of(boost) == ("running", "")


def test_one_that_fails_keeps_no_other(
    going: Going,  # noqa: F811 - the fixture
    alice: User, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    bad, good = going("a"), going("b")
    Programme.objects.update(ends_on=TODAY - timedelta(days=1))
    end = endings.end

    def fails(boost: Boost, **said: Any) -> Boost:
        if boost.pk == bad.pk:
            raise RuntimeError("A fault of this boost.")
        return end(boost, **said)

    monkeypatch.setattr(endings, "end", fails)
    tasks.take_off()
    with clock.at(NOON + timedelta(minutes=5)), pytest.raises(ExceptionGroup):
        tasks.take_off()
    assert state_of(bad) == ("running", "")
    assert state_of(good) == ("stopped", "nowhere")


def test_many_are_looked_at_with_as_many_queries_as_one(
    going: Going,  # noqa: F811 - the fixture
    django_assert_num_queries: Any,
) -> None:
    for number in range(4):
        going(f"n{number}")
    Programme.objects.update(ends_on=TODAY - timedelta(days=1))
    with django_assert_num_queries(6):
        assert len(nowhere.lost(at=NOON)) == 4
    Boost.objects.filter(pk__gt=Boost.objects.earliest("pk").pk).update(status="rejected")
    with django_assert_num_queries(6):
        assert len(nowhere.lost(at=NOON)) == 1


def test_a_look_reads_the_rules_once_however_many_it_looks_at(
    going: Going,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nowhere, "AT_ONCE", 1)
    asked_for = [going(f"n{number}") for number in range(3)]
    OpeningApplication.objects.update(status="rejected")
    tasks.take_off()
    with clock.at(NOON + timedelta(minutes=5)), CaptureQueriesContext(connection) as asked:
        nowhere.look()
    assert {state_of(boost) for boost in asked_for} == {("stopped", "nowhere")}
    signed = [one["sql"] for one in asked if 'FROM "merchants_opening"' in one["sql"]]
    assert len(signed) == 1


def test_whoever_is_about_to_end_boosts_reads_so_first(
    live_listing: Listing, alice: User, client_of: Callable[[User], Client]
) -> None:
    shop, product = live_listing.merchant, live_listing.product
    client = client_of(alice)
    page = client.get(live_listing.get_absolute_url()).content.decode()
    assert "Boosts of its note that lead to nothing else end within minutes." in page
    form = reverse("merchants:product-edit", args=[shop.code, product.pk])
    # The category and the tick.
    assert client.get(form).content.decode().count("end within minutes.") == 2
