"""What the index of pairs of characters finds is what stands in the texts."""

import json
import random

import pytest
from django.db import connection

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal import sought

pytestmark = pytest.mark.django_db
FIELDS = ("title", "author_name", "external_id")
LETTERS = "面霜开箱测评aAbBß_%\\'0 "


@pytest.fixture
def notes(shop: Merchant) -> list[Note]:
    dice = random.Random(11)

    def text(most: int) -> str:
        return "".join(dice.choice(LETTERS) for _ in range(dice.randrange(most))).strip()

    return Note.objects.bulk_create(
        Note(merchant=shop, kind="image", external_id=f"{text(6)}-{number}", title=text(12),
             author_name=text(4))
        for number in range(200)
    )  # fmt: skip


@pytest.mark.parametrize("typed", [
    "面霜", "霜面", "面", "开箱 面霜", "aa", "AB", "ab ba", "ß", "%_", "\\'", "-19", "没有",
])  # fmt: skip
def test_what_is_found_holds_every_word(notes: list[Note], typed: str) -> None:
    by_hand = [
        note.pk
        for note in notes
        if all(
            any(word.upper() in getattr(note, field).upper() for field in FIELDS)
            or any(word.lower() in getattr(note, field).lower() for field in FIELDS)
            for word in sought.words_of(typed)
        )
    ]
    found = Note.objects.filter(sought.holding(typed, *FIELDS), pk__in=[n.pk for n in notes])
    assert sorted(found.values_list("pk", flat=True)) == by_hand


@pytest.mark.parametrize("typed", ["面霜", "开箱面霜", "ab"])
def test_two_characters_are_found_by_the_index(notes: list[Note], typed: str) -> None:
    with connection.cursor() as cursor:
        # The tables of a test are too small for an index to pay.
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Note.objects.found_by(typed).explain()
    assert "note_by_words" in plan


def test_the_database_knows_how_many_rows_have_common_words(notes: list[Note]) -> None:
    """Else it reads and sorts all of them for the first page."""
    Note.objects.update(title="开箱测评 保湿面霜")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE merchants_note")
    plan = Note.objects.found_by("面霜 开箱 测评").order_by("pk").explain(format="json")
    assert json.loads(plan)[0]["Plan"]["Plan Rows"] >= len(notes) / 2


def test_no_word_stands_across_two_columns(shop: Merchant) -> None:
    Note.objects.create(
        merchant=shop, external_id="x1", title="Red", author_name="Lin", kind="image"
    )
    assert not Note.objects.found_by("redlin").exists()
    assert Note.objects.found_by("lin red x1").exists()


def test_a_listing_is_found_between_product_note_and_code(live_listing: Listing) -> None:
    product, note = live_listing.product, live_listing.note
    for typed in (product.title, note.title, live_listing.code, f"{note.title} {product.title}"):
        assert list(Listing.objects.found_by(typed)) == [live_listing], typed
    assert not Listing.objects.found_by(f"{note.title} nowhere").exists()


def test_many_rows_are_found_as_few_are(
    live_listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sought, "MOST_NAMED", 0)
    assert list(Listing.objects.found_by(live_listing.product.title)) == [live_listing]
