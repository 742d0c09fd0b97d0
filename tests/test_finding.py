"""Where one row of very many is chosen nobody gets a select: type, and choose what is found."""

from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django import forms
from django.urls import get_resolver, reverse
from playwright.sync_api import expect

from campaigns.funds.models import Fund
from merchants.catalogue.models import Category
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.openings.models import Programme
from portal.accounts.models import User
from portal.ui import finding
from portal.ui.finding import FoundField
from portal.webhooks.models import Endpoint
from tests.browser import accessible, fits

pytestmark = pytest.mark.django_db

# What the platform keeps as data, a handful each; everything else grows with the business.
FEW = {Category, Endpoint, Fund, Programme}
# What htmx says when it asks for a part of a page.
PART = {"HX-Request": "true"}


def test_no_select_offers_rows_of_what_grows() -> None:
    assert {place: model for place, model in selects() if model not in FEW} == {}


def test_every_field_that_finds_its_rows_has_rows_that_can_be_found() -> None:
    fields = [field for _place, field in fields_of_forms() if isinstance(field, FoundField)]
    assert fields
    for field in fields:
        assert callable(field.queryset.found_by)  # type: ignore[union-attr]


def selects() -> Iterator[tuple[str, Any]]:
    """Every field of a form or filter that offers rows in a select, with their model."""
    for place, field in fields_of_forms():
        if isinstance(field, forms.ModelChoiceField) and not isinstance(field, FoundField):
            yield place, field.queryset.model  # type: ignore[union-attr]
    for filterset in descendants(django_filters.FilterSet):
        for name, condition in filterset.base_filters.items():
            if isinstance(condition, django_filters.ModelChoiceFilter):
                yield f"{filterset.__name__}.{name}", condition.extra["queryset"].model


