"""Long lists are turned by the key of a row: every row once, in every order, whatever comes."""

import json
import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from portal.ui import exports, turning

pytestmark = pytest.mark.django_db

ORDERS = [
    ("-published_at", "-pk"),
    ("published_at", "-pk"),
    ("kind", "title", "pk"),
    ("-merchant__name", "author_name", "-pk"),
]


@pytest.fixture(autouse=True)
def _few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "MOST_COUNTED", 30)


@pytest.fixture
def notes(shop: Merchant) -> list[Note]:
    """More than are counted: some at the same moment, some at none."""
    now = clock.now()
    return Note.objects.bulk_create(
        Note(
            merchant=shop,
            external_id=f"turn-{number}",
            title=f"Note {number % 7}",
            author_name=f"Author {number % 3}",
            kind="video" if number % 2 else "image",
            published_at=None if number % 5 == 0 else now - timedelta(days=number % 11 + 1),
        )
        for number in range(37)
    )


def asked(**given: str) -> MultiValueDict[str, str]:
    return MultiValueDict({name: [value] for name, value in given.items()})


@pytest.mark.parametrize("order", ORDERS)
def test_turning_forth_and_back_shows_every_row_once(notes: list[Note], order: Any) -> None:
    rows = Note.objects.select_related("merchant").order_by(*order)
    keys, everything = turning.keys_of(rows), list(rows)
    pages = [turning.turned(rows, keys, asked(), size=5)]
    while pages[-1].after:
        pages.append(turning.turned(rows, keys, asked(after=pages[-1].after), size=5))
    assert [row for page in pages for row in page.rows] == everything
    assert pages[0].before == ""
    for page, next_page in pairwise(pages):
        back = turning.turned(rows, keys, asked(before=next_page.before), size=5)
        assert back.rows == page.rows


def test_what_comes_meanwhile_shifts_no_page(notes: list[Note], shop: Merchant) -> None:
    rows = Note.objects.order_by("-pk")
    keys = turning.keys_of(rows)
    first = turning.turned(rows, keys, asked(), size=10)
    Note.objects.create(merchant=shop, external_id="new", title="New", kind="image")
    second = turning.turned(rows, keys, asked(after=first.after), size=10)
    assert second.rows == sorted(notes, key=lambda note: -note.pk)[10:20]


@pytest.mark.parametrize("place", ["", "x", "[]", "{}", "[1, 2, 3]", '["x", "y"]', "[null, null]"])
def test_a_place_that_is_none_is_the_first_page(notes: list[Note], place: str) -> None:
    rows = Note.objects.order_by("-published_at", "-pk")
    page = turning.turned(rows, turning.keys_of(rows), asked(after=place), size=10)
    assert page.rows == list(rows[:10])


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 5000])
@pytest.mark.parametrize("most", [30, 100], ids=["turned", "numbered"])
def test_a_page_that_is_none_is_the_first(
    client_of: Any, alice: User, shop: Merchant, notes: list[Note],
    number: str, most: int, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(turning, "MOST_COUNTED", most)
    url, browser = reverse("merchants:note-list", args=[shop.code]), client_of(alice)
    first = browser.get(url, {"per_page": 10})
    assert _shown(browser.get(url, {"per_page": 10, "page": number})) == _shown(first)


def _shown(answer: Any) -> list[Any]:
    return [row.record for row in answer.context["table"].page.object_list]


def test_alice_turns_her_long_list(
    client_of: Any, alice: User, shop: Merchant, notes: list[Note]
) -> None:
    address = reverse("merchants:note-list", args=[shop.code])
    browser, seen, link = client_of(alice), [], "?per_page=10"
    while link:
        page = browser.get(address + link).content.decode()
        assert "of more than 30" in page
        seen += re.findall(r">((?:turn|note-of)-[^<]+)<", page)
        found = re.search(r'id="page-next" href="[^"?]+([^"]+)"', page)
        link = unescape(found[1]) if found else ""
    in_order = Note.objects.order_by("-published_at", "-pk")
    assert seen == [note.external_id for note in in_order]


def test_a_long_list_is_ordered_by_what_has_an_index(
    client_of: Any, alice: User, shop: Merchant, notes: list[Note]
) -> None:
    address = reverse("merchants:note-list", args=[shop.code])
    by_title = client_of(alice).get(address, {"sort": "title"})
    assert by_title.context["table"].page.object_list[0].record == turned_first("-published_at")
    assert not by_title.context["table"].columns["title"].orderable
    by_moment = client_of(alice).get(address, {"sort": "published_at"})
    assert by_moment.context["table"].page.object_list[0].record == turned_first("published_at")


def turned_first(order: str) -> Note:
    first = Note.objects.order_by(order, "-pk").first()
    assert first
    return first


def test_a_long_list_is_written_by_key_and_held_by_no_cursor(
    client_of: Any, alice: User, shop: Merchant, notes: list[Note], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "CHUNK", 5)
    address = reverse("merchants:note-list", args=[shop.code])
    for order in ("-published_at", "published_at"):
        with CaptureQueriesContext(connection) as asked_for:
            answer = client_of(alice).get(address, {"export": "csv", "sort": order})
            written = b"".join(answer.streaming_content).decode()
        ordered = Note.objects.filter(external_id__startswith="turn-").order_by(order, "-pk")
        assert re.findall(r"turn-\d+", written) == [note.external_id for note in ordered]
        assert not [query for query in asked_for if query["sql"].startswith("DECLARE")]


def test_a_place_holds_moments_to_the_microsecond(notes: list[Note]) -> None:
    rows = Note.objects.exclude(published_at=None).order_by("-published_at", "-pk")
    page = turning.turned(rows, turning.keys_of(rows), asked(), size=1)
    moment, pk = json.loads(page.after)
    assert (moment, pk) == (str(page.rows[0].published_at), page.rows[0].pk)
