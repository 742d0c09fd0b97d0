"""Whom suspended data concern, now and later, and who is told of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.stores import verbs as stores
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.notices.models import Notice
from reports.answers.answer import answer
from reports.answers.question import By, Question
from reports.sources import concerned, suspending
from reports.sources.models import Source
from reports.sources.suspensions import DataSuspension, SuspensionTold
from reports.tests.factory import day, publish
from reports.tests.suspending_data import FORM, REASON, category, suspend
from tests.racing import at_once

pytestmark = pytest.mark.django_db


def told() -> set[tuple[str, str]]:
    found = {(one.user.name, str(one)) for one in Notice.objects.select_related("user")}
    Notice.objects.all().delete()
    return found


def test_exactly_the_merchants_concerned_are_told_at_each_act(
    shop: Merchant, rival: Merchant, alice: User, bob: User, charlie: User, admin: User
) -> None:
    """Of the two one sells food in that store; the other's product there is of another category."""
    [store] = rival.stores.filter(kind="tmall")
    products.add(
        store, external_id="690000009001", title="Tea", category=category("food-tea"), price_fen=1,
        by=charlie,
    )  # fmt: skip
    Notice.objects.all().delete()
    suspension = suspend(admin, category=category("food"))
    [(name, text)] = told()
    assert name == "Charlie"
    assert "Taobao and Tmall · Food and drinks" in text
    suspension = suspending.change_end(suspension, last_on=None, by=admin)
    assert {name for name, _text in told()} == {"Charlie"}
    suspending.lift(suspension, reason="Back", by=admin)
    assert {name for name, _text in told()} == {"Charlie"}
    suspend(admin, category=category("food"), source="jd")
    assert told() == set()


def test_whose_product_comes_later_is_concerned_from_then_on(
    shop: Merchant, alice: User, admin: User
) -> None:
    suspension = suspend(admin, category=category("pets"))
    assert not suspension.stores.exists()
    [store] = shop.stores.filter(kind="tmall")
    product = products.add(
        store, external_id="690000009002", title="Cat food", category=category("pets-cats"),
        price_fen=1, by=alice,
    )  # fmt: skip
    assert [one.store for one in suspension.stores.all()] == [store]
    products.edit(
        product, title="Tea", category=category("food-tea"), price_fen=1, is_available=True,
        by=alice,
    )  # fmt: skip
    assert suspension.stores.count() == 1
    assert concerned.look() == 0


NEW = "A suspension of data concerns you now"


def sell_cat_food(shop: Merchant, by: User, code: str = "pets-cats") -> None:
    [store] = shop.stores.filter(kind="tmall")
    products.add(
        store, external_id=f"69000{category(code).pk:07d}", title="Cat food",
        category=category(code), price_fen=1, by=by,
    )  # fmt: skip


def test_whom_it_comes_to_concern_is_told_once_and_then_at_each_act(
    shop: Merchant, alice: User, bob: User, admin: User
) -> None:
    told()
    suspension = suspend(admin, category=category("pets"), last_on=None)
    assert told() == set()
    sell_cat_food(shop, alice)
    assert {name for name, text in told() if text.startswith(NEW)} == {"Alice", "Bob"}
    sell_cat_food(shop, alice, "pets-dogs")
    concerned.look()
    assert told() == set()
    assert AuditEntry.objects.filter(verb="datasuspension.concerned").count() == 1
    suspending.change_end(suspension, last_on=day(-5), by=admin)
    assert {name for name, _text in told()} == {"Alice", "Bob"}
    SuspensionTold.objects.all().delete()
    concerned.look()
    assert {name for name, _text in told()} == {"Alice", "Bob"}


def test_who_was_told_at_an_act_is_not_told_that_it_begins_to_concern_him(
    shop: Merchant, alice: User, admin: User
) -> None:
    """What ended before he began is nothing to him; that it ends later he hears as a change."""
    told()
    ended = suspend(admin, category=category("pets"), first_on=day(900), last_on=day(890))
    sell_cat_food(shop, alice)
    concerned.look()
    assert told() == set()
    suspending.change_end(ended, last_on=None, by=admin)
    assert [text for _name, text in told() if text.startswith(NEW)] == []
    concerned.look()
    assert told() == set()


def test_whose_store_is_verified_later_is_told_then(
    shop: Merchant, alice: User, admin: User
) -> None:
    shop.stores.update(status=StoreStatus.VERIFYING)
    told()
    suspend(admin, category=None, last_on=None)
    concerned.look()
    assert told() == set()
    [store] = shop.stores.filter(kind="tmall")
    stores.verify(store, version=store.version, by=admin)
    assert {name for name, text in told() if text.startswith(NEW)} == {"Alice", "Bob"}


