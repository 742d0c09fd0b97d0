from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from campaigns.boosts.models import Boost
from campaigns.campaigns import verbs as campaigns
from merchants.catalogue.models import Product
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
    assert found(client, "tmall beauty")["Stores"] == [
        (store.name, "Tmall", f"{here}/stores/{store.pk}/")
    ]
    assert found(client, "ALICE BEAUTY")["Merchants"] == [(shop.name, "Verified", f"{here}/")]


def test_a_campaign_is_found_by_its_name_by_those_of_its_company(
    client_of: Any, alice: User, charlie: User, manager: User, shop: Merchant
) -> None:
    made = campaigns.open_one(
        shop, request_key=uuid4(), name="618 first wave", starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 18), target_kind="", target_value=None, budget_fen=None, by=alice,
    )  # fmt: skip
    hit = ("618 first wave", "2026-06-01 – 2026-06-18", f"/m/{shop.code}/campaigns/{made.pk}/")
    for words in ("618", "wave FIRST"):
        assert found(client_of(alice), words) == {"Campaigns": [hit]}
    assert found(client_of(manager), "618") == {"Campaigns": [hit]}
    assert found(client_of(charlie), "618") == {}


def test_every_noun_is_found_by_its_id(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing, boost: Boost
) -> None:
    client, product = client_of(alice), sunscreen.product
    assert list(found(client, sunscreen.note.external_id)) == ["Notes", "Boosts"]
    assert list(found(client, sunscreen.code)) == ["Listings"]
    assert list(found(client, product.external_id)) == ["Notes", "Listings", "Products", "Boosts"]
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
    notes, _listings = page.context["groups"]
    assert [hit.text for hit in notes.hits] == [f"Why Soap {n}" for n in range(7, -1, -1)]
    assert not notes.has_more
    list_product(shop, "Soap 8")
    notes, _listings = client.get("/search/", {"q": "why soap"}).context["groups"]
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


WORDS = ["SK-II", "ＳＫ－ＩＩ", "神仙水 SK-II", "230ml 神仙水", "sk-ii\u200b，护肤"]


@pytest.fixture
def essence(sunscreen: Listing) -> Listing:
    """The listing of a product whose title has words in two scripts."""
    Product.objects.filter(pk=sunscreen.product_id).update(
        title="SK-II 神仙水 230ml 护肤精华露", external_id="652859786487"
    )
    return Listing.objects.get(pk=sunscreen.pk)


@pytest.mark.parametrize("words", WORDS)
def test_words_are_found_in_any_order_and_width(
    client_of: Any, alice: User, shop: Merchant, essence: Listing, words: str
) -> None:
    client = client_of(alice)
    assert [hit[0] for hit in found(client, words)["Products"]] == [essence.product.title]
    for noun, condition in [("products", "title"), ("listings", "product")]:
        page = client.get(f"/m/{shop.code}/{noun}/", {condition: words})
        assert len(page.context["table"].rows) == 1, noun


def test_every_word_has_to_be_there(
    client_of: Any, alice: User, shop: Merchant, essence: Listing
) -> None:
    assert found(client_of(alice), "SK-II 面膜") == {}
    page = client_of(alice).get(f"/m/{shop.code}/products/", {"title": "，。！"})
    assert not page.context["table"].rows


@pytest.mark.parametrize(
    "pasted",
    [
        "https://detail.tmall.com/item.htm?id=652859786487",
        "https://item.taobao.com/item.htm?spm=a1z10&id=652859786487",
        "【淘宝】https://item.taobao.com/item.htm?id=652859786487 「测试」 点击链接直接打开",
        "我发现一个好东西：http://detail.tmall.com/item_o.htm?id=652859786487，推荐给你",
        "detail.tmall.com/item.htm?id=652859786487.",
        "https://world.taobao.com/item/652859786487.htm",
        "https://main.m.taobao.com/security-h5-detail/home?id=652859786487",
        "https://item.taobao.com/item.htm?id=652859786487&utparam=" + "x" * 2500,
        "652859786487",
    ],
)
def test_a_pasted_address_finds_the_product_and_its_listing(
    client_of: Any, alice: User, shop: Merchant, essence: Listing, pasted: str
) -> None:
    hits = found(client_of(alice), pasted)
    assert [hit[0] for hit in hits["Products"]] == [essence.product.title]
    assert [hit[2] for hit in hits["Listings"]] == [essence.get_absolute_url()]


def test_a_pasted_link_finds_its_listing(
    client_of: Any, alice: User, charlie: User, shop: Merchant, essence: Listing
) -> None:
    code = essence.code
    for pasted in [
        f"/l/{code}", f"https://go.example.com/l/{code}", f"看：http://x.cn/l/{code.upper()}。",
        f"/l/{code}/", code, code.upper(), f"{code}\u200b",
    ]:  # fmt: skip
        assert list(found(client_of(alice), pasted)) == ["Listings"], pasted
        assert found(client_of(charlie), pasted) == {}


def test_a_pasted_address_finds_the_store(client_of: Any, alice: User, shop: Merchant) -> None:
    store = shop.stores.get(kind="tmall")
    for pasted in [store.url, store.url.removeprefix("https://"), f"店铺：{store.url}，"]:
        assert [hit[0] for hit in found(client_of(alice), pasted)["Stores"]] == [store.name]


def test_a_look_alike_of_an_address_finds_nothing(
    client_of: Any, alice: User, essence: Listing
) -> None:
    for pasted in [
        "https://detail.tmall.com.evil.example/item.htm?id=652859786487",
        "https://m.tb.cn/h.Abc1234?tk=AbCdEfGhIjK",
    ]:
        assert found(client_of(alice), pasted) == {}
