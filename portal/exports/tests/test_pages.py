"""The page of a file, as people see it."""

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.jobs import queue
from tests.browser import PHONE, PageOf, accessible, fits


@pytest.mark.django_db(transaction=True)
def test_a_long_list_is_asked_for_and_fetched_by_keyboard(
    page_of: PageOf, alice: User, notes_url: str, long_lists: None
) -> None:
    page = page_of(alice, width=PHONE)
    page.goto(notes_url)
    expect(page.get_by_text("A list this long is prepared as a file.")).to_be_visible()
    page.get_by_role("link", name="CSV").press("Enter")
    expect(page.get_by_text("You need not stay")).to_be_visible()
    accessible(page)
    fits(page)
    queue.run_now(alice.exports.get().job)
    # The part that shows how far it is reloads the page at the end.
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    accessible(page)
    fits(page)
    with page.expect_download() as download:
        link.press("Enter")
    assert download.value.suggested_filename == "notes.csv"
