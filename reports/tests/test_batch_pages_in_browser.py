"""The pages of data files in a real browser: accessible and as wide as the window."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from merchants.companies.models import Merchant
from merchants.stores.models import Store
from portal.accounts.models import User
from portal.jobs.queue import run_now
from reports.sources.models import Batch
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits

HEAD = "event_id,occurred_at,user_id,store_id,kind,value_fen\n"
COMBINATIONS = [
    ("en", "light", DESKTOP),
    ("en", "dark", PHONE),
    ("zh-hans", "dark", DESKTOP),
    ("zh-hans", "light", PHONE),
]


def orders(store: Store) -> bytes:
    """A good row, one of another's store, and rows with a wrong time, kind and value."""
    row = "c{},{},u1,{},{},{}\n".format
    own, at = store.external_id, "2026-01-31T08:00:00+08:00"
    rows = [
        row(1, at, own, "order", 100),
        row(2, at, "another", "order", 100),
        row(3, "yesterday", own, "order", 100),
        row(4, at, own, "bought", 100),
        row(5, at, own, "order", -1),
        row(6, at, own, "order,more", 100),
    ]
    return (HEAD + "".join(rows)).encode()


def fine(page: Page) -> None:
    fits(page)
    accessible(page)


@pytest.mark.parametrize(("language", "theme", "width"), COMBINATIONS)
def test_what_became_of_a_file_is_read_on_accessible_pages(
    page_of: PageOf,
    alice: User,
    shop: Merchant,
    tmall_store: Store,
    language: str,
    theme: str,
    width: int,
) -> None:
    page = page_of(alice, language=language, theme=theme, width=width)
    form = reverse("reports:data-new", args=[shop.code])
    for name, content in (("orders.csv", orders(tmall_store)), ("empty.csv", b"")):
        page.goto(form)
        fine(page)
        page.locator("select[name=source]").select_option("taobao_tmall")
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        page.locator("input[name=file]").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("main").locator("form button.btn-primary").click()
        expect(page.locator("progress")).to_be_visible()
        fine(page)
        batch = Batch.objects.latest("pk")
        assert batch.job is not None
        run_now(batch.job)
        # The page looks by itself, and shows the result in place of the progress.
        expect(page.locator("progress")).to_have_count(0)
        page.wait_for_load_state()
        fine(page)
    page.goto(reverse("reports:data-list", args=[shop.code]))
    fine(page)
