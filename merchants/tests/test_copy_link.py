"""A listing's link is copied with one press, and has a QR code."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from merchants.listings.models import Listing
from portal.accounts.models import User
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


@pytest.fixture
def page(live_listing: Listing, page_of: PageOf, alice: User, live_server: object) -> Page:
    page = page_of(alice)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def opened(page: Page, listing: Listing, live_server: object) -> str:
    """Open the page of the listing; its link, as it is shown."""
    page.goto(f"{live_server}{listing.get_absolute_url()}")
    return page.get_by_label("Link of the listing").input_value()


def test_one_press_copies_the_link_and_says_so(
    page: Page, live_listing: Listing, live_server: object, settings: Any
) -> None:
    settings.SITE_URL = "https://notes.example"
    link = opened(page, live_listing, live_server)
    assert link == f"https://notes.example/l/{live_listing.code}", "as readers reach the site"
    button = page.get_by_role("button", name="Copy the link")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#link-{live_listing.pk}-said")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    expect(button).to_be_focused()


def test_where_the_browser_copies_nothing_the_link_is_selected(
    page: Page, live_listing: Listing, live_server: object
) -> None:
    page.add_init_script(NO_CLIPBOARD)
    link = opened(page, live_listing, live_server)
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status").filter(has_text="Selected")).to_be_visible()
    assert page.evaluate("document.activeElement.value") == link
    assert page.evaluate("getSelection().toString()") == link


@pytest.mark.parametrize(("language", "theme", "width"), [
    ("en", "light", DESKTOP), ("zh-hans", "dark", PHONE),
])  # fmt: skip
def test_the_link_fits_and_is_accessible(
    live_listing: Listing, page_of: PageOf, alice: User, live_server: object,
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    page = page_of(alice, language=language, theme=theme, width=width)
    page.goto(f"{live_server}{live_listing.get_absolute_url()}")
    qr_code = page.locator("img.qr-code")
    assert qr_code.evaluate("image => image.complete && image.naturalWidth > 0")
    fits(page)
    accessible(page)


def test_the_qr_code_is_a_picture_with_a_name_of_ours(
    live_listing: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    merchant = live_listing.merchant.code
    answer = client_of(alice).get(reverse("merchants:listing-qr", args=[merchant, live_listing.pk]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"] == f'inline; filename="notelink-{live_listing.code}.svg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"<svg")
    assert b'fill="white"' in answer.content
