"""Every page of the permission table in a real browser: accessible, and as wide as the window.

A new row of the table is looked at here without further ado, by the first persona who may see it.
What the table's world does not show (other states, empty lists) is looked at in the apps' tests.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits
from tests.permission_table import ROWS, address

LOOKS = [("zh-hans", "light", PHONE), ("en", "dark", DESKTOP)]


def _pages(
    world: dict[str, Any], client_of: Callable[[User], Client], cast: dict[str, User | None]
) -> Iterator[tuple[str, str]]:
    """Who may look, and at which address; files to download are no pages."""
    clients = {who: client_of(user) if user else Client() for who, user in cast.items()}
    for row in ROWS:
        if row.reader:
            url = address(row, world) + row.query
            answer: Any = clients[row.reader].get(url)
            if answer["Content-Type"].startswith("text/html"):
                yield row.reader, url
    yield from (("anonymous", "/no-such-page/"), ("owner", "/no-such-page/"))


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_every_page_is_accessible_and_fits(
    page_of: PageOf,
    world: dict[str, Any],
    cast: dict[str, User | None],
    client_of: Callable[[User], Client],
    language: str,
    theme: str,
    width: int,
) -> None:
    window_of = cache(lambda who: page_of(cast[who], language=language, theme=theme, width=width))
    for who, url in _pages(world, client_of, cast):
        window = window_of(who)
        window.goto(url)
        fits(window)
        accessible(window)
