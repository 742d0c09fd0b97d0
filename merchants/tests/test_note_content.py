"""Text and cover of a note come with the community's feed and are shown as what they are."""

from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
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
from portal.uploads.faults import MOST_BYTES
from portal.uploads.keeping import sweep
from tests.papers import PDF, PNG, picture
from tests.test_keeping import grow_old

HEADER = "merchant,note_id,title,author,kind,published_at,text,cover\n"
OLD_HEADER = "merchant,note_id,title,author,kind,published_at\n"
Feed = Callable[..., str]


@pytest.fixture
def feed(shop: Merchant, note: Note, tmp_path: Path) -> Feed:
    """Hand over a file that says this of the note, with these pictures beside it."""

    def hand_over(said: str, header: str = HEADER, **pictures: bytes) -> str:
        for name, content in pictures.items():
            (tmp_path / f"{name}.png").write_bytes(content)
        row = f"{shop.code},{note.external_id},T,A,image,2026-01-02T03:04:05{said}\n"
        (tmp_path / "notes.csv").write_text(header + row, encoding="utf-8")
        told = StringIO()
        call_command("mirror_notes", str(tmp_path / "notes.csv"), stdout=told)
        note.refresh_from_db()
        return told.getvalue()

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
    ],
)
def test_a_cover_that_is_not_there_changes_nothing(
    feed: Feed, note: Note, tmp_path: Path, said: str, mistake: str
) -> None:
    (tmp_path / "link.png").symlink_to("/etc/hostname")
    with pytest.raises(CommandError) as failed:
        feed(said)
    assert mistake in str(failed.value)
    note.refresh_from_db()
    assert (note.text, note.cover_digest, note.title) == (None, None, "Alice Beauty note")
    feed(f",{'字' * MOST_TEXT},a.png", a=picture("PNG"))
    assert note.text is not None
    assert len(note.text) == MOST_TEXT


def moving() -> bytes:
    frames, film = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")], BytesIO()
    frames[0].save(film, "WEBP", save_all=True, append_images=frames[1:])
    return film.getvalue()


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (PDF, "This is no picture"),
        (b"\0\0\0\x18ftypheic", "This is no picture"),
        (picture("PNG", (300, 300))[:300], "The file is damaged"),
        (b"", "The file is empty"),
        (bytes(MOST_BYTES + 1), "The file is larger than 10 MB"),
        (moving(), "The picture moves"),
    ],
)
def test_a_cover_that_cannot_be_opened_is_told_and_stops_nobody(
    feed: Feed, shop: Merchant, note: Note, content: bytes, mistake: str
) -> None:
    before = mirrored(shop, note, "", sent(picture("PNG"))).cover.name
    told = feed(f",Words,a.png\n{shop.code},n-2,T,A,image,,Words,", a=content)
    assert told.startswith(f"Line 2: cover: {mistake}")
    assert "The note keeps the cover it had." in told
    assert (note.text, note.cover.name) == ("Words", before)
    assert Note.objects.filter(external_id="n-2").exists()


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [("T", "字" * (MOST_TEXT + 1), "text"), ("", "", "title"), ("\ufdfa" * 20, "", "title")],
)
def test_letters_that_no_note_takes_leave_that_note_alone_as_it_was(
    feed: Feed, shop: Merchant, note: Note, title: str, text: str, field: str
) -> None:
    told = feed(f",Words,\n{shop.code},n-2,{title},A,image,,{text},\n{shop.code},n-3,T,A,image,,,")
    assert told.startswith(f"Line 3: {field}: ")
    assert told.endswith(" The note stays as it was.\n2 notes\n")
    assert note.text == "Words"
    assert Note.objects.filter(external_id="n-3").exists()
    assert not Note.objects.filter(external_id="n-2").exists()


@pytest.mark.parametrize("text", ["\ufdfa" * MOST_TEXT, "\U0001d160" * MOST_TEXT, "５²＝\ufb01①"])
def test_a_text_is_as_its_readers_see_it_and_grows_by_no_cleaning(
    feed: Feed, note: Note, text: str
) -> None:
    feed(f",{text}\u200b,")
    assert note.text == text


