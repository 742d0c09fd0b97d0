from typing import Any

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User


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


def test_a_search_takes_a_bounded_number_of_queries(
    client_of: Any,
    alice: User,
    shop: Merchant,
    sunscreen: Listing,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_of(alice)
    with django_assert_max_num_queries(16):
        client.get("/search/", {"q": "e"})