def fields_of_forms() -> Iterator[tuple[str, forms.Field]]:
    """Every field of every form that an address of the site may show."""
    assert get_resolver().url_patterns
    for form in descendants(forms.BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if form.__module__.split(".")[0] in {"portal", "merchants", "campaigns", "reports"}:
                yield f"{form.__name__}.{name}", field


def descendants(base: type) -> set[type[Any]]:
    found: set[type[Any]] = set(base.__subclasses__())
    return found | {deeper for each in found for deeper in descendants(each)}


@pytest.fixture
def notes(shop: Merchant) -> list[Note]:
    """More than a page shows, of which three are about cream."""
    titles = [*(f"Cream {number}" for number in range(3)), *(f"Note {n}" for n in range(12))]
    return [
        Note.objects.create(
            merchant=shop,
            external_id=f"found-{title}",
            title=title,
            kind="image",
            author_name="Lin",
        )
        for title in titles
    ]


def new(shop: Merchant) -> str:
    return reverse("merchants:listing-new", args=[shop.code])


def test_the_page_holds_a_few_rows_however_many_there_are(
    client_of: Any, alice: User, shop: Merchant, notes: list[Note]
) -> None:
    page = client_of(alice).get(new(shop)).content.decode()
    assert page.count('type="radio" name="note"') == finding.MOST_SHOWN
    assert "There are more" in page


def test_without_scripts_alice_types_and_chooses_among_what_comes_back(
    client_of: Any, alice: User, shop: Merchant, live_listing: Listing, notes: list[Note]
) -> None:
    browser, product = client_of(alice), live_listing.product
    typed = {"placement": "profile", "product": product.pk, "fallback": ""}
    back = browser.post(new(shop), {**typed, "note_typed": "cream"})
    page = back.content.decode()
    assert back.status_code == 422
    assert "Choose one of these." in page
    assert 'name="note_typed" id="id_note" value="cream"' in page
    assert page.count('type="radio" name="note"') == 3
    assert f'name="product" value="{product.pk}" checked' in page
    done = browser.post(new(shop), {**typed, "note_typed": "cream", "note": notes[1].pk})
    assert done.status_code == 302
    assert Listing.objects.filter(note=notes[1], product=product).exists()


@pytest.mark.parametrize("typed", ["", "nothing like it", "Note 5"])
def test_a_row_that_was_not_found_is_not_taken(
    client_of: Any, alice: User, shop: Merchant, live_listing: Listing, notes: list[Note],
    typed: str,
) -> None:  # fmt: skip
    """Chosen was cream, typed is something else; without a text there is nothing chosen at all."""
    chosen = notes[1].pk if typed else ""
    given = {"placement": "profile", "product": live_listing.product.pk, "note_typed": typed}
    answer = client_of(alice).post(new(shop), {**given, "note": chosen})
    assert answer.status_code == 422
    assert "note" in answer.context["form"].errors


def test_the_chosen_row_is_one_of_alices_own(
    client_of: Any, alice: User, shop: Merchant, rival: Merchant, live_listing: Listing
) -> None:
    theirs = Note.objects.create(
        merchant=rival, external_id="rival", title="Theirs", kind="image", author_name="Lin"
    )
    given = {"placement": "profile", "product": live_listing.product.pk, "note": theirs.pk}
    answer = client_of(alice).post(new(shop), given)
    assert "note" in answer.context["form"].errors
    asked = {"seek": "note", "note_typed": "Theirs"}
    found = client_of(alice).get(new(shop), asked, headers=PART)
    assert 'type="radio"' not in found.content.decode()


@pytest.mark.parametrize("key", ["x", "-1", "9" * 400, "0x1", " ", "１"])
def test_a_key_that_is_none_chooses_nothing(
    client_of: Any, alice: User, shop: Merchant, notes: list[Note], key: str
) -> None:
    assert client_of(alice).get(new(shop), {"note": key}).status_code == 200
    assert client_of(alice).post(new(shop), {"note": key}).status_code == 422


def test_typing_asks_the_page_for_the_rows_of_one_field(
    client_of: Any, alice: User, charlie: User, shop: Merchant, notes: list[Note]
) -> None:
    asked = {"seek": "note", "note_typed": "cream"}
    rows = client_of(alice).get(new(shop), asked, headers=PART).content.decode()
    assert rows.count('type="radio"') == 3
    assert "<form" not in rows
    assert "<form" in client_of(alice).get(new(shop), asked).content.decode()
    assert client_of(charlie).get(new(shop), asked, headers=PART).status_code == 404


def test_alice_finds_and_chooses_by_keyboard(
    page_of: Any, alice: User, shop: Merchant, notes: list[Note]
) -> None:
    page = page_of(alice)
    page.goto(new(shop))
    page.get_by_label("Note*", exact=True).press_sequentially("cream")
    group = page.locator("#found-note")
    expect(group.get_by_role("radio")).to_have_count(3)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(group.get_by_role("radio").nth(1)).to_be_checked()
    accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    fits(page)


@pytest.mark.parametrize(
    ("page", "ways"),
    [
        ("merchants:product-new", ["merchants:store-new"]),
        ("merchants:product-paste", ["merchants:store-new"]),
        ("merchants:listing-new", ["merchants:note-list", "merchants:product-paste"]),
        ("campaigns:boost-new", ["merchants:listing-new"]),
    ],
)
def test_where_a_newcomer_has_nothing_to_choose_he_is_led_to_where_it_is_made(
    client_of: Any, charlie: User, page: str, ways: list[str]
) -> None:
    fresh = merchants.register(name="Fresh", credit_code="911101085923662400", by=charlie)
    body = client_of(charlie).get(reverse(page, args=[fresh.code])).content.decode()
    main = body[body.index("<main") :]
    for way in ways:
        assert f'yet. <a href="{reverse(way, args=[fresh.code])}">' in main


def test_who_can_choose_is_led_nowhere(client_of: Any, alice: User, listing: Listing) -> None:
    code = listing.merchant.code
    body = client_of(alice).get(reverse("merchants:listing-new", args=[code])).content.decode()
    assert f'yet. <a href="{reverse("merchants:product-paste", args=[code])}">' not in body
