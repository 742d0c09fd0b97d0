"""The community's feed of notes: a CSV file, taken in as a whole or not at all."""

import csv
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.notes import verbs as notes
from merchants.notes.models import NoteKind
from portal import meaning, typed
from portal.refusals import Refusal

COLUMNS = ("merchant", "note_id", "title", "author", "kind", "published_at")


@transaction.atomic
def mirror_file(path: Path) -> int:
    """Mirror every note of a UTF-8 CSV file with the columns `COLUMNS`; how many they were.

    `published_at` is ISO 8601 (Shanghai time unless it says otherwise), empty for an unpublished
    note. Raises Refusal naming the line of the first mistake; then nothing is changed.
    """
    merchants = {merchant.code: merchant for merchant in Merchant.objects.select_related("team")}
    count = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise Refusal(_("The first line has to be: %(line)s") % {"line": ",".join(COLUMNS)})
            for row in rows:
                _mirror_row(row, merchants, line=rows.line_num)
                count += 1
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(_("This is not a CSV file in UTF-8: %(error)s") % {"error": error}) from error
    return count


def _mirror_row(row: dict[str, str], merchants: dict[str, Merchant], *, line: int) -> None:
    try:
        if None in row or None in row.values():
            raise Refusal(_("expected %(count)s values") % {"count": len(COLUMNS)})
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
        )
    except Refusal as refusal:
        where = f"{refusal.field}: " if refusal.field else ""
        raise Refusal(
            _("Line %(line)s: %(mistake)s") % {"line": line, "mistake": where + refusal.message}
        ) from refusal


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
