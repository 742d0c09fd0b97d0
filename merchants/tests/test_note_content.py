"""Text and cover of a note come with the community's feed and are shown as what they are."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from merchants.companies.models import Merchant
from merchants.notes import covers
from merchants.notes import verbs as notes
from merchants.notes.covers import MOST_SIDE, Cover
from merchants.notes.models import MOST_TEXT, Note
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal
from portal.uploads import reading
from portal.uploads.keeping import sweep
from tests.papers import PDF, picture
from tests.test_keeping import grow_old

HEADER = "merchant,note_id,title,author,kind,published_at,text,cover\n"
OLD_HEADER = "merchant,note_id,title,author,kind,published_at\n"
Feed = Callable[..., None]


@pytest.fixture
def feed(shop: Merchant, note: Note, tmp_path: Path) -> Feed:
    """Hand over a file that says this of the note, with these pictures beside it."""

    def hand_over(said: str, header: str = HEADER, **pictures: bytes) -> None:
        for name, content in pictures.items():
            (tmp_path / f"{name}.png").write_bytes(content)
        row = f"{shop.code},{note.external_id},T,A,image,2026-01-02T03:04:05{said}\n"
        (tmp_path / "notes.csv").write_text(header + row, encoding="utf-8")
        call_command("mirror_notes", str(tmp_path / "notes.csv"))
        note.refresh_from_db()

    return hand_over


def sent(content: bytes) -> Cover:
    return covers.take_in(ContentFile(content))


def test_the_feed_brings_the_text_and_the_cover(feed: Feed, note: Note) -> None:
    assert (note.text, note.cover_digest) == (None, None)
    feed(',"第一行\n第二行 👩‍👩‍👧 ❤️",a.png', a=picture("PNG", (3000, 1500)))
    assert note.text == "第一行\n第二行 👩‍👩‍👧 ❤️"
    with Image.open(note.cover) as kept:
        assert kept.size == (MOST_SIDE, MOST_SIDE // 2)
    feed(",,")
    assert (note.text, note.cover_digest, note.cover.name) == ("", "", "")


def test_a_feed_that_says_nothing_of_them_leaves_them(feed: Feed, note: Note) -> None:
    feed(",Words,a.png", a=picture("PNG"))
    before = (note.text, note.cover.name, note.cover_digest)
    feed("", OLD_HEADER)
    assert (note.text, note.cover.name, note.cover_digest) == before


def test_a_cover_that_is_the_same_is_not_opened_again(
    feed: Feed, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(",Words,a.png", a=picture("PNG"))
    kept = note.cover.name
    monkeypatch.setattr(reading, "_in_a_child", lambda *_given: pytest.fail("opened"))
    feed(",Words,b.png", b=picture("PNG"))
    assert note.cover.name == kept


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        (",Words,none.png", "Line 2: cover: there is no picture “none.png”"),
        (",Words,../notes.csv", "Line 2: cover: there is no picture"),
        (",Words,/etc/hostname", "Line 2: cover: there is no picture"),
        (",Words,https://img.example/a.png", "Line 2: cover: there is no picture"),
        (",Words,link.png", "Line 2: cover: there is no picture"),
        (",Words,a\0b", "Line 2: cover: there is no picture"),
        (f",Words,{'a' * 300}", "Line 2: cover: there is no picture"),
        (",Words,pdf.png", "Line 2: cover: This is no picture"),
        (",Words,svg.png", "Line 2: cover: This is no picture"),
        (",Words,cut.png", "Line 2: cover: The file is damaged"),
        (",Words,empty.png", "Line 2: cover: The file is empty"),
        (f",{'字' * (MOST_TEXT + 1)},", "Line 2: text"),
    ],
)
def test_what_is_no_cover_or_too_long_a_text_changes_nothing(
    feed: Feed, note: Note, tmp_path: Path, said: str, mistake: str
) -> None:
    (tmp_path / "link.png").symlink_to("/etc/hostname")
    given = {"pdf": PDF, "svg": b"<svg/>", "cut": picture("PNG", (300, 300))[:300], "empty": b""}
    with pytest.raises(CommandError) as failed:
        feed(said, **given)
    assert mistake in str(failed.value)
    note.refresh_from_db()
    assert (note.text, note.cover_digest, note.title) == (None, None, "Alice Beauty note")
    feed(f",{'字' * MOST_TEXT},a.png", a=picture("PNG"))
    assert note.text is not None
    assert len(note.text) == MOST_TEXT


def mirrored(shop: Merchant, note: Note, text: str | None, cover: Cover | None) -> Note:
    return notes.mirror(
        shop,
        external_id=note.external_id,
        title=note.title,
        author_name=note.author_name,
        kind=note.kind,
        published_at=note.published_at,
        text=text,
        cover=cover,
    )


def test_each_change_is_in_the_log(shop: Merchant, note: Note) -> None:
    red, blue = sent(picture("PNG")), sent(picture("JPEG"))
    logged = AuditEntry.objects.filter(verb="note.mirrored", old__gt={}).order_by("pk")
    for text, cover in [("One", red), ("One", red), ("Two", red), ("Two", blue), (None, None)]:
        mirrored(shop, note, text, cover)
    told = [{k: e.new[k] for k in ("text", "cover") if e.new[k] != e.old.get(k)} for e in logged]
    assert told == [{"text": "One", "cover": red.digest}, {"text": "Two"}, {"cover": blue.digest}]


def test_a_cover_that_went_meanwhile_is_asked_for_again(shop: Merchant, note: Note) -> None:
    known = sent(picture("PNG")).digest
    with pytest.raises(Refusal, match="another one meanwhile"):
        mirrored(shop, note, "Words", covers.take_in(ContentFile(picture("PNG")), known=known))


@pytest.mark.parametrize("wrong", [{"cover": "covers/a.png"}, {"cover_digest": "0" * 64}])
def test_the_database_keeps_cover_and_digest_together(note: Note, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(**wrong)


def test_a_cover_is_kept_until_another_comes(shop: Merchant, note: Note) -> None:
    first = grow_old(Path(mirrored(shop, note, None, sent(picture("PNG"))).cover.path))
    assert (sweep(), first.exists()) == (0, True)
    second = grow_old(Path(mirrored(shop, note, None, sent(picture("JPEG"))).cover.path))
    assert sweep() == 1
    assert [first.exists(), second.exists()] == [False, True]


@pytest.fixture
def read(
    shop: Merchant, note: Note, alice: User, client_of: Callable[[User], Client]
) -> Callable[[], str]:
    url = reverse("merchants:note-detail", args=[shop.code, note.pk])
    return lambda: " ".join(client_of(alice).get(url).content.decode().split())


def test_the_page_says_what_has_not_come_and_what_the_note_has_not(
    read: Callable[[], str], shop: Merchant, note: Note
) -> None:
    unsent = ("The community has not sent its text.", "The community has not sent its cover.")
    none = ("It has no text.", "It has no cover.")
    page = read()
    assert [said in page for said in (*unsent, *none)] == [True, True, False, False]
    mirrored(shop, note, "", covers.NONE)
    page = read()
    assert [said in page for said in (*unsent, *none)] == [False, False, True, True]
    mirrored(shop, note, "Words", sent(picture("PNG")))
    page = read()
    assert not any(said in page for said in (*unsent, *none))


def test_a_text_is_text_whatever_is_in_it(
    read: Callable[[], str], shop: Merchant, note: Note
) -> None:
    mirrored(shop, note, "<script>alert(1)</script>\n\u202eevil\u202c & {{ note }} 好", None)
    page = read()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>evil &amp; {{ note }} 好" in page


def test_the_list_shows_the_cover_and_its_file_the_title_alone(
    shop: Merchant, note: Note, alice: User, client_of: Callable[[User], Client]
) -> None:
    url, client = reverse("merchants:note-list", args=[shop.code]), client_of(alice)
    assert "note-thumb" not in client.get(url).content.decode()
    cover = sent(picture("PNG"))
    mirrored(shop, note, None, cover)
    address = reverse("merchants:note-cover", args=[shop.code, note.pk])
    assert f'src="{address}?v={cover.digest[:12]}"' in client.get(url).content.decode()
    told = b"".join(client.get(f"{url}?export=csv")).decode()
    assert note.title in told
    assert "img" not in told


def test_a_cover_is_served_as_a_picture_that_can_do_nothing(
    shop: Merchant, note: Note, alice: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    url = reverse("merchants:note-cover", args=[shop.code, note.pk])
    assert client_of(alice).get(url).status_code == 404
    mirrored(shop, note, None, sent(picture("WEBP")))
    answer = client_of(alice).get(url)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=86400"
    assert "sandbox" in answer["Content-Security-Policy"]
    with Image.open(BytesIO(b"".join(answer))) as shown:
        assert shown.format == "WEBP"
    assert client_of(charlie).get(url).status_code == 404
    Path(Note.objects.get(pk=note.pk).cover.path).unlink()
    assert client_of(alice).get(url).status_code == 404