def test_a_note_that_a_feed_names_twice_refuses_it_before_a_picture_is_opened(
    feed: Feed, shop: Merchant, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_in_a_child", lambda *_given: pytest.fail("opened"))
    again = f"{shop.code},{note.external_id},T,A,image,,Words,b.png"
    with pytest.raises(CommandError, match="Line 4: note_id: line 2 names this note too"):
        feed(f",Words,a.png\n{shop.code},n-2,T,A,image,,,\n{again}", a=PNG, b=PNG)


@pytest.mark.parametrize(
    "wrong",
    ["{rival},n-2,T,A,image,,,", "{shop},{of_rival},T,A,image,,,", "{shop},n-2,T,A,image,x,,"],
)
def test_a_feed_that_is_refused_opens_no_picture(
    feed: Feed, shop: Merchant, rival: Merchant, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_in_a_child", lambda *_given: pytest.fail("opened"))
    notes.mirror(
        rival, external_id="of-rival", title="T", author_name="A", kind="image", published_at=None
    )
    row = wrong.format(rival="nobody", shop=shop.code, of_rival="of-rival")
    with pytest.raises(CommandError, match="Line 3"):
        feed(f",Words,a.png\n{row}", a=PNG)


def test_a_mistake_is_told_with_the_line_in_which_its_row_begins(
    feed: Feed, shop: Merchant
) -> None:
    with pytest.raises(CommandError, match=r"^Line 6: kind"):
        feed(f',"1\n2\n3",\n\n{shop.code},n-2,T,A,song,,"5\n6",')


def test_a_picture_that_was_kept_for_a_feed_that_came_to_nothing_is_found(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent(picture("WEBP"))
    with monkeypatch.context() as patched:
        patched.setattr(reading, "_in_a_child", lambda *_given: pytest.fail("opened"))
        assert sent(picture("WEBP")) == first
    # Cut off by who was killed while he wrote it, or near to being swept, it is opened again.
    path = Path(default_storage.path(first.name))
    whole = path.read_bytes()
    path.write_bytes(whole[:-2])
    second = sent(picture("WEBP"))
    assert Path(default_storage.path(second.name)).read_bytes() == whole
    path.write_bytes(whole)
    grow_old(path)
    assert sent(picture("WEBP")).name != first.name


def test_a_feed_with_more_new_pictures_than_are_kept_for_it_is_handed_over_in_parts(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(covers, "FRESH_SECONDS", -1)
    with pytest.raises(CommandError, match="in parts"):
        feed(",Words,a.png", a=PNG)


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
    url += f"?v={mirrored(shop, note, None, sent(picture('WEBP'))).cover_version}"
    answer = client_of(alice).get(url)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "sandbox" in answer["Content-Security-Policy"]
    with Image.open(BytesIO(b"".join(answer))) as shown:
        assert shown.format == "WEBP"
    kept = {"If-None-Match": answer["ETag"]}
    assert client_of(alice).get(url, headers=kept).status_code == 304
    assert client_of(charlie).get(url, headers=kept).status_code == 404
    Path(Note.objects.get(pk=note.pk).cover.path).unlink()
    assert client_of(alice).get(url).status_code == 404


def test_the_address_of_a_cover_never_answers_with_another(
    shop: Merchant, note: Note, alice: User, client_of: Callable[[User], Client]
) -> None:
    url = reverse("merchants:note-cover", args=[shop.code, note.pk])
    old = mirrored(shop, note, None, sent(picture("PNG"))).cover_version
    new = mirrored(shop, note, None, sent(picture("JPEG"))).cover_version
    asked = [f"?v={new}", f"?v={old}", "?v=", ""]
    answers = [client_of(alice).get(url + one).status_code for one in asked]
    assert answers == [200, 404, 404, 404]
