from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from campaigns.boosts.models import Boost
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.tests.conftest import ListProduct


def test_alice_finds_her_things_by_name_and_by_id(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    client = client_of(alice)
    page = client.get("/search/", {"q": "sunscr"}).content.decode()
    assert "Why Sunscreen" in page
    assert sunscreen.get_absolute_url() in page
    assert (
        "Why Sunscreen"
        in client.get("/search/", {"q": sunscreen.note.external_id}).content.decode()
    )


def found(client: Client, words: str) -> dict[str, list[tuple[str, str, str]]]:
    """What the search box answers: by noun, each hit with its second line and its address."""
    groups = client.get("/search/", {"q": words}).context["groups"]
    return {
        group.title: [(hit.text, hit.detail, hit.url) for hit in group.hits] for group in groups
    }


@pytest.fixture
def boost(sunscreen: Listing, alice: User) -> Boost:
    """A boost of the note about sunscreen."""
    return Boost.objects.create(
        merchant=sunscreen.merchant,
        note=sunscreen.note,
        external_id="b-from-the-community",
        request_key=uuid4(),
        objective="reads",
        budget_fen=70_000,
        starts_on=clock.today(),
        ends_on=clock.today(),
        created_by=alice,
    )


def test_every_noun_is_found_by_its_name(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing, boost: Boost
) -> None:
    here = f"/m/{shop.code}"
    client, listing = client_of(alice), sunscreen
    note = ("Why Sunscreen", "Lin", f"{here}/notes/{listing.note_id}/")
    linked = ("Sunscreen", "Why Sunscreen", f"{here}/listings/{listing.pk}/")
    product = (
        "Sunscreen", listing.product.store.name, f"{here}/products/{listing.product_id}/"
    )  # fmt: skip
    boosted = ("Why Sunscreen", "Draft", f"{here}/boosts/{boost.pk}/")
    assert found(client, "unscr") == {
        "Notes": [note], "Listings": [linked], "Products": [product], "Boosts": [boosted],
    }  # fmt: skip
    store = shop.stores.get(kind="tmall")
    assert found(client, "beauty tmall") == {
        "Stores": [(store.name, "Tmall", f"{here}/stores/{store.pk}/")]
    }
    assert found(client, "ALICE BEAUTY")["Merchants"] == [(shop.name, "Verified", f"{here}/")]


def test_every_noun_is_found_by_its_id(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing, boost: Boost
) -> None:
    client, product = client_of(alice), sunscreen.product
    assert list(found(client, sunscreen.note.external_id)) == ["Notes"]
    assert list(found(client, sunscreen.code)) == ["Listings"]
    assert list(found(client, product.external_id)) == ["Notes", "Products"]
    assert list(found(client, product.store.external_id)) == ["Stores"]
    assert list(found(client, boost.external_id)) == ["Boosts"]
    assert list(found(client, shop.code)) == ["Merchants"]


def test_the_newest_eight_of_a_noun_are_shown_and_the_rest_is_mentioned(
    client_of: Any, alice: User, shop: Merchant, list_product: ListProduct
) -> None:
    client = client_of(alice)
    for number in range(8):
        list_product(shop, f"Soap {number}")
    page = client.get("/search/", {"q": "why soap"})
    [notes] = page.context["groups"]
    assert [hit.text for hit in notes.hits] == [f"Why Soap {n}" for n in range(7, -1, -1)]
    assert not notes.has_more
    list_product(shop, "Soap 8")
    [notes] = client.get("/search/", {"q": "why soap"}).context["groups"]
    assert [hit.text for hit in notes.hits] == [f"Why Soap {n}" for n in range(8, 0, -1)]
    assert notes.has_more


def test_charlie_finds_nothing_of_alices(
    client_of: Any, charlie: User, shop: Merchant, sunscreen: Listing, rival: Merchant
) -> None:
    client = client_of(charlie)
    assert "Sunscreen" not in client.get("/search/", {"q": "unscree"}).content.decode()
    assert "Rival Beauty" in client.get("/search/", {"q": "rival"}).content.decode()


def test_the_platform_finds_everyone(
    client_of: Any, manager: User, shop: Merchant, rival: Merchant
) -> None:
    page = client_of(manager).get("/search/", {"q": "Beauty"}).content.decode()
    assert "Alice Beauty" in page
    assert "Rival Beauty" in page


def test_an_empty_search_says_what_can_be_searched(client_of: Any, alice: User) -> None:
    page = client_of(alice).get("/search/").content.decode()
    assert "What are you looking for?" in page
    assert "Nothing found" in client_of(alice).get("/search/?q=zzz").content.decode()


def test_a_nul_in_a_search_is_left_out(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    client = client_of(alice)
    assert "What are you looking for?" in client.get("/search/?q=%00").content.decode()
    assert "Why Sunscreen" in client.get("/search/?q=sun%00screen").content.decode()
    assert client.get(f"/m/{shop.code}/reports/?q=%00").status_code == 200
    assert client.get(f"/m/{shop.code}/notes/?title=%00").status_code == 200
