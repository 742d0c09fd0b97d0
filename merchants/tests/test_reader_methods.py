"""Pages for readers are only read: whoever sends something is told so, and of no token."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from merchants.listings.models import Listing
from merchants.stores.models import Store

SENDING = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.fixture
def paths(live_listing: Listing, in_app_store: Store) -> list[str]:
    """Every address that is for readers, as `test_every_page_for_readers_is_among_them` sees to."""
    return [
        f"/l/{live_listing.code}",
        f"/L/{live_listing.code}/",
        f"/p/{in_app_store.products.get().pk}/",
        f"/s/{in_app_store.pk}/",
        "/find/",
    ]


@pytest.mark.parametrize("method", SENDING)
def test_what_is_sent_is_not_taken(paths: list[str], method: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    for path in paths:
        answer = browser.generic(method, path, b"x=1")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD"), path


def test_head_answers_as_get_does_without_its_body(paths: list[str]) -> None:
    browser = Client(enforce_csrf_checks=True)
    for path in paths:
        page, head = browser.get(path), browser.head(path)
        assert (head.status_code, head.content) == (page.status_code, b""), path


def test_every_page_for_readers_is_among_them(paths: list[str]) -> None:
    """All that nobody logs in for, but for the door of signed messages and that of a fund's books,
    which takes a code."""
    books = [reverse(f"campaigns:partner-{name}") for name in ("enter", "fund", "leave")]
    known = {resolve(path).func for path in [*paths, *books, "/api/v1/deliveries/any"]}
    assert {view for view in _views() if getattr(view, "is_for_nobody", False)} == known


@pytest.mark.parametrize("path", ["/health/live/", "/health/ready"])
@pytest.mark.parametrize("method", SENDING)
def test_the_addresses_for_probes_take_nothing_either(path: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def _views(patterns: Any = None) -> list[Any]:
    found: list[Any] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        inner = getattr(pattern, "url_patterns", None)
        found += [pattern.callback] if inner is None else _views(inner)
    return found
