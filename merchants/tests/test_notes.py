"""Notes are mirrored from the community's feed."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from merchants.companies.models import Merchant
from merchants.notes import verbs as notes
from merchants.notes.models import Note
from portal.refusals import Refusal

HEADER = "merchant,note_id,title,author,kind,published_at\n"


def write(folder: Path, text: str) -> str:
    path = folder / "notes.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_feed_brings_new_notes_and_changes(shop: Merchant, note: Note, tmp_path: Path) -> None:
    rows = (
        f"{shop.code},{note.external_id},新标题,小红,video,2026-01-02T03:04:05+08:00\n"
        f"{shop.code},n-2,Draft,小红,image,\n"
    )
    call_command("mirror_notes", write(tmp_path, HEADER + rows))
    note.refresh_from_db()
    assert (note.title, note.kind) == ("新标题", "video")
    assert timezone.localtime(note.published_at).isoformat() == "2026-01-02T03:04:05+08:00"
    assert Note.objects.get(external_id="n-2").published_at is None


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        ("nobody,n-3,T,A,image,", "Line 3: merchant: there is no “nobody”"),
        ("{code},n-3,T,A,song,", "Line 3: kind"),
        ("{code},n-3,T,A,image,yesterday", "Line 3: published_at: “yesterday”"),
        ("{code},n-3,T,A,image,2026-13-01T00:00", "Line 3: published_at"),
        ("{code},n-3,T,A,image,9999-12-31T23:59:59-14:00", "Line 3: published_at"),
        ("{code},n-2,T,A,image,", "Line 3: note_id: line 2 names this note too"),
        ("{code},n 3,T,A,image,", "Line 3: external_id"),
        ("{code},n-3,T", "Line 3: expected 6 values"),
    ],
)
def test_a_mistake_names_its_line_and_takes_nothing_in(
    shop: Merchant, tmp_path: Path, row: str, mistake: str
) -> None:
    text = f"{HEADER}{shop.code},n-2,Good,A,image,\n{row.format(code=shop.code)}\n"
    with pytest.raises(CommandError) as failed:
        call_command("mirror_notes", write(tmp_path, text))
    assert mistake in str(failed.value)
    assert failed.value.returncode == 2
    assert not Note.objects.filter(external_id__in=["n-2", "n-3"]).exists()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n"])
def test_a_wrong_header_is_shown_the_right_one(db: None, tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError, match="merchant,note_id"):
        call_command("mirror_notes", write(tmp_path, text))


def test_a_missing_file_is_one_sentence(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("mirror_notes", str(tmp_path / "none.csv"))


def test_a_note_never_changes_its_merchant(note: Note, rival: Merchant) -> None:
    with pytest.raises(Refusal, match="another merchant") as refused:
        notes.mirror(
            rival,
            external_id=note.external_id,
            title="Mine now",
            author_name="A",
            kind="image",
            published_at=None,
        )
    assert refused.value.field == "external_id"
