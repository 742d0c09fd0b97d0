"""The checklist on the page of a listing: what keeps it from its readers, and what to do."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.openings.models import Opening, OpeningApplication, Programme
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import User
from tests.ruling import rewrite

DAY = timedelta(days=1)
Checklist = Callable[..., dict[str, Any]]


@pytest.fixture
def checklist(shop: Merchant, alice: User, client_of: Callable[[User], Client]) -> Checklist:
    """`checklist(listing)` is what Alice's page says of each rule."""

    def read(listing: Listing) -> dict[str, Any]:
        page = client_of(alice).get(
            reverse("merchants:listing-detail", args=[shop.code, listing.pk])
        )
        return {check.rule: check for check, _url in page.context["checks"]}

    return read


@pytest.fixture
def later_programme(db: None) -> Programme:
    """A second agreement with the same marketplace."""
    first = Programme.objects.get(code="red-cat")
    return Programme.objects.create(
        code="red-cat-2",
        name_zh="红猫二期",
        name_en="Red Cat two",
        marketplace=first.marketplace,
        starts_on=date(2026, 1, 1),
    )


def failed(checks: dict[str, Any]) -> set[str]:
    return {rule for rule, check in checks.items() if not check.passed}


def test_every_rule_of_an_outside_listing_has_its_title(
    listing: Listing, checklist: Checklist
) -> None:
    assert [(check.rule, check.title) for check in checklist(listing).values()] == [
        ("merchant_verified", "The company is verified"),
        ("store_verified", "The store is verified"),
        ("note_published", "The note is published"),
        ("ad_label", "The merchant says that the note carries the ad label"),
        ("fallback", "An in-app product takes over when the outside way is closed"),
        ("opening_in_force", "An opening is in force"),
        ("application_approved", "Your application is approved"),
    ]


def test_a_rule_that_is_met_says_no_more(
    listing: Listing, approval: OpeningApplication, checklist: Checklist
) -> None:
    checks = checklist(listing)
    in_force = checks.pop("opening_in_force")
    assert (in_force.passed, in_force.title) == (True, "An opening is in force")
    assert {check.text for check in checks.values()} == {""}


def test_an_in_app_listing_meets_the_first_four_rules_alone(
    shop: Merchant, note: Note, in_app_product: Product, alice: User, checklist: Checklist
) -> None:
    listing = listings.link(
        shop, note=note, product=in_app_product, placement="note_body", by=alice
    )
    checks = checklist(listing)
    assert list(checks) == ["merchant_verified", "store_verified", "note_published", "ad_label"]
    assert failed(checks) == {"ad_label"}


def test_a_rule_that_is_not_met_says_what_to_do_and_where(
    listing: Listing, opening: Opening, alice: User, client_of: Callable[[User], Client]
) -> None:
    Merchant.objects.update(status="submitted")
    Store.objects.update(status="verifying")
    Note.objects.update(published_at=None)
    Listing.objects.update(has_ad_label=False)
    code, pk = listing.merchant.code, listing.pk
    page = client_of(alice).get(reverse("merchants:listing-detail", args=[code, pk]))
    store = listing.product.store
    edit = reverse("merchants:listing-edit", args=[code, pk])
    told = {check.rule: (check.text, url) for check, url in page.context["checks"]}
    in_force = told.pop("opening_in_force")
    assert in_force[1] == ""
    assert told == {
        "merchant_verified": (
            "Hand the company data in and wait for the platform.",
            reverse("merchants:merchant-detail", args=[code]),
        ),
        "store_verified": (
            f"The platform has to verify “{store}” first.",
            reverse("merchants:store-detail", args=[code, store.pk]),
        ),
        "note_published": (
            "Publish the note in the community; it is mirrored here by itself.",
            "",
        ),
        "ad_label": ("Add the ad label to the note and tick it here.", edit),
        "fallback": ("Choose a product of your verified in-app shop as the fallback.", edit),
        "application_approved": (
            "Apply under Red Cat plan for Skin care.",
            reverse("merchants:offer-list", args=[code]),
        ),
    }


