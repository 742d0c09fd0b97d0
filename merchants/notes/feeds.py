"""The community's feed of notes: a CSV file, taken in as a whole or not at all."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.notes import covers
from merchants.notes import verbs as notes
from merchants.notes.covers import Cover
from merchants.notes.models import Note, NoteKind
from portal import meaning, typed
from portal.refusals import Refusal

# A file without the last two says nothing of texts and covers.
PLAIN = ("merchant", "note_id", "title", "author", "kind", "published_at")
COLUMNS = (*PLAIN, "text", "cover")
Row = Mapping[str, str]


def mirror_file(path: Path, *, pictures: Path | None = None) -> int:
    """Mirror every note of a UTF-8 CSV file with the columns `COLUMNS`; how many they were.

    `published_at` is ISO 8601 (Shanghai time unless it says otherwise), empty for an unpublished
    note; `cover` is the name of a picture in the folder `pictures`, by default that of the file,
    empty for a note without one. Raises Refusal naming the line of a mistake; then nothing is
    changed.
    """
    taken = _covers(path, pictures or path.parent)
    count = 0
    with transaction.atomic():
        merchants = {shop.code: shop for shop in Merchant.objects.select_related("team")}
        for line, row in _rows(path):
            with _told(line):
                _mirror(row, merchants, taken)
            count += 1
    return count


def _covers(path: Path, folder: Path) -> dict[tuple[str, str], Cover]:
    """The covers of a feed by their notes and names, opened before any note is locked: a large or a
    hostile picture takes its seconds from nobody."""
    taken: dict[tuple[str, str], Cover] = {}
    for line, row in _rows(path):
        if not row.get("cover"):
            continue
        with _told(line):
            taken[row["note_id"], row["cover"]] = _cover(row, folder)
    return taken


def _cover(row: Row, folder: Path) -> Cover:
    has = Note.objects.filter(external_id=meaning.identifier(row["note_id"]))
    known = has.values_list("cover_digest", flat=True).first()
    with _picture(row["cover"], folder).open("rb") as opened:
        return covers.take_in(File(opened, name="cover"), known=known)


def _picture(name: str, folder: Path) -> Path:
    """The file of this name in the folder itself; what leads out of it is not there."""
    try:
        found = (folder / name).resolve()
        if found.parent == folder.resolve() and found.is_file():
            return found
    except (OSError, ValueError):  # Too long a name, or one that no file has.
        pass
    raise Refusal(_("cover: there is no picture “%(name)s”") % {"name": name[:80]})


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    """The rows of a feed with the numbers of their lines."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            columns = tuple(rows.fieldnames or ())
            if columns not in (COLUMNS, PLAIN):
                raise Refusal(_("The first line has to be: %(line)s") % {"line": ",".join(COLUMNS)})
            for row in rows:
                line = rows.line_num
                with _told(line):
                    if None in row or None in row.values():
                        raise Refusal(_("expected %(count)s values") % {"count": len(columns)})
                yield line, row
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(_("This is not a CSV file in UTF-8: %(error)s") % {"error": error}) from error


@contextmanager
def _told(line: int) -> Iterator[None]:
    """A refusal of what is done inside names the line."""
    try:
        yield
    except Refusal as refusal:
        where = f"{refusal.field}: " if refusal.field else ""
        raise Refusal(
            _("Line %(line)s: %(mistake)s") % {"line": line, "mistake": where + refusal.message}
        ) from refusal


def _mirror(
    row: Row, merchants: Mapping[str, Merchant], taken: Mapping[tuple[str, str], Cover]
) -> None:
    if (code := meaning.key(row["merchant"])) not in merchants:
        raise Refusal(_("merchant: there is no “%(code)s”") % {"code": code[:80]})
    if row["kind"] not in NoteKind.values:
        raise Refusal(_("kind: expected one of %(kinds)s") % {"kinds": "image, video"})
    notes.mirror(
        merchants[code],
        external_id=row["note_id"],
        title=row["title"],
        author_name=row["author"],
        kind=row["kind"],
        published_at=_instant(row["published_at"]),
        text=row.get("text"),
        cover=_said(row, taken),
    )


def _said(row: Row, taken: Mapping[tuple[str, str], Cover]) -> Cover | None:
    if "cover" not in row:
        return None
    if not row["cover"]:
        return covers.NONE
    if (cover := taken.get((row["note_id"], row["cover"]))) is None:
        raise Refusal(_("The file changed while it was read; hand it over again."))
    return cover


def _instant(text: str) -> datetime | None:
    if not meaning.line(text):
        return None
    try:
        moment = parse_datetime(meaning.line(text))
    except ValueError:
        moment = None
    if moment is None or moment.year not in typed.YEARS:
        raise Refusal(_("published_at: “%(text)s” is not a moment") % {"text": text[:40]})
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
