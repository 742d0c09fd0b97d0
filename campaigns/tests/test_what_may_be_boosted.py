"""What may be boosted: a note that sells something, beside another boost only if it is meant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, plans
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.pages.judged import BOOST
from campaigns.tests.conftest import RequestBoost
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import ListingStatus
from merchants.notes.models import Note
from portal.accounts.models import User
from portal.refusals import Refusal
from tests.racing import at_once

pytestmark = pytest.mark.django_db


def test_a_note_that_sells_nothing_is_not_boosted_at_any_step(
    shop: Merchant, note: Note, a_boost: RequestBoost, money: None, alice: User, manager: User
) -> None:
    draft, waiting = a_boost(), boosts.submit(a_boost(), by=alice)
    note.listings.update(status=ListingStatus.PAUSED)
    plan = plans.plan_of(draft)
    steps: list[Callable[[], object]] = [
        lambda: boosts.request(shop, request_key=uuid4(), by=alice, **plan),
        lambda: boosts.edit(draft, by=alice, **plan),
        lambda: boosts.submit(draft, by=alice),
    ]
    for step in steps:
        with pytest.raises(Refusal, match="Add a listing to it") as refused:
            step()
        assert refused.value.field == "note"
    with pytest.raises(Refusal, match="no live listing any more") as refused:
        decisions.approve(waiting, version=waiting.version, by=manager)
    assert refused.value.field == "decision"
    note.listings.update(status=ListingStatus.LIVE)
    waiting = Boost.objects.get(pk=waiting.pk)
    decisions.approve(waiting, version=waiting.version, by=manager)


def test_a_note_whose_product_is_sold_out_is_not_approved_and_its_page_says_so(
    a_boost: RequestBoost, money: None, alice: User, manager: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    waiting = boosts.submit(a_boost(), by=alice)
    seen = waiting.version
    product = waiting.live_listings()[0].product
    Product.objects.filter(pk=product.pk).update(is_available=False)
    page = client_of(manager).get(reverse("review:review-detail", args=["boost", waiting.pk]))
    assert "The product can be bought" in page.content.decode()
    assert "Meets all" not in page.content.decode()
    waiting = Boost.objects.get(pk=waiting.pk)
    assert waiting.version != seen, "who looked before, looks again"
    with pytest.raises(Refusal, match="No product that the note sells can be bought now"):
        decisions.approve(waiting, version=waiting.version, by=manager)
    Product.objects.filter(pk=product.pk).update(is_available=True)
    waiting = Boost.objects.get(pk=waiting.pk)
    assert waiting.version == seen
    decisions.approve(waiting, version=seen, by=manager)


def test_what_is_judged_says_that_a_product_cannot_be_bought() -> None:
    listing = ["note_body", "Lipstick", 9_900, "Shop"]
    assert "cannot be bought" not in BOOST["listings"].text([listing])
    assert "cannot be bought" in BOOST["listings"].text([[*listing, False]])


def test_a_second_boost_of_a_note_on_its_days_is_said_before_it_is_made(
    shop: Merchant, a_boost: RequestBoost, alice: User
) -> None:
    first = a_boost()
    plan: dict[str, Any] = {"beside": False, "request_key": uuid4()}
    with pytest.raises(Refusal, match=r"has a boost of ¥700\.00 from .* already \(Draft\)") as said:
        a_boost(**plan, starts_on=first.ends_on, ends_on=first.ends_on + timedelta(days=1))
    assert said.value.field == "beside"
    assert Boost.objects.get() == first
    later = first.ends_on + timedelta(days=1)
    a_boost(**plan, starts_on=later, ends_on=later + timedelta(days=1))
    boosts.edit(first, by=alice, **plans.plan_of(first))
    longer: Any = {**plans.plan_of(first), "budget_fen": 90_000}
    with pytest.raises(Refusal, match="already"):
        boosts.edit(first, by=alice, **{**longer, "ends_on": later})
    meant = a_boost(beside=True)
    boosts.stop(meant, by=alice)
    boosts.stop(first, by=alice)
    a_boost(beside=False)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_makes_one_boost(
    shop: Merchant, note: Note, a_boost: RequestBoost, alice: User
) -> None:
    draft = a_boost()
    plan, key = plans.plan_of(draft), uuid4()
    boosts.stop(draft, by=alice)
    done, refused = at_once(
        *[lambda: boosts.request(shop, request_key=key, by=alice, **plan)] * 4, refusal=Refusal
    )
    assert (len(done), refused) == (4, [])
    assert Boost.objects.filter(request_key=key).count() == 1


def test_the_form_offers_notes_that_sell_something(
    client_of: Callable[[User], Client], alice: User, shop: Merchant, note: Note
) -> None:
    client, new = client_of(alice), reverse("campaigns:boost-new", args=[shop.code])
    assert list(client.get(new).context["form"].fields["note"].queryset) == [note]
    assert 'name="beside"' not in client.get(new).content.decode()
    note.listings.update(status="paused")
    assert list(client.get(new).context["form"].fields["note"].queryset) == []
    chosen = client.get(f"{new}?note={note.pk}")
    assert "Add a listing to it" in chosen.content.decode()
