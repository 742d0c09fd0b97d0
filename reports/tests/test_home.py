from typing import Any

from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import Role, User
from reports.tests.factory import credit, day, publish
from tests.browser import PHONE, PageOf, accessible, fits


def home(merchant: Merchant) -> str:
    return reverse("reports:home-merchant", args=[merchant.code])


def test_everyone_is_sent_to_their_own_place(
    client_of: Any, alice: User, bob: User, manager: User, admin: User, shop: Merchant
) -> None:
    assert client_of(alice).get("/").url == home(shop)
    assert client_of(bob).get("/").url == home(shop)
    assert client_of(manager).get("/").url == "/platform/"
    assert client_of(admin).get("/").url == "/platform/"


def test_someone_without_a_merchant_is_asked_to_register_one(client_of: Any, alice: User) -> None:
    assert client_of(alice).get("/").url == reverse("merchants:merchant-new")


def test_every_page_leads_to_the_homes_of_ones_other_merchants(
    client_of: Any, alice: User, shop: Merchant, rival: Merchant
) -> None:
    page = reverse("merchants:store-list", args=[shop.code])
    assert home(rival) not in client_of(alice).get(page).content.decode()
    rival.team.memberships.create(user=alice, role=Role.ANALYST)
    assert home(rival) in client_of(alice).get(page).content.decode()


def test_a_new_merchant_meets_a_checklist(client_of: Any, alice: User, shop: Merchant) -> None:
    page = client_of(alice).get(home(shop)).content.decode()
    assert "Your way to the first boost" in page
    assert "These days are not computed yet" in page


def test_the_last_days_are_told_in_numbers(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    (yesterday,) = publish(shop, day(1))
    credit(yesterday, sunscreen, "order", value_fen=12_345)
    page = client_of(alice).get(home(shop)).content.decode()
    assert "¥123.45" in page


def test_a_refused_store_is_an_alert(client_of: Any, alice: User, shop: Merchant) -> None:
    shop.stores.filter(kind="tmall").update(status="rejected")
    assert "was not accepted" in client_of(alice).get(home(shop)).content.decode()


def test_the_platform_sees_what_waits(
    client_of: Any, admin: User, manager: User, shop: Merchant
) -> None:
    shop.stores.filter(kind="tmall").update(status="verifying")
    page = client_of(admin).get("/platform/").content.decode()
    assert "Stores to verify" in page
    assert "Boosts to review" not in page
    page = client_of(manager).get("/platform/").content.decode()
    assert "Boosts to review" in page
    assert "Stores to verify" not in page


def test_home_takes_a_bounded_number_of_queries(
    client_of: Any, alice: User, admin: User, shop: Merchant, django_assert_max_num_queries: Any
) -> None:
    publish(shop, day(1))
    client = client_of(alice)
    with django_assert_max_num_queries(30):
        client.get(home(shop))
    client = client_of(admin)
    with django_assert_max_num_queries(16):
        client.get("/platform/")


def test_home_works_for_everyone(page_of: PageOf, alice: User, shop: Merchant) -> None:
    publish(shop, *(day(ago) for ago in range(1, 31)))
    page = page_of(alice, width=PHONE)
    page.goto(home(shop))
    accessible(page)
    fits(page)
