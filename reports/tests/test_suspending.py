"""Who suspends data, what is refused, whom it concerns, and who is told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.notices.models import Notice
from portal.refusals import Outdated, Refusal
from reports.answers.answer import answer
from reports.answers.question import By, Question
from reports.sources import concerned, suspending
from reports.sources.models import Source
from reports.sources.suspensions import DataSuspension, SuspensionState, SuspensionTold
from reports.tests.factory import day, publish
from tests.racing import at_once

pytestmark = pytest.mark.django_db

REASON = "回传数据缺失"


def category(code: str) -> Category:
    return Category.objects.get(code=code)


def suspend(by: User, **given: Any) -> DataSuspension:
    asked: dict[str, Any] = {
        "category": category("beauty"), "first_on": day(20), "last_on": day(11), "reason": REASON,
    }  # fmt: skip
    source = Source.objects.get(code=given.pop("source", "taobao_tmall"))
    return suspending.suspend(source, **(asked | given), by=by)


def test_only_admins_suspend_change_and_lift(admin: User, manager: User, alice: User) -> None:
    suspension = suspend(admin)
    for other in (manager, alice):
        with pytest.raises(PermissionDenied):
            suspend(other, first_on=day(5), last_on=None)
        with pytest.raises(PermissionDenied):
            suspending.change_end(suspension, last_on=None, by=other)
        with pytest.raises(PermissionDenied):
            suspending.lift(suspension, reason="Back", by=other)


@pytest.mark.parametrize(
    ("other", "is_free"),
    [
        ({}, False),
        ({"first_on": day(11)}, False),
        ({"first_on": day(10)}, True),
        ({"first_on": day(30), "last_on": day(21)}, True),
        ({"first_on": day(30), "last_on": None}, False),
        ({"category": None}, False),
        ({"category": "beauty-hair"}, False),
        ({"category": "food"}, True),
        ({"source": "jd"}, True),
    ],
)
def test_the_same_data_are_suspended_once(
    other: dict[str, Any], is_free: bool, admin: User
) -> None:
    first = suspend(admin)
    if isinstance(other.get("category"), str):
        other = other | {"category": category(other["category"])}
    if "first_on" in other and "last_on" not in other:
        other = other | {"last_on": None}
    if is_free:
        suspend(admin, **other)
        return
    with pytest.raises(Refusal, match="suspended already") as refused:
        suspend(admin, **other)
    assert str(first) in refused.value.message
    assert refused.value.field == "first_on"
    suspending.lift(first, reason="Back", by=admin)
    suspend(admin, **other)


def test_the_parent_is_refused_where_a_part_is_suspended(admin: User) -> None:
    suspend(admin, category=category("beauty-hair"))
    with pytest.raises(Refusal, match="suspended already"):
        suspend(admin)


def test_an_end_is_not_moved_into_another_suspension(admin: User) -> None:
    first = suspend(admin)
    suspend(admin, first_on=day(5), last_on=None)
    for last_on in (day(5), None):
        with pytest.raises(Refusal, match="suspended already") as refused:
            suspending.change_end(first, last_on=last_on, by=admin)
        assert refused.value.field == "last_on"
    assert suspending.change_end(first, last_on=day(6), by=admin).last_on == day(6)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_on": date(2012, 12, 31)}, "first_on"),
        ({"first_on": day(-400), "last_on": None}, "first_on"),
        ({"last_on": day(-400)}, "last_on"),
        ({"last_on": date.max}, "last_on"),
        ({"last_on": day(21)}, "last_on"),
        ({"reason": " \u3000"}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
def test_what_cannot_be_suspended_is_refused_at_its_field(
    wrong: dict[str, Any], field: str, admin: User
) -> None:
    with pytest.raises(Refusal) as refused:
        suspend(admin, **wrong)
    assert refused.value.field == field
    assert not DataSuspension.objects.exists()


def test_what_is_lifted_is_neither_lifted_nor_changed_again(admin: User) -> None:
    suspension = suspending.lift(suspend(admin), reason="Back", by=admin)
    with pytest.raises(Refusal, match="was lifted at"):
        suspending.lift(suspension, reason="Back", by=admin)
    with pytest.raises(Refusal, match="was lifted at"):
        suspending.change_end(suspension, last_on=None, by=admin)
    assert AuditEntry.objects.filter(verb="datasuspension.lifted").count() == 1


def test_who_read_an_older_version_changes_nothing(admin: User) -> None:
    suspension = suspend(admin)
    suspending.change_end(suspension, last_on=day(9), version=None, by=admin)
    with pytest.raises(Outdated):
        suspending.change_end(suspension, last_on=None, version="1", by=admin)
    with pytest.raises(Outdated):
        suspending.lift(suspension, reason="Back", version="1", by=admin)


def test_the_database_alone_keeps_two_of_one_category_apart(admin: User) -> None:
    """The twin of the look before: without it the constraint says no."""
    suspension = suspend(admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataSuspension.objects.create(
            source=suspension.source, category=suspension.category, first_on=day(12),
            reason=REASON, suspended_at=clock.now(), suspended_by=admin,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_at_once_one_is_refused_by_the_other(admin: User, second_admin: User) -> None:
    done, refused = at_once(
        lambda: suspend(admin), lambda: suspend(second_admin, category=category("beauty-hair"))
    )
    assert (len(done), len(refused)) == (1, 1)
    assert str(done[0]) in refused[0].message
    suspension = done[0]
    done, refused = at_once(
        lambda: suspending.lift(suspension, reason="Back", by=admin),
        lambda: suspending.lift(suspension, reason="Back", by=second_admin),
    )
    assert (len(done), len(refused)) == (1, 1)


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
    suspend(admin, category=None, last_on=None)
    concerned.look()
    assert told() == set()
    [store] = shop.stores.filter(kind="tmall")
    store.move_to(StoreStatus.VERIFIED, by=admin)
    assert [name for name, text in told() if text.startswith(NEW)] == ["Alice"]


def test_days_of_his_that_become_empty_are_told_although_it_has_ended(
    shop: Merchant, alice: User, admin: User, live_listing: Listing
) -> None:
    suspend(admin, category=category("pets"))
    live_listing.periods.update(live_from=clock.start_of(day(12)))
    sell_cat_food(shop, alice)
    assert [name for name, text in told() if text.startswith(NEW)] == ["Alice"]


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


def test_states_follow_the_days(admin: User) -> None:
    ended = suspend(admin)
    running = suspend(admin, first_on=day(0), last_on=None, category=category("food"))
    coming = suspend(admin, first_on=day(-1), last_on=None, category=category("pets"))
    assert [one.state for one in (ended, running, coming)] == [
        SuspensionState.ENDED, SuspensionState.RUNNING, SuspensionState.COMING,
    ]  # fmt: skip
    assert suspending.lift(ended, reason="Back", by=admin).state == SuspensionState.LIFTED


FORM = {"category": "", "first_on": "", "last_on": "", "reason": REASON, "seen": ""}


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


def test_the_form_refuses_at_its_field_and_keeps_what_was_typed(
    shop: Merchant, admin: User, client_of: Callable[[User], Client]
) -> None:
    suspend(admin)
    client = client_of(admin)
    address = f"/platform/sources/{Source.objects.get(code='taobao_tmall').pk}/suspend/"
    sent = FORM | {"first_on": str(day(15))}
    seen = client.post(address, sent).context["form"]["seen"].value()
    page = client.post(address, sent | {"seen": seen})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["first_on"]
    assert page.context["form"]["reason"].value() == REASON


def test_the_end_is_changed_and_the_suspension_lifted_on_pages(
    admin: User, client_of: Callable[[User], Client]
) -> None:
    suspension, client = suspend(admin), client_of(admin)
    address = f"/platform/sources/suspensions/{suspension.pk}/"
    version = client.get(f"{address}edit/").context["form"]["version"].value()
    client.post(f"{address}edit/", {"last_on": "", "version": version})
    suspension.refresh_from_db()
    assert suspension.last_on is None
    late = client.post(f"{address}lift/", {"reason": "Back", "version": version})
    assert late.status_code == 422
    version = late.context["form"]["version"].value()
    page = client.post(f"{address}lift/", {"reason": "Back", "version": version}, follow=True)
    assert "Lifted" in page.content.decode()
    suspension.refresh_from_db()
    assert (suspension.lifted_by, suspension.lift_reason) == (admin, "Back")


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
