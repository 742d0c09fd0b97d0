"""What is open for a merchant, as its page shows it: the rules in force that fit its stores."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings import offers as offered
from merchants.openings.models import (
    Opening,
    OpeningApplication,
    OpeningState,
    Programme,
)
from merchants.openings.offers import Offer
from portal import clock
from portal.accounts.models import User
from tests.ruling import another, behind_the_wall, rewrite

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def offers(shop: Merchant, alice: User, client_of: Callable[[User], Client]) -> Callable[[], Any]:
    """`offers()` is what Alice's page offers right now."""
    page = reverse("merchants:offer-list", args=[shop.code])
    return lambda: [row.record for row in client_of(alice).get(page).context["table"].rows]


def rule(opening: Opening, **fields: Any) -> Opening:
    """Another signed rule of the scope of `opening`, an hour later; `fields` differ."""
    return another(opening, **{"effective_at": opening.effective_at + HOUR, **fields})


def test_an_open_rule_is_offered_with_its_place_and_date(
    opening: Opening, offers: Callable[[], list[Offer]]
) -> None:
    [offer] = offers()
    assert (offer.programme, offer.category) == (opening.programme, opening.category)
    assert offer.scopes == ["Tmall · Note body"]
    assert offer.since == opening.effective_at


def test_a_closed_rule_takes_the_offer_away(
    opening: Opening, offers: Callable[[], list[Offer]]
) -> None:
    closed = rule(opening, state=OpeningState.CLOSED)
    assert offers() == []
    with behind_the_wall():
        Opening.objects.filter(pk=closed.pk).update(state=OpeningState.OPEN)
    assert [offer.since for offer in offers()] == [closed.effective_at]


def test_a_rule_is_offered_while_its_programme_runs(
    opening: Opening, offers: Callable[[], list[Offer]]
) -> None:
    today = clock.today()
    for starts_on, ends_on, is_offered in [
        (today, today, True),
        (today - 9 * DAY, today - DAY, False),
        (today + DAY, None, False),
    ]:
        Programme.objects.update(starts_on=starts_on, ends_on=ends_on)
        assert bool(offers()) is is_offered


def test_an_offer_is_asked_for_at_an_instant_and_not_only_now(
    shop: Merchant, opening: Opening
) -> None:
    today = clock.today()
    Programme.objects.update(starts_on=today, ends_on=today)
    assert len(offered.of(shop, at=clock.now())) == 1
    assert offered.of(shop, at=clock.now() + DAY) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"signed_at": None},
        {"effective_at": clock.now() + DAY},
        {"store_kind": StoreKind.TAOBAO},
    ],
    ids=["not signed", "coming", "of stores the merchant has not"],
)
def test_a_rule_that_is_not_in_force_for_the_merchant_is_not_offered(
    opening: Opening, offers: Callable[[], list[Offer]], fields: dict[str, Any]
) -> None:
    assert len(offers()) == 1
    rewrite(**fields)
    assert offers() == []


def test_one_offer_names_every_place_and_the_earliest_date(
    opening: Opening, offers: Callable[[], list[Offer]]
) -> None:
    rule(opening, placement=Placement.COMMENT_PINNED)
    [offer] = offers()
    assert offer.scopes == ["Tmall · Pinned comment", "Tmall · Note body"]
    assert offer.since == opening.effective_at


def test_a_closed_place_leaves_the_other_open(
    opening: Opening, offers: Callable[[], list[Offer]]
) -> None:
    pinned = rule(opening, placement=Placement.COMMENT_PINNED)
    rule(pinned, state=OpeningState.CLOSED)
    [offer] = offers()
    assert offer.scopes == ["Tmall · Note body"]


def test_each_category_is_an_offer_of_its_own(
    opening: Opening, offers: Callable[[], list[Offer]]
) -> None:
    hair = Category.objects.get(code="beauty-hair")
    rule(opening, category=hair)
    assert {offer.category for offer in offers()} == {opening.category, hair}


def test_an_offer_leads_to_the_form_and_then_to_the_application(
    shop: Merchant,
    opening: Opening,
    approval: OpeningApplication,
    offers: Callable[[], list[Offer]],
    alice: User,
    client_of: Callable[[User], Client],
) -> None:
    page = client_of(alice).get(reverse("merchants:offer-list", args=[shop.code]))
    url = reverse("merchants:application-detail", args=[shop.code, approval.pk])
    assert f'<a href="{url}">' in page.content.decode()
    OpeningApplication.objects.update(status="rejected")
    [offer] = offers()
    assert (offer.application, offer.application_url) == (None, "")
    form = client_of(alice).get(offer.apply_url)
    chosen = {"programme": str(opening.programme.pk), "category": str(opening.category.pk)}
    assert form.context["form"].initial == chosen


def test_an_application_for_a_branch_covers_what_lies_in_it_and_nothing_beside_it(
    opening: Opening, approval: OpeningApplication, offers: Callable[[], list[Offer]]
) -> None:
    skincare, hair = (Category.objects.get(code=f"beauty-{name}") for name in ("skincare", "hair"))
    assert (skincare.parent, approval.category) == (opening.category, opening.category)
    rule(opening, category=skincare)
    with behind_the_wall():
        Opening.objects.filter(pk=opening.pk).delete()
    assert [offer.application for offer in offers()] == [approval]
    OpeningApplication.objects.update(category=hair)
    assert [offer.application for offer in offers()] == [None]


def test_what_concerns_the_merchants_products_comes_first_with_how_many(
    opening: Opening, offers: Callable[[], list[Offer]], tmall_product: Product
) -> None:
    """Skin care lies in beauty; pets come before it by code, and nobody sells a jacket."""
    for code in ("apparel", "pets"):
        category = Category.objects.filter(code=code).first() or Category.objects.create(
            code=code, name_zh=code, name_en=code
        )
        rule(opening, category=category)
    assert [(offer.category.code, offer.products) for offer in offers()] == [
        ("beauty", 1), ("apparel", 0), ("pets", 0),
    ]  # fmt: skip
    tmall_product.pk = None
    tmall_product.external_id = "another"
    tmall_product.save(force_insert=True)
    assert offers()[0].products == 2
