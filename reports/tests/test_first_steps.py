"""The checklist of a new merchant, on its home."""

from typing import Any

from django.test import Client

from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.stores import verbs as stores
from portal.accounts.models import User
from reports.tests.test_home import boost, home


def test_a_new_merchant_meets_a_checklist(client_of: Any, alice: User, shop: Merchant) -> None:
    page = client_of(alice).get(home(shop)).content.decode()
    assert "Your way to the first boost" in page
    assert "These days are not computed yet" in page


def steps(client: Client, merchant: Merchant) -> list[bool]:
    """Which of the first steps are done, in their order."""
    return [step.is_done for step in client.get(home(merchant)).context["steps"]]


def test_each_first_step_is_ticked_when_it_is_done_and_not_before(
    client_of: Any, charlie: User, admin: User, manager: User
) -> None:
    merchant = merchants.register(name="Glow", credit_code="91350100M000100Y43", by=charlie)
    client = client_of(charlie)
    assert steps(client, merchant) == [False] * 5
    merchants.submit(merchant, by=charlie)
    assert steps(client, merchant) == [False] * 5
    merchant.refresh_from_db()
    merchants.verify(merchant, version=merchant.version, account_manager=manager, by=admin)
    assert steps(client, merchant) == [True, False, False, False, False]
    store = stores.register(
        merchant, kind="in_app", name="Glow", external_id="glow", url="", by=charlie
    )
    assert steps(client, merchant) == [True, False, False, False, False]
    stores.verify(store, version=store.version, by=admin)
    assert steps(client, merchant) == [True, True, False, False, False]


def test_the_last_steps_are_a_product_a_published_listing_and_a_boost(
    client_of: Any, alice: User, shop: Merchant, listing: Listing
) -> None:
    client = client_of(alice)
    assert steps(client, shop) == [True, True, True, False, False]
    Listing.objects.update(status="live")
    assert steps(client, shop) == [True, True, True, True, False]


def test_a_merchant_that_has_done_all_of_it_meets_no_checklist(
    client_of: Any, alice: User, shop: Merchant, live_listing: Listing
) -> None:
    boost(shop)
    page = client_of(alice).get(home(shop))
    assert page.context["steps"] == []
    assert "Your way to the first boost" not in page.content.decode()


def test_a_step_leads_to_the_page_where_it_is_done(
    client_of: Any, alice: User, shop: Merchant
) -> None:
    client = client_of(alice)
    shown = [(step.text, step.url) for step in client.get(home(shop)).context["steps"]]
    here = f"/m/{shop.code}"
    assert shown == [
        ("Have your company verified", f"{here}/company/"),
        ("Register a store and have it verified", f"{here}/stores/"),
        ("Add a product, for example by pasting its address", f"{here}/products/"),
        ("Link a product to a note and publish the listing", f"{here}/listings/"),
        ("Boost a note", f"{here}/boosts/"),
    ]
