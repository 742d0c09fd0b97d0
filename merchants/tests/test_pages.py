"""Every list and form of this app renders, for those who may open it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category, Product
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.openings.models import Opening, OpeningApplication
from merchants.stores.models import Store
from portal.accounts import versions
from portal.accounts.models import User

MERCHANT_PAGES = [
    "merchant-detail", "store-list", "store-new", "product-list", "product-new", "product-paste",
    "note-list", "listing-list", "listing-new", "offer-list", "application-list",
    "application-new",
]  # fmt: skip
PLATFORM_PAGES = [
    "merchant-directory",
    "store-directory",
    "rulechange-list",
    "rulechange-new",
    "application-directory",
]
SignIn = Callable[[User], Client]


@pytest.mark.parametrize("page", MERCHANT_PAGES)
def test_the_owner_opens_every_page(
    page: str, live_listing: Listing, alice: User, client_of: SignIn
) -> None:
    url = reverse(f"merchants:{page}", args=[live_listing.merchant.code])
    assert client_of(alice).get(url).status_code == 200


@pytest.mark.parametrize("page", MERCHANT_PAGES)
def test_a_stranger_finds_none_of_them(
    page: str, shop: Merchant, rival: Merchant, charlie: User, client_of: SignIn
) -> None:
    url = reverse(f"merchants:{page}", args=[shop.code])
    assert client_of(charlie).get(url).status_code == 404


@pytest.mark.parametrize("page", PLATFORM_PAGES)
def test_an_admin_opens_every_page_of_the_platform(
    page: str, live_listing: Listing, admin: User, alice: User, client_of: SignIn
) -> None:
    assert client_of(admin).get(reverse(f"merchants:{page}")).status_code == 200
    assert client_of(alice).get(reverse(f"merchants:{page}")).status_code == 403


def test_every_detail_page_shows_its_row(
    live_listing: Listing, approval: OpeningApplication, alice: User, client_of: SignIn
) -> None:
    code, client = live_listing.merchant.code, client_of(alice)
    for page, pk in [
        ("store-detail", live_listing.product.store_id),
        ("product-edit", live_listing.product_id),
        ("note-detail", live_listing.note_id),
        ("listing-detail", live_listing.pk),
        ("listing-edit", live_listing.pk),
        ("application-detail", approval.pk),
    ]:
        assert client.get(reverse(f"merchants:{page}", args=[code, pk])).status_code == 200, page


def test_every_review_page_shows_its_row(
    shop: Merchant,
    tmall_store: Store,
    approval: OpeningApplication,
    opening: Opening,
    admin: User,
    client_of: SignIn,
) -> None:
    client = client_of(admin)
    for kind, row in [("merchant", shop), ("store", tmall_store), ("application", approval)]:
        page = client.get(reverse("review:review-detail", args=[kind, row.pk]))
        assert page.status_code == 200, kind
        assert str(row) in page.content.decode()
    page = client.get(reverse("merchants:rulechange-detail", args=[opening.change_id]))
    assert page.status_code == 200


def test_no_page_of_alice_names_the_rival(
    shop: Merchant, rival: Merchant, alice: User, client_of: SignIn
) -> None:
    client = client_of(alice)
    for page in MERCHANT_PAGES:
        assert b"Rival" not in client.get(reverse(f"merchants:{page}", args=[shop.code])).content


def test_ids_of_the_rival_in_a_form_are_refused(
    shop: Merchant, rival: Merchant, alice: User, client_of: SignIn
) -> None:
    foreign = Product.objects.filter(store__merchant=rival).first()
    assert foreign is not None
    note = Note.objects.get(merchant=rival)
    answer = client_of(alice).post(
        reverse("merchants:listing-new", args=[shop.code]),
        {"note": note.pk, "product": foreign.pk, "placement": "note_body"},
    )
    assert answer.status_code == 422
    assert not Listing.objects.exists()


def test_a_newcomer_registers_a_company_through_the_page(alice: User, client_of: SignIn) -> None:
    client = client_of(alice)
    page = reverse("merchants:merchant-new")
    assert client.get(page).status_code == 200
    wrong = client.post(page, {"name": "Glow Lab", "credit_code": "123"})
    assert wrong.status_code == 422
    assert b"Glow Lab" in wrong.content
    client.post(page, {"name": "Glow Lab", "credit_code": "91350100M000100Y43"})
    merchant = Merchant.objects.get()
    submit = reverse("merchants:merchant-submit", args=[merchant.code])
    client.post(submit, {"version": versions.of(merchant)})
    merchant.refresh_from_db()
    assert merchant.status == "submitted"


def test_an_admin_decides_once_and_the_second_tab_is_told(
    alice: User, admin: User, manager: User, client_of: SignIn
) -> None:
    merchant = merchants.register(name="Glow", credit_code="91350100M000100Y43", by=alice)
    merchant = merchants.submit(merchant, by=alice)
    client, read = client_of(admin), {"version": merchant.version}
    page = reverse("review:review-detail", args=["merchant", merchant.pk])
    back = {**read, "decision": "send_back"}
    assert client.post(page, {**back, "reason": ""}).status_code == 422
    chosen = {**read, "decision": "verify", "account_manager": manager.pk}
    assert client.post(page, chosen).status_code == 302
    late = client.post(page, {**back, "reason": "No"})
    assert late.status_code == 422
    assert "Not taken: this waits for no decision any more." in late.content.decode()


@pytest.mark.parametrize("price", ["0", "-1", "1.005", "1000000000000000", "abc"])
def test_a_price_that_is_none_is_refused_at_its_field(
    shop: Merchant, in_app_store: Store, alice: User, client_of: SignIn, price: str
) -> None:
    category = Category.objects.get(code="beauty-hair")
    answer = client_of(alice).post(
        reverse("merchants:product-new", args=[shop.code]),
        {
            "store": in_app_store.pk,
            "external_id": "p-1",
            "title": "Shampoo",
            "category": category.pk,
            "price_fen": price,
        },
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"price_fen"}
    assert "Shampoo" in answer.content.decode()


def test_a_pasted_look_alike_is_refused_and_kept(
    shop: Merchant, alice: User, client_of: SignIn
) -> None:
    category = Category.objects.get(code="beauty-hair")
    url = "https://item.jd.com.evil.example/100.html"
    answer = client_of(alice).post(
        reverse("merchants:product-paste", args=[shop.code]),
        {"url": url, "title": "Shampoo", "category": category.pk, "price_fen": "12.50"},
    )
    assert answer.status_code == 422
    assert url in answer.content.decode()
    assert not Product.objects.filter(title="Shampoo").exists()


def test_an_empty_list_says_the_next_step(alice: User, admin: User, client_of: SignIn) -> None:
    merchant = merchants.register(name="Glow", credit_code="91350100M000100Y43", by=alice)
    page = client_of(alice).get(reverse("merchants:store-list", args=[merchant.code]))
    content = page.content.decode()
    assert "Register your in-app shop first" in content
    assert reverse("merchants:store-new", args=[merchant.code]) in content


def test_nobody_is_offered_a_button_that_is_closed_to_him(
    opening: Opening, shop: Merchant, manager: User, alice: User, client_of: SignIn
) -> None:
    apply = reverse("merchants:application-new", args=[shop.code])
    link = reverse("merchants:listing-new", args=[shop.code])
    for page, button in [("offer-list", apply), ("listing-list", link)]:
        url = reverse(f"merchants:{page}", args=[shop.code])
        assert button in client_of(alice).get(url).content.decode()
        assert button not in client_of(manager).get(url).content.decode()
