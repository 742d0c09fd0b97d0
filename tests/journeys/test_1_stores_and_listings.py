"""The owner registers stores, adds products and links them to a note."""

from collections.abc import Callable

from playwright.sync_api import expect

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingStatus
from merchants.notes.models import Note
from merchants.stores.models import Store
from portal.accounts.models import User
from tests.journeys.walk import Walk

SERUM = "https://detail.tmall.com/item.htm?id=687654321098&skuId=1&spm=a1z10"


def test_from_a_store_to_a_live_listing(
    walk_as: Callable[[User], Walk], alice: User, admin: User, brand: Merchant, note: Note
) -> None:
    owner, platform = walk_as(alice), walk_as(admin)
    _register_stores(owner, brand)
    _verify_stores(platform)
    _add_products(owner, brand)
    _link_in_app(owner, brand, note)
    _link_outside(owner, brand, note)


def _register_stores(owner: Walk, brand: Merchant) -> None:
    owner.open(f"/m/{brand.code}/stores/")
    owner.follow("Register a store")
    owner.fill(kind="In-app shop", name="浅山集的小店", store_id="shop-1")
    owner.press("Register")
    owner.sees("Being verified")

    owner.open(f"/m/{brand.code}/stores/new/")
    owner.fill(kind="Tmall", name="浅山集旗舰店", store_id="tm-1")
    owner.fill(store_address="https://qianshanji.tmall.com.evil.example/")
    owner.press("Register")
    owner.sees("is not a store's address at Taobao, Tmall, JD or Vipshop")
    expect(owner.field("name")).to_have_value("浅山集旗舰店")
    owner.fill(store_address="https://qianshanji.tmall.com/")
    owner.press("Register")
    owner.sees("https://qianshanji.tmall.com/")
    assert Store.objects.filter(merchant=brand).count() == 2


def _verify_stores(platform: Walk) -> None:
    for name in ("浅山集的小店", "浅山集旗舰店"):
        platform.open("/platform/stores/")
        platform.follow(name)
        platform.page.get_by_label("Verify").check()
        platform.press("Decide")
    assert set(Store.objects.values_list("status", flat=True)) == {"verified"}


def _add_products(owner: Walk, brand: Merchant) -> None:
    owner.open(f"/m/{brand.code}/products/")
    owner.follow("Paste an address")
    owner.fill(product_address="https://item.jd.com.evil.example/100012043978.html")
    owner.fill(title="积雪草精华", category="Beauty and care / Skin care", price_in_yuan="199")
    owner.press("Add")
    owner.sees("“item.jd.com.evil.example” is not a product page of Taobao, Tmall, JD or Vipshop.")
    owner.fill(product_address=SERUM)
    owner.press("Add")
    owner.sees("“积雪草精华” is added.")

    owner.follow("Fill in a form")
    owner.fill(store="浅山集的小店", product_id="p-1", title="积雪草精华（小店）")
    owner.fill(category="Beauty and care / Skin care", price_in_yuan="189.90")
    owner.press("Add")
    owner.sees("189.90")
    outside = Product.objects.get(store__kind="tmall")
    assert (outside.external_id, outside.price_fen) == ("687654321098", 19_900)
    assert outside.url == "https://detail.tmall.com/item.htm?id=687654321098"


def _link_in_app(owner: Walk, brand: Merchant, note: Note) -> None:
    owner.open(f"/m/{brand.code}/notes/")
    owner.follow(note.title)
    owner.follow("Link a product")
    owner.fill(product="积雪草精华（小店） · In-app shop", placement="Pinned comment")
    owner.field("The note carries the ad label").check()
    owner.press("Link as a draft")
    owner.sees("Everything is in place")
    owner.press("Publish")
    owner.sees("Live: readers of the note see the product now.")


def _link_outside(owner: Walk, brand: Merchant, note: Note) -> None:
    """Without an opening the page says what is missing and offers no way around it."""
    owner.open(f"/m/{brand.code}/listings/new/?note={note.pk}")
    owner.fill(product="积雪草精华 · Tmall", placement="Note body", fallback="积雪草精华（小店）")
    owner.field("The note carries the ad label").check()
    owner.press("Link as a draft")
    owner.sees("An opening is in force: not met")
    expect(owner.main.get_by_role("button", name="Publish")).to_have_count(0)
    listing = Listing.objects.get(product__store__kind="tmall")
    assert listing.status == ListingStatus.DRAFT
