"""The base layout, in a real browser: both languages, both themes, desktop and phone."""

import pytest
from django.urls import reverse

from portal.accounts import notices
from portal.accounts.models import User
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_list_is_accessible_and_fits(
    page_of: PageOf, admin: User, language: str, theme: str, width: int
) -> None:
    notices.notify([admin], "A store waits for verification.", url="/")
    page = page_of(admin, language=language, theme=theme, width=width)
    page.goto(reverse("accounts:notice-list"))
    accessible(page)
    fits(page)
