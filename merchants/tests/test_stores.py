"""Stores: registered by the merchant, checked against their marketplace, verified by an admin."""

import pytest
from django.core.exceptions import PermissionDenied

from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.stores import verbs as stores
from merchants.stores.models import Store, StoreStatus
from portal.accounts.models import User
from portal.notices.models import Notice
from portal.refusals import Refusal


def register(merchant: Merchant, by: User, **fields: str) -> Store:
    known = {"kind": StoreKind.JD, "name": "Alice at JD", "external_id": "1000001"}
    known["url"] = "https://mall.jd.com/index-1000001.html"
    return stores.register(merchant, **{**known, **fields}, by=by)


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        (StoreKind.TAOBAO, "https://shop105.taobao.com/"),
        (StoreKind.TMALL, "https://Alice.tmall.com/shop/view.htm?spm=a1"),
        (StoreKind.JD, "https://mall.jd.com/index-1000001.html"),
        (StoreKind.VIP, "https://list.vip.com/10002.html"),
    ],
)
def test_a_store_is_registered_with_its_own_address(
    shop: Merchant, alice: User, kind: str, url: str
) -> None:
    store = register(shop, alice, kind=kind, url=url, external_id="x-1")
    assert store.status == StoreStatus.VERIFYING
    assert store.url.startswith("https://")
    assert "spm" not in store.url


def test_the_kind_has_to_agree_with_the_address(shop: Merchant, alice: User) -> None:
    with pytest.raises(Refusal, match="belongs to Tmall, but you chose Taobao") as refused:
        register(shop, alice, kind=StoreKind.TAOBAO, url="https://alice.tmall.com/")
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://alice.tmall.com/",
        "https://tmall.com.evil.example/",
        "https://alice.tmall.com.evil.example/",
        "https://eviltmall.com/",
        "https://detail.tmall.com/item.htm?id=1",
        "https://login.taobao.com/?redirect=https://evil.example",
        "https://s.click.taobao.com/",
        "https://item.jd.com/1.html",
        "https://www.baidu.com/",
    ],
)
def test_an_address_elsewhere_is_refused(shop: Merchant, alice: User, url: str) -> None:
    with pytest.raises(Refusal) as refused:
        register(shop, alice, url=url)
    assert refused.value.field == "url"


def test_a_merchant_has_one_in_app_shop(shop: Merchant, in_app_store: Store, alice: User) -> None:
    with pytest.raises(Refusal, match="one in-app shop"):
        register(shop, alice, kind=StoreKind.IN_APP, url="", external_id="another")


def test_a_store_belongs_to_one_merchant(
    tmall_store: Store, rival: Merchant, charlie: User
) -> None:
    with pytest.raises(Refusal, match="registered already"):
        register(
            rival,
            charlie,
            kind=StoreKind.TMALL,
            url="https://copy.tmall.com/",
            external_id=tmall_store.external_id,
        )


def test_a_rejected_store_leaves_its_id_to_its_owner(
    shop: Merchant, alice: User, rival: Merchant, charlie: User, admin: User
) -> None:
    squatted = register(shop, alice)
    squatted = stores.reject(squatted, version=squatted.version, reason="Not yours.", by=admin)
    store = register(rival, charlie)
    stores.verify(store, version=store.version, by=admin)
    with pytest.raises(Refusal, match="registered already"):
        stores.register_again(
            squatted, name="Again", external_id="1000001", url=squatted.url, by=alice
        )
    squatted.refresh_from_db()
    assert squatted.status == StoreStatus.REJECTED


def test_taobao_and_tmall_together_have_one_verified_store_of_an_id(
    tmall_store: Store, rival: Merchant, charlie: User, admin: User
) -> None:
    twin = register(
        rival,
        charlie,
        kind=StoreKind.TAOBAO,
        url="https://shop105.taobao.com/",
        external_id=tmall_store.external_id,
    )
    with pytest.raises(Refusal, match="another verified store with this id"):
        stores.verify(twin, version=twin.version, by=admin)
    twin.refresh_from_db()
    assert twin.status == StoreStatus.VERIFYING


@pytest.mark.parametrize("external_id", ["", " ", "a b", "=1+1", "<b>", "x" * 81])
def test_an_id_that_no_partner_sends_is_refused(
    shop: Merchant, alice: User, external_id: str
) -> None:
    with pytest.raises(Refusal) as refused:
        register(shop, alice, external_id=external_id)
    assert refused.value.field == "external_id"


def test_a_rejected_store_is_corrected_and_handed_in_again(
    shop: Merchant, bob: User, admin: User
) -> None:
    store = register(shop, bob)
    store = stores.reject(
        store, version=store.version, reason="The licence names another shop.", by=admin
    )
    assert store.decision_reason
    store = stores.register_again(
        store,
        name="Alice at JD",
        external_id="1000002",
        url="https://mall.jd.com/index-1000002.html",
        by=bob,
    )
    assert (store.status, store.decision_reason) == (StoreStatus.VERIFYING, "")


def test_strangers_register_nothing_here(shop: Merchant, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        register(shop, charlie)


def test_each_step_of_a_store_is_told_to_whoever_acts_next(
    shop: Merchant, alice: User, admin: User
) -> None:
    Notice.objects.all().delete()
    store = register(shop, alice)
    stores.reject(store, version=store.version, reason="Not yours.", by=admin)
    store = stores.register_again(
        store, name="JD", external_id=store.external_id, url=store.url, by=alice
    )
    stores.verify(store, version=store.version, by=admin)
    assert [str(notice) for notice in admin.notices.order_by("pk")] == [
        "The store “Alice at JD” waits for verification.",
        "The store “JD” waits for verification.",
    ]
    assert [str(notice) for notice in alice.notices.order_by("pk")] == [
        "The store “Alice at JD” was rejected; see the reason.",
        "The store “JD” is verified.",
    ]


def test_an_id_typed_in_another_case_is_the_same_store(
    shop: Merchant, rival: Merchant, charlie: User, tmall_store: Store
) -> None:
    for typed in [tmall_store.external_id.upper(), f" \u200b{tmall_store.external_id}　"]:
        with pytest.raises(Refusal, match="registered already"):
            stores.register(
                rival,
                kind=StoreKind.TMALL,
                name="Ours",
                external_id=typed,
                url="https://ours.tmall.com/",
                by=charlie,
            )
