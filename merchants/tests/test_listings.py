"""Listings: linked, checked against every rule, published, and remembered by the second."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings import publishing
from merchants.listings import verbs as listings
from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.openings.models import Opening, OpeningApplication, OpeningState
from merchants.stores.models import Store
from portal import clock
from portal.accounts import versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.states import TransitionError
from tests.ruling import rewrite

SignIn = Callable[[User], Client]


def failed(listing: Listing) -> set[str]:
    fresh = Listing.objects.get(pk=listing.pk)
    checks = publishing.checks(fresh, at=clock.now())
    return {check.rule for check in checks if not check.passed}


def test_with_opening_and_approval_a_listing_goes_live(
    listing: Listing, approval: OpeningApplication, alice: User
) -> None:
    listing = listings.publish(listing, by=alice)
    assert listing.status == ListingStatus.LIVE
    assert listing.periods.filter(live_to=None).count() == 1


def test_the_code_of_a_link_has_ten_characters_that_nobody_mistakes(listing: Listing) -> None:
    assert re.fullmatch(r"[2-9a-hjkmnp-z]{10}", listing.code)


def test_without_an_opening_the_refusal_names_the_scope(listing: Listing, alice: User) -> None:
    with pytest.raises(listings.NotPublishable) as refused:
        listings.publish(listing, by=alice)
    assert {check.rule for check in refused.value.failed} == {
        "opening_in_force",
        "application_approved",
    }
    assert str(refused.value) == (
        "Red Cat plan · Skin care · Note body · Tmall has not been opened."
        " A product of your in-app shop can be linked now; it needs no opening."
        " Apply under Red Cat plan for Skin care."
    )
    listing.refresh_from_db()
    assert listing.status == ListingStatus.DRAFT


def told_of_the_opening(listing: Listing) -> str:
    checks = {check.rule: check for check in publishing.checks(listing, at=clock.now())}
    return checks["opening_in_force"].text


def test_the_checklist_says_whether_the_rule_is_open_closed_or_coming(
    listing: Listing, opening: Opening
) -> None:
    assert told_of_the_opening(listing).startswith(f"{opening.scope} is open since ")
    rewrite(state=OpeningState.CLOSED)
    assert told_of_the_opening(listing).startswith(f"{opening.scope} is closed since ")
    coming = clock.now() + timedelta(days=1)
    rewrite(state=OpeningState.OPEN, effective_at=coming)
    assert told_of_the_opening(listing).startswith(f"{opening.scope} opens on ")


@pytest.mark.parametrize(
    ("rule", "break_it"),
    [
        ("merchant_verified", lambda x: Merchant.objects.update(status="submitted")),
        ("store_verified", lambda x: Store.objects.filter(kind="tmall").update(status="rejected")),
        ("note_published", lambda x: Note.objects.update(published_at=None)),
        ("ad_label", lambda x: Listing.objects.update(has_ad_label=False)),
        ("fallback", lambda x: Listing.objects.update(fallback=None)),
        ("opening_in_force", lambda x: rewrite(state="closed")),
        ("application_approved", lambda x: OpeningApplication.objects.update(status="returned")),
    ],
)
def test_each_rule_alone_keeps_a_listing_back(
    listing: Listing,
    approval: OpeningApplication,
    alice: User,
    rule: str,
    break_it: Callable[[object], object],
) -> None:
    assert failed(listing) == set()
    break_it(None)
    assert failed(listing) == {rule}
    with pytest.raises(listings.NotPublishable):
        listings.publish(listing, by=alice)


def test_another_placement_needs_its_own_opening(
    listing: Listing, approval: OpeningApplication
) -> None:
    Listing.objects.update(placement=Placement.COMMENT_PINNED)
    assert failed(listing) == {"opening_in_force"}


def test_an_in_app_listing_needs_no_opening(
    shop: Merchant, note: Note, in_app_product: Product, bob: User
) -> None:
    listing = listings.link(
        shop,
        note=note,
        product=in_app_product,
        placement=Placement.NOTE_BODY,
        has_ad_label=True,
        by=bob,
    )
    assert listings.publish(listing, by=bob).status == ListingStatus.LIVE


def test_periods_remember_when_readers_saw_it(
    listing: Listing, approval: OpeningApplication, alice: User
) -> None:
    start, hour = clock.now(), timedelta(hours=1)
    acts = [listings.publish, listings.pause, listings.resume, listings.end]
    for hours, act in enumerate(acts):
        with clock.at(start + hours * hour):
            act(listing, by=alice)
    assert list(listing.periods.order_by("live_from").values_list("live_from", "live_to")) == [
        (start, start + hour),
        (start + 2 * hour, start + 3 * hour),
    ]


def test_a_paused_listing_meets_the_rules_of_the_day_it_returns(
    live_listing: Listing, alice: User
) -> None:
    listings.pause(live_listing, by=alice)
    rewrite(state=OpeningState.CLOSED)
    with pytest.raises(listings.NotPublishable):
        listings.resume(live_listing, by=alice)


def test_the_second_tab_cannot_pause_again(live_listing: Listing, alice: User) -> None:
    listings.pause(live_listing, by=alice)
    with pytest.raises(TransitionError, match="Paused"):
        listings.pause(live_listing, by=alice)


def test_one_product_is_linked_once_at_a_spot(listing: Listing, alice: User) -> None:
    with pytest.raises(Refusal, match="linked at this spot"):
        listings.link(
            listing.merchant,
            note=listing.note,
            product=listing.product,
            placement=listing.placement,
            by=alice,
        )


def test_only_ones_own_notes_and_products_are_linked(
    shop: Merchant, rival: Merchant, note: Note, in_app_product: Product, alice: User
) -> None:
    theirs = Product.objects.filter(store__merchant=rival).first()
    assert theirs is not None
    spot = Placement.NOTE_BODY
    with pytest.raises(Refusal, match="This product is not yours") as refused:
        listings.link(shop, note=note, product=theirs, placement=spot, by=alice)
    assert refused.value.field == "product"
    with pytest.raises(Refusal, match="This note is not yours") as refused:
        listings.link(
            shop, note=rival.notes.get(), product=in_app_product, placement=spot, by=alice
        )
    assert refused.value.field == "note"
    mine = listings.link(shop, note=note, product=in_app_product, placement=spot, by=alice)
    assert not mine.has_ad_label


def test_the_fallback_is_in_app_and_ones_own(
    listing: Listing, rival: Merchant, in_app_product: Product, alice: User
) -> None:
    foreign = Product.objects.get(store__merchant=rival, store__kind="in_app")
    for wrong in (foreign, listing.product):
        with pytest.raises(Refusal, match="your own in-app shop") as refused:
            listings.edit(listing, fallback=wrong, has_ad_label=True, by=alice)
        assert refused.value.field == "fallback"
    listings.edit(listing, fallback=None, has_ad_label=False, by=alice)
    edited = listings.edit(listing, fallback=in_app_product, has_ad_label=True, by=alice)
    edited.refresh_from_db()
    assert (edited.fallback, edited.has_ad_label) == (in_app_product, True)


def test_a_live_listing_stands_still(live_listing: Listing, alice: User) -> None:
    with pytest.raises(Refusal, match="Pause the listing"):
        listings.edit(live_listing, fallback=None, has_ad_label=False, by=alice)


def test_strangers_publish_nothing(
    listing: Listing, approval: OpeningApplication, charlie: User
) -> None:
    with pytest.raises(PermissionDenied):
        listings.publish(listing, by=charlie)


def test_the_page_shows_what_is_missing_and_publishes_when_nothing_is(
    listing: Listing, opening: Opening, alice: User, client_of: SignIn
) -> None:
    client = client_of(alice)
    page = reverse("merchants:listing-detail", args=[listing.merchant.code, listing.pk])
    assert "Apply under Red Cat plan for Skin care." in client.get(page).content.decode()
    publish = reverse("merchants:listing-publish", args=[listing.merchant.code, listing.pk])
    answer = client.post(publish, {"version": versions.of(listing)}, follow=True)
    assert "Apply under Red Cat plan" in str(*answer.context["messages"])
    listing.refresh_from_db()
    assert listing.status == ListingStatus.DRAFT


def test_pages_publish_pause_resume_and_end(
    listing: Listing, approval: OpeningApplication, bob: User, client_of: SignIn
) -> None:
    client = client_of(bob)
    for move, status in [
        ("publish", "live"),
        ("pause", "paused"),
        ("resume", "live"),
        ("end", "ended"),
    ]:
        url = reverse(f"merchants:listing-{move}", args=[listing.merchant.code, listing.pk])
        client.post(url, {"version": versions.of(listing)})
        listing.refresh_from_db()
        assert listing.status == status


def test_a_listing_that_is_kept_back_says_what_is_allowed_instead(
    listing: Listing, opening: Opening, shop: Merchant
) -> None:
    listing.placement = Placement.PROFILE
    assert told_of_the_opening(listing).endswith("Open for this category now: Tmall · Note body.")
    rewrite(state="closed")
    assert told_of_the_opening(listing).endswith(
        "A product of your in-app shop can be linked now; it needs no opening."
    )
    shop.stores.filter(kind="in_app").update(status="rejected")
    assert told_of_the_opening(listing).endswith("register yours to link one.")
