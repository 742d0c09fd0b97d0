"""What the audit log keeps of each act: who did it, for which team, what changed and why."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category, Product
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.marketplaces.placements import Placement
from merchants.notes import verbs as notes
from merchants.openings import applications
from merchants.openings.models import Opening, OpeningApplication
from merchants.rulechanges import verbs as rulechanges
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import AuditEntry, User
from tests import ruling
from tests.papers import PDF

CODE, OTHER_CODE = "91350100M000100Y43", "91310000MA1FL0AL2A"


def status(old: str, new: str) -> tuple[dict[str, str], dict[str, str]]:
    return {"status": old}, {"status": new}


def logged(
    subject: Any, verb: str, *, by: User | None, team: Any, old: Any, new: Any, reason: str = ""
) -> None:
    """Assert that the newest entry about `subject` says exactly this."""
    about = f"{subject._meta.model_name}:{subject.pk}"
    entry = AuditEntry.objects.filter(subject=about).latest("pk")
    told = (entry.verb, entry.actor, entry.team, entry.old, entry.new, entry.reason)
    assert told == (verb, by, team, old, new, reason)


def test_the_way_of_a_company_is_written_down(charlie: User, admin: User, manager: User) -> None:
    merchant = merchants.register(name="Glow", credit_code=CODE, by=charlie)
    team = merchant.team
    data = {"name": "Glow", "credit_code": CODE}
    logged(team, "team.created", by=charlie, team=team, old={}, new={"owner": charlie.email})
    logged(merchant, "merchant.registered", by=charlie, team=team, old={}, new=data)
    merchants.edit(merchant, name="Glow Lab", credit_code=OTHER_CODE, by=charlie)
    edited = {"name": "Glow Lab", "credit_code": OTHER_CODE}
    logged(merchant, "merchant.edited", by=charlie, team=team, old=data, new=edited)
    merchant = merchants.submit(merchant, by=charlie)
    old, new = status("draft", "submitted")
    logged(merchant, "merchant.submitted", by=charlie, team=team, old=old, new=new)
    merchants.send_back(merchant, version=merchant.version, reason=" A blurred scan. ", by=admin)
    old, new = status("submitted", "returned")
    logged(
        merchant, "merchant.returned", by=admin, team=team, old=old, new=new,
        reason="A blurred scan.",
    )  # fmt: skip
    merchant = merchants.submit(merchant, by=charlie)
    merchants.verify(merchant, version=merchant.version, account_manager=manager, by=admin)
    old, new = status("submitted", "verified")
    logged(merchant, "merchant.verified", by=admin, team=team, old=old, new=new)


def test_the_way_of_a_store_is_written_down(shop: Merchant, bob: User, admin: User) -> None:
    url, team = "https://mall.jd.com/index-1000001.html", shop.team
    store = stores.register(
        shop, kind="jd", name="At JD", external_id="1000001", url=url, by=bob
    )  # fmt: skip
    new: dict[str, Any] = {"kind": "jd", "external_id": "1000001", "url": url}
    logged(store, "store.registered", by=bob, team=team, old={}, new=new)
    stores.reject(store, version=store.version, reason=" Not yours. ", by=admin)
    old, new = status("verifying", "rejected")
    logged(
        store, "store.rejected", by=admin, team=team, old=old, new=new, reason="Not yours."
    )  # fmt: skip
    store = stores.register_again(store, name="At JD", external_id="1000001", url=url, by=bob)
    old, new = status("rejected", "verifying")
    logged(store, "store.verifying", by=bob, team=team, old=old, new=new)
    stores.verify(store, version=store.version, by=admin)
    old, new = status("verifying", "verified")
    logged(store, "store.verified", by=admin, team=team, old=old, new=new)


def test_a_new_product_and_its_correction_are_written_down(
    shop: Merchant, in_app_store: Store, bob: User
) -> None:
    makeup, hair = (Category.objects.get(code=f"beauty-{c}") for c in ("makeup", "hair"))
    product = products.add(
        in_app_store, external_id="p-1", title=" Comb ", category=makeup, price_fen=None, by=bob
    )
    added = {
        "external_id": "p-1", "title": "Comb", "category": "beauty-makeup", "price_fen": None,
        "is_available": True,
    }  # fmt: skip
    logged(product, "product.added", by=bob, team=shop.team, old={}, new=added)
    edited = products.edit(
        product, title=" Brush ", category=hair, price_fen=500, is_available=False, by=bob
    )
    assert (edited.title, edited.category, edited.price_fen) == ("Brush", hair, 500)
    changed = {
        "title": "Brush", "category": "beauty-hair", "price_fen": 500, "is_available": False,
    }  # fmt: skip
    logged(
        product, "product.edited", by=bob, team=shop.team, old=added, new={**added, **changed}
    )  # fmt: skip


def test_what_the_feed_says_of_a_note_is_written_down_once(shop: Merchant) -> None:
    said: dict[str, Any] = {"title": "One", "author_name": "Lin", "kind": "image"}
    note = notes.mirror(shop, external_id="n-1", published_at=None, **said)
    first = {**said, "published_at": ""}
    logged(note, "note.mirrored", by=None, team=shop.team, old={}, new=first)
    now = clock.now()
    for _ in range(2):
        notes.mirror(shop, external_id="n-1", published_at=now, **{**said, "title": "Two"})
    second = {**said, "title": "Two", "published_at": str(now)}
    logged(note, "note.mirrored", by=None, team=shop.team, old=first, new=second)
    assert AuditEntry.objects.filter(subject=f"note:{note.pk}").count() == 2


def test_the_way_of_a_listing_is_written_down(
    listing: Listing, approval: OpeningApplication, in_app_product: Product, alice: User, bob: User
) -> None:
    team = listing.merchant.team
    linked = {
        "note": listing.note.external_id, "product": listing.product.pk,
        "placement": "note_body",
    }  # fmt: skip
    logged(listing, "listing.linked", by=alice, team=team, old={}, new=linked)
    listings.edit(listing, fallback=None, has_ad_label=False, by=bob)
    before = {"fallback": in_app_product.pk, "has_ad_label": True}
    after = {"fallback": None, "has_ad_label": False}
    logged(listing, "listing.edited", by=bob, team=team, old=before, new=after)
    listings.edit(listing, fallback=in_app_product, has_ad_label=True, by=bob)
    logged(listing, "listing.edited", by=bob, team=team, old=after, new=before)
    for act, was, is_now in [
        (listings.publish, "draft", "live"),
        (listings.pause, "live", "paused"),
        (listings.resume, "paused", "live"),
        (listings.end, "live", "ended"),
    ]:
        act(listing, by=bob)
        old, new = status(was, is_now)
        logged(listing, f"listing.{is_now}", by=bob, team=team, old=old, new=new)


def test_a_rule_its_signature_and_its_withdrawal_are_written_down(
    opening: Opening, admin: User, second_admin: User
) -> None:
    old, new = status("proposed", "signed")
    change = opening.change
    logged(change, "rulechange.signed", by=second_admin, team=None, old=old, new=new)
    now = clock.now()
    proposed = ruling.propose(
        programme=opening.programme, category=opening.category, placement=Placement.PROFILE,
        store_kind="tmall", state="open", effective_at=now, reason=" More. ", by=admin,
    )  # fmt: skip
    told = {
        "kind": "openings", "effective_at": str(now), "grandfather": "none", "lines": 1,
    }  # fmt: skip
    logged(proposed, "rulechange.proposed", by=admin, team=None, old={}, new=told, reason="More.")
    rulechanges.withdraw(proposed, by=admin)
    old, new = status("proposed", "withdrawn")
    logged(proposed, "rulechange.withdrawn", by=admin, team=None, old=old, new=new)


def test_the_way_of_an_application_is_written_down(
    shop: Merchant, opening: Opening, bob: User, admin: User
) -> None:
    def document() -> SimpleUploadedFile:
        return SimpleUploadedFile("a.pdf", PDF)

    asked: dict[str, Any] = {
        "programme": opening.programme, "category": opening.category, "by": bob,
    }  # fmt: skip
    application = applications.submit(shop, document=document(), **asked)
    told: dict[str, Any] = {"programme": "red-cat", "category": "beauty", "document": "a.pdf"}
    team = shop.team
    logged(application, "application.submitted", by=bob, team=team, old={}, new=told)
    applications.send_back(application, version=application.version, reason=" Page 2. ", by=admin)
    name = application._meta.model_name
    old, new = status("submitted", "returned")
    logged(
        application, f"{name}.returned", by=admin, team=team, old=old, new=new, reason="Page 2."
    )  # fmt: skip
    application = applications.resubmit(application, document=document(), by=bob)
    old, new = status("returned", "submitted")
    logged(application, f"{name}.submitted", by=bob, team=team, old=old, new=new)
    applications.approve(application, version=application.version, by=admin)
    old, new = status("submitted", "approved")
    logged(application, f"{name}.approved", by=admin, team=team, old=old, new=new)
