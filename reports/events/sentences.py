"""What people read about files and rows that were not taken, in their own language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portal import words
from reports.events.contract import Fault, Reason
from reports.events.unknown import ValueType

_FAULTS = {
    Fault.EMPTY: gettext_lazy("The file is empty."),
    Fault.NO_ROWS: gettext_lazy("The file has a header but no rows."),
    Fault.DAMAGED: gettext_lazy(
        "The file is damaged or cut off: it cannot be read to its end. Send it again."
    ),
    Fault.NOT_UTF8: gettext_lazy("Line %(line)s is not UTF-8 text. Save the file as UTF-8."),
    Fault.SPREADSHEET: gettext_lazy(
        "This is a spreadsheet or an archive. Save it as CSV (UTF-8) and send that."
    ),
    Fault.MISSING_COLUMNS: gettext_lazy(
        "The header lacks: %(columns)s. The first line must name the columns."
    ),
    Fault.REPEATED_COLUMN: gettext_lazy("The header names a column twice: %(columns)s."),
    Fault.CONTROL_CHARACTER: gettext_lazy(
        "The name of a column holds control characters. Remove them from the header."
    ),
    Fault.WRONG_TYPE: gettext_lazy("Column %(column)s has the type %(type)s, which it cannot be."),
    Fault.LONG_LINE: gettext_lazy("Line %(line)s is longer than 1 MB."),
    Fault.BOMB: gettext_lazy("Unpacked, the file grows to more than %(times)s times its size."),
    Fault.TOO_MUCH_MEMORY: gettext_lazy(
        "Reading the file takes more memory than a file may have. Split it."
    ),
    Fault.TOO_MUCH_WORK: gettext_lazy(
        "Reading the file takes more than the %(seconds)s s of computing that a file of its size"
        " may take. Split it, and leave out rows that repeat or cannot be taken."
    ),
}

_REASONS = {
    Reason.MISSING: gettext_lazy("A required value is missing. Fill it in."),
    Reason.TOO_LONG: gettext_lazy("The value is longer than 200 bytes. Shorten it."),
    Reason.CONTROL_CHARACTER: gettext_lazy("The value holds control characters. Remove them."),
    Reason.DAMAGED_ID: gettext_lazy(
        "The id was shortened to a rounded number, as spreadsheets do, and its digits are lost."
        " Export the file again with its ids as text: in a spreadsheet, format the column as text"
        " before you open or paste the data."
    ),
    Reason.NOT_A_TIME: gettext_lazy(
        "Not a time that can be read in one way only. Write it like 2026-01-31T08:00:00+08:00; the"
        " year comes first, and digits alone are no time."
    ),
    Reason.NO_ZONE: gettext_lazy(
        "The time says no zone, and this source has declared none. Write it like"
        " 2026-01-31T08:00:00+08:00, or have the zone of the source set."
    ),
    Reason.TIME_OUT_OF_RANGE: gettext_lazy(
        "The time lies before 2000 or more than a day ahead. Correct it."
    ),
    Reason.NOT_A_CHOICE: gettext_lazy("Not one of the known values."),
    Reason.NOT_AN_INTEGER: gettext_lazy(
        "Not a whole number of pieces or of fen. Write digits, such as 19900; an amount in yuan has"
        " two decimals at most."
    ),
    Reason.OTHER_UNIT: gettext_lazy(
        "The amount names another unit than its source has declared. Leave the sign of the currency"
        " out and send the declared unit, or have the unit of the source set."
    ),
    Reason.SHORTENED: gettext_lazy(
        "The number was shortened by a spreadsheet, and its last digits are lost. Format the column"
        " as text or as a number without decimals, and export it again."
    ),
    Reason.OUT_OF_RANGE: gettext_lazy("The number is negative or too large. Correct it."),
    Reason.ABOVE_BOUND: gettext_lazy(
        "The amount is above what one line of this source may have. Look whether fen and yuan were"
        " mixed up, or an id stands among the amounts."
    ),
    Reason.NOT_A_FLAG: gettext_lazy("Neither true nor false. Use one of them."),
    Reason.BROKEN_RECORD: gettext_lazy(
        "The record does not have the columns of the header. Check quotes and commas."
    ),
    Reason.NESTED: gettext_lazy("The value is a list or an object. Send one plain value."),
    Reason.STORE_NOT_YOURS: gettext_lazy(
        "The store is not a verified store of this merchant. Register it, or leave the row out."
    ),
    Reason.CONFLICT: gettext_lazy(
        "The file has this event more than once, with different values, and nothing says which is"
        " newer. Send the one that holds, or fill revised_at in each."
    ),
    Reason.KIND_CHANGED: gettext_lazy(
        "This event is known with another kind, and a correction never changes the kind. Give what"
        " happened an event_id of its own."
    ),
    Reason.UNKNOWN_BOOST: gettext_lazy(
        "No boost that this ad server was told of. Look at the boost_id."
    ),
    Reason.NOT_AN_HOUR: gettext_lazy(
        "Not the first instant of an hour that has begun, of the last 400 days."
    ),
    Reason.REVISION_TAKEN: gettext_lazy(
        "This revision of the hour said something else before. Send what holds by a higher one."
    ),
    Reason.REVISION_JUMPS: gettext_lazy(
        "This revision is above 2,000,000,000, so that nothing could correct it. Send a lower one."
    ),
}


_TYPES = {
    ValueType.TEXT: pgettext_lazy("values", "text"),
    ValueType.NUMBER: pgettext_lazy("values", "numbers"),
    ValueType.INSTANT: pgettext_lazy("values", "times"),
    ValueType.FLAG: pgettext_lazy("values", "true or false"),
    ValueType.NESTED: pgettext_lazy("values", "lists or objects"),
    ValueType.MIXED: pgettext_lazy("values", "of several types"),
}


def fault_sentence(fault: str, details: Mapping[str, object]) -> str:
    """Why a whole file was refused."""
    return str(_FAULTS[Fault(fault)]) % details


def reason_sentence(reason: str, *, choices: Sequence[str] = ()) -> str:
    """Why a row was not taken, and what to do; `choices` are those of the row's field."""
    sentence = str(_REASONS[Reason(reason)])
    if reason != Reason.NOT_A_CHOICE or not choices:
        return sentence
    return words.sentences(
        [sentence, _("Use one of: %(choices)s.") % {"choices": ", ".join(choices)}]
    )


def manifest_sentence(what: str, *, said: object, found: object) -> str:
    """A manifest that tells something else than the file."""
    return _("The manifest says %(said)s for %(what)s, the file has %(found)s.") % {
        "said": said,
        "what": what,
        "found": found,
    }


def unknown_column(column: Mapping[str, Any] | str) -> str:
    """A column that is not ours, as `reports.events.unknown` tells of it; of older batches only the
    name is known."""
    if isinstance(column, str):
        return column
    name = column["name"] or _("other names")
    kind = _TYPES[ValueType(column["type"])]
    if column["values"] is None:
        return _("%(name)s: %(type)s") % {"name": name, "type": kind}
    values = ngettext("%(count)s value", "%(count)s values", column["values"]) % {
        "count": words.count(column["values"])
    }
    return _("%(name)s: %(values)s, %(type)s") % {"name": name, "values": values, "type": kind}
