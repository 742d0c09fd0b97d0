"""Every URL of the site, asked by everyone, plainly and by htmx. The table is the promise."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.accounts.models import User
from portal.shell import navigation
from tests.permission_table import PERSONAS, ROWS, Row, address

# Alice's people and objects carry her name; nothing Charlie gets may.
CANARY = "alice"
HTMX = {"HX-Request": "true", "HX-Target": "table"}


def _names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def _ask(client: Client, row: Row, url: str, headers: dict[str, str]) -> HttpResponseBase:
    """The answer; what the request changed is undone, so that the next one meets the same world."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        if row.method == "POST":
            answer = client.post(url, row.data, headers=headers)
        else:
            answer = client.get(url, headers=headers)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def _leads_to_login(answer: Any) -> bool:
    return bool(answer.headers.get("Location", "").startswith(reverse("account_login")))


def _content(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace") + str(answer.headers)


def _surprises(client: Client, row: Row, url: str, persona: str) -> Iterator[str]:
    """How what `persona` gets differs from the row, asked plainly and by htmx.

    A part never follows to the login page: there our own doors answer 401.
    """
    promised = row.statuses[PERSONAS.index(persona)]
    for way, headers in {"plain": {}, "htmx": HTMX}.items():
        answer = _ask(client, row, url + row.query, headers)
        if answer.status_code != promised:
            yield f"{row} ({way}): {answer.status_code}, the table says {promised}"
        if ":" in row.url_name and _leads_to_login(answer):
            promised = 401
        is_secret = persona == "stranger" and not row.is_public
        if is_secret and CANARY in _content(answer).replace(url, "").lower():
            yield f"{row} ({way}) tells the stranger about Alice"


def test_every_url_has_a_row() -> None:
    assert set(_names(get_resolver())) == {row.url_name for row in ROWS}


@pytest.mark.parametrize("persona", PERSONAS)
def test_everyone_gets_what_the_table_says(
    persona: str,
    world: dict[str, Any],
    cast: dict[str, User | None],
    client_of: Callable[[User], Client],
) -> None:
    user = cast[persona]
    client = client_of(user) if user else Client()
    surprises = [
        surprise
        for row in ROWS
        for surprise in _surprises(client, row, address(row, world), persona)
    ]
    assert not surprises, "\n".join(surprises)


def test_every_entry_of_the_navigation_leads_to_a_page(
    world: dict[str, Any], cast: dict[str, User | None], client_of: Callable[[User], Client]
) -> None:
    """Nobody is shown an entry that he may not open."""
    for persona, user in cast.items():
        if user is None:
            continue
        client = client_of(user)
        found = client.get("/", follow=True).context["navigation"]
        for entry in [*found.merchant, *found.platform]:
            assert client.get(entry.url).status_code == 200, f"{persona}: {entry.label}"


def test_every_entry_of_the_navigation_has_an_address() -> None:
    named = set(_names(get_resolver()))
    assert {entry.url_name for entry in navigation.entries()} <= named
