"""States that the permission table's world does not show, in a real browser: what is empty, closed,
returned or proposed is accessible and as wide as the window."""

import pytest
from django.urls import reverse

from merchants.catalogue.models import Category, Product
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings.models import Opening, OpeningState, Programme
from merchants.rulechanges.models import RuleChange
from merchants.stores import verbs as stores
from portal.accounts.models import User
from portal.review import kinds
from tests import ruling
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits

COMBINATIONS = [
    ("en", "light", DESKTOP),
    ("zh-hans", "dark", PHONE),
]


@pytest.fixture
def closed_listing(live_listing: Listing, in_app_product: Product, alice: User) -> Listing:
    """A draft whose placement nobody has opened."""
    return listings.link(
        live_listing.merchant,
        note=live_listing.note,
        product=live_listing.product,
        placement=Placement.COMMENT_PINNED,
        by=alice,
    )


@pytest.fixture
def proposal(admin: User, opening: Opening) -> RuleChange:
    return ruling.propose(
        programme=Programme.objects.get(code="red-jing"),
        category=Category.objects.get(code="digital"),
        placement=Placement.COMMENT_PINNED,
        store_kind=StoreKind.JD,
        state=OpeningState.OPEN,
        effective_at=opening.effective_at.replace(year=opening.effective_at.year + 1),
        reason="The second group of the agreement.",
        by=admin,
    )


@pytest.fixture
def newcomer(charlie: User, admin: User) -> Merchant:
    """A company that was sent back once, with a store that was rejected."""
    merchant = merchants.register(name="新芽", credit_code="91350100M000100Y43", by=charlie)
    merchant = merchants.submit(merchant, by=charlie)
    store = stores.register(
        merchant,
        kind=StoreKind.JD,
        name="新芽京东店",
        external_id="1000001",
        url="https://mall.jd.com/index-1000001.html",
        by=charlie,
    )
    stores.reject(store, version=store.version, reason="The licence names another shop.", by=admin)
    return merchants.send_back(
        merchant, version=merchant.version, reason="The name is not complete.", by=admin
    )


def of_charlie(newcomer: Merchant) -> list[str]:
    pages = ["merchant-detail", "product-list", "note-list", "listing-list", "offer-list"]
    store = newcomer.stores.get()
    return [
        reverse("merchants:merchant-new"),
        *[reverse(f"merchants:{page}", args=[newcomer.code]) for page in pages],
        reverse("merchants:application-list", args=[newcomer.code]),
        reverse("merchants:store-detail", args=[newcomer.code, store.pk]),
        reverse("merchants:store-edit", args=[newcomer.code, store.pk]),
    ]


def of_signers(proposal: RuleChange) -> list[str]:
    page = reverse("merchants:rulechange-detail", args=[proposal.pk])
    return [page, kinds.page_of("rulechange", proposal.pk)]


def of_readers() -> list[str]:
    return [
        reverse("merchants:product-search") + "?q=nothing",
        reverse("merchants:link-follow", args=["unknown"]),
    ]


@pytest.mark.parametrize(("language", "theme", "width"), COMBINATIONS)
def test_every_page_is_accessible_and_fits(
    page_of: PageOf,
    alice: User,
    charlie: User,
    second_admin: User,
    newcomer: Merchant,
    closed_listing: Listing,
    proposal: RuleChange,
    language: str,
    theme: str,
    width: int,
) -> None:
    for person, paths in [
        (alice, [closed_listing.get_absolute_url()]),
        (charlie, of_charlie(newcomer)),
        (second_admin, of_signers(proposal)),
        (None, of_readers()),
    ]:
        page = page_of(person, language=language, theme=theme, width=width)
        for path in paths:
            page.goto(path)
            fits(page)
            accessible(page)
