"""Reading a CSV file of costs: which columns it has, and its lines as text. Knows no merchant."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal import meaning, words
from portal.refusals import Refusal

MOST_BYTES = 4 << 20
MOST_LINES = 10_000
_SEPARATORS = ",;\t"
# Workbooks, new and old.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Column(StrEnum):
    """The columns of a file, by the names that a program gives them: a closed set."""

    NOTE = "note_id"
    BOOST = "boost_id"
    CAMPAIGN = "campaign"
    KIND = "kind"
    CHANNEL = "channel"
    DAY = "day"
    AMOUNT = "amount_yuan"
    REFERENCE = "own_number"


LABELS: dict[Column, Promise] = {
    Column.NOTE: pgettext_lazy("cost", "Note id"),
    Column.BOOST: pgettext_lazy("cost", "Boost id"),
    Column.CAMPAIGN: pgettext_lazy("cost", "Campaign"),
    Column.KIND: gettext_lazy("Kind of cost"),
    Column.CHANNEL: gettext_lazy("Channel"),
    Column.DAY: gettext_lazy("Day"),
    Column.AMOUNT: gettext_lazy("Amount (yuan)"),
    Column.REFERENCE: gettext_lazy("Own number"),
}
_NEEDED = (Column.KIND, Column.CHANNEL, Column.DAY, Column.AMOUNT)
_PLACES = (Column.NOTE, Column.BOOST, Column.CAMPAIGN)


class FileRefusal(Refusal):
    """Nothing of the file can be read."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True)
class Line:
    """A record: the line of the file on which it begins, and what stands in its columns; None when
    it has other columns than the first line."""

    number: int
    values: dict[Column, str] | None


@dataclass(frozen=True)
class File:
    """What was read; `unknown` are the names of columns that were not."""

    lines: list[Line]
    unknown: list[str]


def template() -> list[str]:
    """The first line of a file, in the language of the reader."""
    return [str(label) for label in LABELS.values()]


def read(data: bytes) -> File:
    """The lines of a file. Raises FileRefusal with what to do where nothing can be read."""
    text = _text(data)
    names, separator = _head(text)
    found = [_columns().get(meaning.key(name)) for name in names]
    _check_columns([column for column in found if column])
    lines: list[Line] = []
    for number, record in _records(text, separator):
        if len(lines) == MOST_LINES:
            raise FileRefusal(
                _("The file has more than %(most)s lines. Split it.")
                % {"most": words.count(MOST_LINES)}
            )
        lines.append(Line(number, _values(found, record)))
    if not lines:
        raise FileRefusal(_("The file names columns, and has no line below them."))
    unknown = [name for name, column in zip(names, found, strict=True) if name and not column]
    return File(lines, [meaning.line(name)[:40] for name in unknown[:20]])


def _text(data: bytes) -> str:
    if not data.strip():
        raise FileRefusal(_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise FileRefusal(
            _("The file is larger than %(most)s. Split it.") % {"most": words.file_size(MOST_BYTES)}
        )
    if data.startswith(_WORKBOOKS):
        raise FileRefusal(_("This is a workbook. Save it as “CSV UTF-8” and choose that file."))
    encodings = ("utf-16",) if data.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefusal(_("This is no text file. Save it as “CSV UTF-8” and choose that file."))


def _head(text: str) -> tuple[list[str], str]:
    """The names in the first line, and what separates them: what gives most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    known = _columns()

    def names(separator: str) -> list[str]:
        try:
            return next(csv.reader([first], delimiter=separator, strict=True))
        except csv.Error:
            return []

    best = max(_SEPARATORS, key=lambda one: sum(meaning.key(name) in known for name in names(one)))
    return names(best), best


def _columns() -> dict[str, Column]:
    """Each column by its name and by its labels in both languages, as they are meant."""
    known = {meaning.key(column): column for column in Column}
    for language in (words.CHINESE, words.ENGLISH):
        with translation.override(language):
            known |= {meaning.key(str(label)): column for column, label in LABELS.items()}
    return known


def _check_columns(found: list[Column]) -> None:
    if twice := [column for column in Column if found.count(column) > 1]:
        raise FileRefusal(
            _("The column “%(name)s” is there twice. Leave one of them out.")
            % {"name": LABELS[twice[0]]}
        )
    missing = [column for column in _NEEDED if column not in found]
    if missing:
        raise FileRefusal(
            _("The first line does not name: %(columns)s. Begin with the template.")
            % {"columns": " · ".join(str(LABELS[column]) for column in missing)}
        )
    if not set(found) & set(_PLACES):
        raise FileRefusal(
            _("The file does not say of which note, boost or campaign its costs are.")
        )


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records below the first, each with the line on which it begins; blank ones left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    is_head, begins = True, 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefusal(
                _("Line %(line)s cannot be read: a quotation mark is open, or a value too long.")
                % {"line": begins}
            ) from error
        number, begins = begins, reader.line_num + 1
        if not any(map(meaning.line, record)):
            continue
        if not is_head:
            yield number, record
        is_head = False


def _values(found: list[Column | None], record: list[str]) -> dict[Column, str] | None:
    """What stands in the columns; None where it stands beside them."""
    if any(map(meaning.line, record[len(found) :])):
        return None
    padded = [*record, *[""] * (len(found) - len(record))]
    pairs = zip(found, padded, strict=False)
    return {column: meaning.line(value) for column, value in pairs if column}
