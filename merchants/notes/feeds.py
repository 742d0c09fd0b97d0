"""The community's feed of notes: a CSV file, taken in as a whole or not at all.

A mistake of the feed refuses it. What an author wrote or drew and no note takes is his note's
alone: the others are taken in, and whoever hands the file over is told.
"""

import csv
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

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
from merchants.stores.verbs import checked_external_id
from portal import meaning, typed
from portal.refusals import Refusal
from portal.uploads.reading import UploadRefused

# A file without the last two says nothing of texts and covers.
PLAIN = ("merchant", "note_id", "title", "author", "kind", "published_at")
COLUMNS = (*PLAIN, "text", "cover")
Row = Mapping[str, str]
# What an author writes.
_LETTERS = frozenset({"title", "author_name", "text"})


@dataclass(frozen=True)
class Left:
    """What of a line was not taken in, and the sentence that says why and what becomes of it."""

    line: int
    field: str
    said: str


@dataclass(frozen=True)
class Mirrored:
    """How many notes were taken in, and what was left."""

    count: int
    left: tuple[Left, ...]


@dataclass(frozen=True)
class _Wanted:
    """A cover that a row names. `known` is the digest of the one that its note has."""

    line: int
    note_id: str
    cover: str
    picture: Path
    known: str | None


# By note and name of the picture; None for one that cannot be opened.
_Taken = dict[tuple[str, str], Cover | None]


def mirror_file(path: Path, *, pictures: Path | None = None) -> Mirrored:
    """Mirror every note of a UTF-8 CSV file with the columns `COLUMNS`.

    `published_at` is ISO 8601 (Shanghai time unless it says otherwise), empty for an unpublished
    note; `cover` is the name of a picture in the folder `pictures`, by default that of the file,
    empty for a note without one. A note whose picture cannot be opened keeps the cover it had; one
    whose title, author or text cannot be kept stays as it was. Raises Refusal naming the line of
    any other mistake; then nothing is changed.
    """
    merchants = {shop.code: shop for shop in Merchant.objects.select_related("team")}
    wanted = _checked(path, pictures or path.parent, merchants)
    taken, left = _opened(wanted)
    count = 0
    with transaction.atomic():
        for line, row in _rows(path):
            with _told(line):
                facts = _facts(row, merchants)
                try:
                    notes.mirror(**facts, cover=_said(facts, row, taken))
                    count += 1
                except Refusal as refusal:
                    if refusal.field not in _LETTERS:
                        raise
                    left.append(_left(line, refusal, _("The note stays as it was.")))
    return Mirrored(count, tuple(left))


def _checked(path: Path, folder: Path, merchants: Mapping[str, Merchant]) -> list[_Wanted]:
    """The covers that a feed names, after each of its rows was found right: pictures are opened and
    kept for a feed that is taken in alone."""
    wanted: list[_Wanted] = []
    lines: dict[str, int] = {}
    for line, row in _rows(path):
        with _told(line):
            facts = _facts(row, merchants)
            note_id = facts["external_id"]
            if (first := lines.setdefault(note_id, line)) != line:
                raise Refusal(_("note_id: line %(first)s names this note too") % {"first": first})
            has = Note.objects.filter(external_id=note_id)
            owner, known = has.values_list("merchant", "cover_digest").first() or (None, None)
            if owner not in (None, facts["merchant"].pk):
                raise notes.of_another(note_id)
            if name := row.get("cover"):
                wanted.append(_Wanted(line, note_id, name, _picture(name, folder), known))
    return wanted


def _opened(wanted: list[_Wanted]) -> tuple[_Taken, list[Left]]:
    """The covers, opened before any note is locked, for a large or a hostile picture takes its
    seconds from nobody; and those that cannot be opened."""
    taken: _Taken = {}
    left: list[Left] = []
    begun = time.monotonic()
    for one in wanted:
        if time.monotonic() - begun > covers.FRESH_SECONDS:
            raise Refusal(_("Too many new pictures at once: hand the file over in parts."))
        cover = None
        try:
            with one.picture.open("rb") as opened:
                cover = covers.take_in(File(opened, name="cover"), known=one.known)
        except UploadRefused as refused:
            left.append(_left(one.line, refused, _("The note keeps the cover it had.")))
        taken[one.note_id, one.cover] = cover
    return taken, left


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
    """The rows of a feed with the numbers of the lines in which they begin."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            columns = tuple(next(rows, ()))
            if columns not in (COLUMNS, PLAIN):
                raise Refusal(_("The first line has to be: %(line)s") % {"line": ",".join(COLUMNS)})
            line = rows.line_num + 1
            for values in rows:
                if values:
                    yield line, _row(line, columns, values)
                line = rows.line_num + 1
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(_("This is not a CSV file in UTF-8: %(error)s") % {"error": error}) from error


def _row(line: int, columns: tuple[str, ...], values: list[str]) -> Row:
    with _told(line):
        if len(values) != len(columns):
            raise Refusal(_("expected %(count)s values") % {"count": len(columns)})
    return dict(zip(columns, values, strict=True))


@contextmanager
def _told(line: int) -> Iterator[None]:
    """A refusal of what is done inside names the line."""
    try:
        yield
    except Refusal as refusal:
        raise Refusal(_at(line, refusal)) from refusal


def _at(line: int, refusal: Refusal) -> str:
    where = f"{refusal.field}: " if refusal.field else ""
    return _("Line %(line)s: %(mistake)s") % {"line": line, "mistake": where + refusal.message}


def _left(line: int, refusal: Refusal, what_becomes: str) -> Left:
    return Left(line, refusal.field or "", f"{_at(line, refusal)} {what_becomes}")


def _facts(row: Row, merchants: Mapping[str, Merchant]) -> dict[str, Any]:
    """What a row says of a note, its cover aside, as `notes.mirror` takes it."""
    if (code := meaning.key(row["merchant"])) not in merchants:
        raise Refusal(_("merchant: there is no “%(code)s”") % {"code": code[:80]})
    if row["kind"] not in NoteKind.values:
        raise Refusal(_("kind: expected one of %(kinds)s") % {"kinds": "image, video"})
    return {
        "merchant": merchants[code],
        "external_id": checked_external_id(row["note_id"]),
        "title": row["title"],
        "author_name": row["author"],
        "kind": row["kind"],
        "published_at": _instant(row["published_at"]),
        "text": row.get("text"),
    }


def _said(facts: Mapping[str, Any], row: Row, taken: _Taken) -> Cover | None:
    """Of a cover that cannot be opened it says nothing."""
    if "cover" not in row:
        return None
    if not row["cover"]:
        return covers.NONE
    if (said := (facts["external_id"], row["cover"])) not in taken:
        raise Refusal(_("The file changed while it was read; hand it over again."))
    return taken[said]


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