def test_a_note_is_published_from_its_second_on(
    listing: Listing, approval: OpeningApplication, checklist: Checklist
) -> None:
    assert failed(checklist(listing)) == set()
    second = clock.now() + DAY
    Note.objects.update(published_at=second)
    with clock.at(second - timedelta(seconds=1)):
        assert failed(checklist(listing)) == {"note_published"}
    with clock.at(second):
        assert failed(checklist(listing)) == set()


def test_a_programme_is_running_on_the_day_that_is_asked_about(
    listing: Listing, approval: OpeningApplication, checklist: Checklist
) -> None:
    Programme.objects.update(ends_on=clock.today())
    assert failed(checklist(listing)) == set()
    with clock.at(clock.now() + DAY):
        [check] = [check for check in checklist(listing).values() if not check.passed]
    assert check.text.startswith("No programme with Tmall is running today. ")


def test_the_day_of_a_rule_is_told_in_shanghai_time(
    listing: Listing, opening: Opening, checklist: Checklist
) -> None:
    rewrite(effective_at=datetime.fromisoformat("2026-01-31T20:00:00+00:00"))
    text = checklist(listing)["opening_in_force"].text
    assert text.startswith(f"{opening.scope} is open since ")
    assert re.search(r"0?2[-/]0?1", text.removeprefix(opening.scope))


def test_without_a_running_programme_nothing_is_published_outside(
    listing: Listing, approval: OpeningApplication, alice: User, checklist: Checklist
) -> None:
    today = clock.today()
    Programme.objects.update(ends_on=today - DAY, starts_on=today - 9 * DAY)
    checks = checklist(listing)
    assert failed(checks) == {"opening_in_force"}
    assert checks["opening_in_force"].title == "An opening is in force"
    assert checks["opening_in_force"].text.startswith("No programme with Tmall is running today. ")
    with pytest.raises(listings.NotPublishable):
        listings.publish(listing, by=alice)
    Programme.objects.update(ends_on=today)
    assert failed(checklist(listing)) == set()
    assert listings.publish(listing, by=alice).status == "live"


def test_of_two_programmes_the_one_furthest_along_is_told(
    listing: Listing,
    approval: OpeningApplication,
    later_programme: Programme,
    checklist: Checklist,
) -> None:
    assert failed(checklist(listing)) == set()
    rewrite(programme=later_programme)
    checks = checklist(listing)
    assert failed(checks) == {"opening_in_force"}
    assert "Red Cat plan · " in checks["opening_in_force"].text
    OpeningApplication.objects.update(programme=later_programme)
    checks = checklist(listing)
    assert failed(checks) == set()
    assert checks["opening_in_force"].text.startswith("Red Cat two · ")


def test_an_approved_application_goes_before_another_and_a_rejected_one_is_none(
    listing: Listing, approval: OpeningApplication, checklist: Checklist
) -> None:
    narrow = OpeningApplication.objects.get(pk=approval.pk)
    narrow.pk, narrow.category = None, Category.objects.get(code="beauty-skincare")
    narrow.status = "returned"
    narrow.save(force_insert=True)
    assert failed(checklist(listing)) == set()
    OpeningApplication.objects.filter(pk=approval.pk).update(status="rejected")
    check = checklist(listing)["application_approved"]
    assert not check.passed
    assert check.text == ("The application under Red Cat plan for Skin care is not approved yet.")
    OpeningApplication.objects.update(status="rejected")
    text = checklist(listing)["application_approved"].text
    assert text == "Apply under Red Cat plan for Skin care."


def test_an_application_for_another_branch_is_none(
    listing: Listing, approval: OpeningApplication, checklist: Checklist
) -> None:
    OpeningApplication.objects.update(category=Category.objects.get(code="beauty-makeup"))
    assert failed(checklist(listing)) == {"application_approved"}
