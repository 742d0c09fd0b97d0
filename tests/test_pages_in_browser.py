"""Every page of the permission table in a real browser: accessible, and as wide as the window.

A new row of the table is looked at here without further ado, by the first persona who may see it.
What the table's world does not show (other states, empty lists) is looked at in the apps' tests.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits
from tests.permission_table import PERSONAS, ROWS, address

LOOKS = [("zh-hans", "light", PHONE), ("en", "dark", DESKTOP)]


def _pages(
    world: dict[str, Any], client_of: Callable[[User], Client], cast: dict[str, User | None]
) -> Iterator[tuple[str, str]]:
    """Who may look, and at which address; files to download are no pages."""
    clients = {who: client_of(user) if user else Client() for who, user in cast.items()}
    for row in ROWS:
        may = [who for who, status in zip(PERSONAS, row.statuses, strict=True) if status == 200]
        if row.method == "GET" and may:
            url = address(row, world) + row.query
            answer: Any = clients[may[0]].get(url)
            if answer["Content-Type"].startswith("text/html"):
                yield may[0], url
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
    windows = {
        who: page_of(user, language=language, theme=theme, width=width)
        for who, user in cast.items()
    }
    for who, url in _pages(world, client_of, cast):
        windows[who].goto(url)
        fits(windows[who])
        accessible(windows[who])
