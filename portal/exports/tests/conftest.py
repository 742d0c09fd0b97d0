"""Every list is long here, and Alice asks for hers."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.exports.models import Export
from portal.ui import prepared

ClientOf = Callable[[User], Client]


class Ask(Protocol):
    """Asks for the notes of the shop and returns the export of whoever asked."""

    def __call__(self, by: User, **query: str) -> Export: ...


@pytest.fixture
def notes_url(shop: Any) -> str:
    return reverse("merchants:note-list", args=[shop.code])


@pytest.fixture
def streamed(notes_url: str, alice: User, client_of: ClientOf) -> bytes:
    """The notes as they stream while the list is short."""
    answer: Any = client_of(alice).get(notes_url, {"export": "csv"})
    return b"".join(answer.streaming_content)


@pytest.fixture
def long_lists(streamed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST_ROWS", -1)


@pytest.fixture
def ask(notes_url: str, client_of: ClientOf, long_lists: None) -> Ask:
    def asking(by: User, **query: str) -> Export:
        answer = client_of(by).get(notes_url, {"export": "csv", **query}, follow=True)
        [(address, _status)] = answer.redirect_chain
        export = Export.objects.get(pk=int(address.strip("/").rpartition("/")[2]))
        assert (export.owner, export.get_absolute_url()) == (by, address)
        return export

    return asking
