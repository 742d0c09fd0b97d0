"""Products: by form or by pasting an address."""

from typing import Any

import pytest

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal.accounts.models import User
from portal.refusals import Refusal


@pytest.fixture
def facts(db: None) -> dict[str, Any]:
    category = Category.objects.get(code="beauty-makeup")
    return {"title": "Lipstick", "category": category, "price_fen": 12_900}


def test_a_pasted_address_finds_its_store(
    shop: Merchant, tmall_store: Store, alice: User, facts: dict[str, Any]
) -> None:
    product = products.add_by_address(
        shop, url="https://detail.tmall.com/item.htm?spm=a.b&id=720001", by=alice, **facts
    )
    assert (product.store, product.external_id) == (tmall_store, "720001")
    assert (product.title, product.price_fen) == ("Lipstick", 12_900)
    assert product.url == "https://detail.tmall.com/item.htm?id=720001"


def test_without_a_store_there_the_sentence_says_what_to_do(
    shop: Merchant, alice: User, facts: dict[str, Any]
) -> None:
    with pytest.raises(Refusal, match="product of JD, and you have no store there") as refused:
        products.add_by_address(shop, url="https://item.jd.com/100.html", by=alice, **facts)
    assert refused.value.field == "url"


def test_with_two_stores_there_one_has_to_be_chosen(
    shop: Merchant, tmall_store: Store, alice: User, facts: dict[str, Any]
) -> None:
    second = stores.register(
        shop,
        kind=StoreKind.TMALL,
        name="Second",
        external_id="second",
        url="https://second.tmall.com/",
        by=alice,
    )
    url = "https://detail.tmall.com/item.htm?id=720001"
    with pytest.raises(Refusal) as refused:
        products.add_by_address(shop, url=url, by=alice, **facts)
    assert refused.value.field == "store"
    product = products.add_by_address(shop, url=url, store=second, by=alice, **facts)
    assert product.store == second


def test_a_chosen_store_of_another_marketplace_does_not_take_a_pasted_product(
    shop: Merchant, tmall_store: Store, in_app_store: Store, alice: User, facts: dict[str, Any]
) -> None:
    jd = "https://item.jd.com/720001.html"
    tmall = "https://detail.tmall.com/item.htm?id=720001"
    for store, place in ((tmall_store, "Tmall"), (in_app_store, "In-app shop")):
        with pytest.raises(Refusal, match=f"belongs to JD, but the store is at {place}") as refused:
            products.add_by_address(shop, url=jd, store=store, by=alice, **facts)
        assert refused.value.field == "url"
    product = products.add_by_address(shop, url=tmall, store=tmall_store, by=alice, **facts)
    assert (product.store, product.external_id) == (tmall_store, "720001")


def test_an_outside_product_gets_its_address_from_its_id(
    tmall_store: Store, alice: User, facts: dict[str, Any]
) -> None:
    product = products.add(tmall_store, external_id="720002", by=alice, **facts)
    assert product.url == "https://detail.tmall.com/item.htm?id=720002"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://item.taobao.com/item.htm?id=720002", "belongs to Taobao"),
        ("https://detail.tmall.com/item.htm?id=720003", "names the product 720003"),
    ],
)
def test_an_address_of_another_product_is_refused(
    tmall_store: Store, alice: User, facts: dict[str, Any], url: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence) as refused:
        products.add(tmall_store, external_id="720002", url=url, by=alice, **facts)
    assert refused.value.field == "url"
    right = "https://detail.tmall.com/item.htm?spm=a1&id=720002"
    product = products.add(tmall_store, external_id="720002", url=right, by=alice, **facts)
    assert product.url == "https://detail.tmall.com/item.htm?id=720002"


def test_a_product_is_in_a_store_once(
    in_app_product: Product, alice: User, facts: dict[str, Any]
) -> None:
    with pytest.raises(Refusal, match="has this product already"):
        products.add(
            in_app_product.store, external_id=in_app_product.external_id, by=alice, **facts
        )


@pytest.mark.parametrize("price_fen", [0, -1])
def test_a_price_is_above_zero(
    in_app_store: Store, alice: User, facts: dict[str, Any], price_fen: int
) -> None:
    with pytest.raises(Refusal, match="above zero"):
        products.add(in_app_store, external_id="p-1", by=alice, **{**facts, "price_fen": price_fen})