def test_days_of_his_that_become_empty_are_told_although_it_has_ended(
    shop: Merchant, alice: User, admin: User, live_listing: Listing
) -> None:
    suspend(admin, category=category("pets"))
    live_listing.periods.update(live_from=clock.start_of(day(12)))
    sell_cat_food(shop, alice)
    assert {name for name, text in told() if text.startswith(NEW)} == {"Alice", "Bob"}


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_tell_whom_it_concerns_once(
    shop: Merchant, alice: User, admin: User
) -> None:
    suspend(admin, category=None, last_on=None)
    SuspensionTold.objects.all().delete()
    Notice.objects.all().delete()
    at_once(*[concerned.look] * 3)
    assert Notice.objects.filter(user=alice).count() == 1


def test_the_beat_finds_a_store_that_the_listener_missed(shop: Merchant, admin: User) -> None:
    suspension = suspend(admin)
    before = suspension.stores.count()
    assert before
    suspension.stores.all().delete()
    assert concerned.look() == before
    assert suspension.stores.count() == before


def test_whom_it_concerns_is_shown_before_it_is_made(
    shop: Merchant, admin: User, alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(admin)
    source = Source.objects.get(code="taobao_tmall")
    address = f"/platform/sources/{source.pk}/suspend/"
    sent = FORM | {"category": category("beauty").pk, "first_on": str(day(20))}
    page = client.post(address, sent)
    assert page.status_code == 200
    assert "1 merchant, 1 stores." in page.content.decode()
    assert shop.name in page.content.decode()
    assert not DataSuspension.objects.exists()
    seen = page.context["form"]["seen"].value()
    # What was seen was of other days.
    page = client.post(address, sent | {"seen": seen, "first_on": str(day(19))})
    assert page.status_code == 200
    assert not DataSuspension.objects.exists()
    done = client.post(address, sent | {"seen": seen}, follow=True)
    suspension = DataSuspension.objects.get()
    assert done.redirect_chain == [(f"/suspensions/{suspension.pk}/", 302)]
    assert "from " + day(20).isoformat() + " on" in done.content.decode()
    assert "Taobao and Tmall" in client.get(f"/platform/sources/{source.pk}/").content.decode()
    # She reads why, and finds her report; what only the platform sees she does not.
    hers = client_of(alice).get(suspension.get_absolute_url()).content.decode()
    assert REASON in hers
    assert f"/m/{shop.code}/reports/" in hers
    assert admin.name not in hers
    assert "/edit/" not in hers


SEED_FIRST = date(2023, 8, 25)
# Food, mother and baby, beauty and care came back on 2024-02-27, the others on 2024-03-01.
BACK = {"food": date(2024, 2, 27), "baby": date(2024, 2, 27), "beauty": date(2024, 2, 27)}
OTHERS_BACK = date(2024, 3, 1)


def test_the_suspension_of_2023_through_pages_and_its_two_ends(
    sunscreen: Any, list_product: Any, admin: User, client_of: Callable[[User], Client]
) -> None:
    """Sunscreen is of beauty and came back first; a tent of sports, once it is sold, later."""
    at = datetime(2024, 3, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.at(at):
        asked = [SEED_FIRST - timedelta(days=1), SEED_FIRST, date(2024, 2, 26), date(2024, 2, 27),
                 date(2024, 2, 29), OTHERS_BACK]  # fmt: skip
        publish(sunscreen.merchant, *asked)
        client = client_of(admin)
        address = f"/platform/sources/{Source.objects.get(code='taobao_tmall').pk}/suspend/"
        for one in Category.objects.filter(parent=None):
            last_on = BACK.get(one.code, OTHERS_BACK) - timedelta(days=1)
            sent = FORM | {
                "category": one.pk, "first_on": str(SEED_FIRST), "last_on": str(last_on),
            }  # fmt: skip
            seen = client.post(address, sent).context["form"]["seen"].value()
            assert client.post(address, sent | {"seen": seen}).status_code == 302

        def withheld() -> list[date]:
            question = Question(sunscreen.merchant, asked[0], OTHERS_BACK, by=By.DAY)
            held = answer(question).coverage.withheld
            return [on for on in asked if on in held]

        assert withheld() == [SEED_FIRST, date(2024, 2, 26)]
        [store] = Store.objects.filter(merchant=sunscreen.merchant, kind="tmall")
        products.add(
            store, external_id="690000009003", title="Tent", category=category("sports-camping"),
            price_fen=1, by=sunscreen.created_by,
        )  # fmt: skip
        assert withheld() == [SEED_FIRST, date(2024, 2, 26), date(2024, 2, 27), date(2024, 2, 29)]
