"""Every URL of the site, asked by everyone, plainly and by htmx. The table is the promise."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.accounts.models import User
from tests.permission_table import PERSONAS, ROWS, Row

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


def _look_up(world: dict[str, Any], path: str) -> Any:
    name, *attributes = path.split(".")
    found = world[name]
    for attribute in attributes:
        found = getattr(found, attribute)
    return found


def _ask(client: Client, row: Row, url: str, headers: dict[str, str]) -> HttpResponseBase:
    """The answer; what the request changed is rolled back, so that the next persona meets it."""
    with transaction.atomic():
        if row.method == "POST":
            answer = client.post(url, row.data, headers=headers)
        else:
            answer = client.get(url, headers=headers)
        transaction.set_rollback(True)
    return answer


def _content(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace") + str(answer.headers)


def test_every_url_has_a_row() -> None:
    assert set(_names(get_resolver())) == {row.url_name for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everyone_gets_what_the_table_says(
    row: Row,
    world: dict[str, Any],
    cast: dict[str, User | None],
    client_of: Callable[[User], Client],
) -> None:
    url = reverse(row.url_name, args=[_look_up(world, path) for path in row.args.split()])
    got: list[int] = []
    for persona in PERSONAS:
        user = cast[persona]
        for headers in ({}, HTMX):
            client = client_of(user) if user else Client()
            answer = _ask(client, row, url + row.query, headers)
            if headers:
                assert got[-1] == answer.status_code, f"{persona}: htmx and plain differ"
            else:
                got.append(answer.status_code)
            if persona == "stranger" and not row.is_public:
                assert CANARY not in _content(answer).replace(url, "").lower()
    assert tuple(got) == row.statuses, PERSONAS
