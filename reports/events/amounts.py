"""Numbers of files: amounts of money in the unit their source declares, and counts.

Forms of text, one meaning each: `19900`, `+19900`, `19,900`, `19900.0`; of yuan also `199.5`,
`¥199.00`, `199.00元`. `-` and `--` say that nobody knows. What a spreadsheet has shortened
(`1.99E+04`) and a currency that contradicts the unit are faults.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from reports.events.contract import Reason
from reports.events.declared import Unit
from reports.events.masks import Mask, known, spread
from reports.events.plain_text import text_of

_PLAIN = r"^\d{1,16}$"
_UNKNOWN = r"^--?$"
_YUAN = r"(?i)^[+-]?(¥|CNY|RMB)|元$"
_FEN = r"分$"
_MARK_BEFORE = r"(?i)^([+-]?)(?:¥|CNY|RMB) ?"
_MARK_BEHIND = r" ?(?:元|分)$"
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
_SHORTENED = r"^[+-]?\d+(\.\d+)?[eE][+-]?\d+$"
_NUMBER = r"^(?P<sign>[+-]?)0*(?P<whole>\d+?)(?:\.(?P<part>\d*?)0*)?$"
# With two more digits for the fen of yuan a number stays below 64 bits.
_MOST_DIGITS = 18
_MOST_PLAIN = 10**16
_EXACT = 2**53


@dataclass(frozen=True)
class Read:
    """The numbers, null where there is none, and which rows have which fault; the first counts."""

    value: pa.Array
    faults: list[tuple[Reason, Mask]]


def read(sent: pa.Array, unit: Unit | None) -> Read:
    """The amounts of a column in fen, or without a unit its counts; `sent` holds no dictionary."""
    digits = 2 if unit is Unit.YUAN else 0
    if pa.types.is_signed_integer(sent.type):
        value = sent.cast(pa.int64())
        near = pc.max_element_wise(
            pc.min_element_wise(value, _MOST_PLAIN, skip_nulls=False),
            -_MOST_PLAIN,
            skip_nulls=False,
        )
        return Read(pc.multiply(near, 10**digits) if digits else value, [])
    if pa.types.is_floating(sent.type):
        return _of_floating(sent, 10**digits)
    return _of_text(text_of(sent), unit, digits)


def _of_floating(sent: pa.Array, scale: int) -> Read:
    """Floating numbers that are whole fen, as tools write columns with gaps.

    An amount of yuan is the one that its shortest text says: 199.99, though no floating number is.
    """
    number = sent.cast(pa.float64())
    scaled = pc.round(pc.multiply(number, float(scale)))
    same = pc.equal(pc.divide(scaled, float(scale)).cast(sent.type), sent)
    whole = pc.and_(pc.is_finite(number), same)
    exact = pc.and_(pc.is_finite(number), pc.less(pc.abs(scaled), float(_EXACT)))
    value = pc.if_else(pc.and_(whole, exact), scaled, pa.scalar(None, pa.float64()))
    return Read(
        value.cast(pa.int64()),
        [
            (Reason.NOT_AN_INTEGER, known(pc.invert(whole))),
            (Reason.OUT_OF_RANGE, known(pc.invert(exact))),
        ],
    )


def _of_text(text: pa.Array, unit: Unit | None, digits: int) -> Read:
    plain = pc.match_substring_regex(text, _PLAIN)
    value = pc.if_else(plain, text, pa.scalar(None, pa.string())).cast(pa.int64())
    if digits:
        value = pc.multiply(value, 10**digits)
    odd = pc.fill_null(pc.invert(plain), False)
    if not pc.any(odd).as_py():
        return Read(value, [])
    found = _of_odd_text(text.filter(odd), unit, digits)
    faults = [(reason, spread(mask, known(odd))) for reason, mask in found.faults]
    return Read(pc.replace_with_mask(value, odd, found.value), faults)


def _of_odd_text(text: pa.Array, unit: Unit | None, digits: int) -> Read:
    unknown = pc.match_substring_regex(text, _UNKNOWN)
    in_yuan = pc.match_substring_regex(text, _YUAN)
    in_fen = pc.match_substring_regex(text, _FEN)
    other = {Unit.FEN: in_yuan, Unit.YUAN: in_fen, None: pc.or_(in_yuan, in_fen)}[unit]
    bare = pc.replace_substring_regex(text, _MARK_BEFORE, r"\1")
    bare = pc.replace_substring_regex(bare, _MARK_BEHIND, "")
    grouped = pc.match_substring_regex(bare, _GROUPED)
    bare = pc.if_else(grouped, pc.replace_substring(bare, ",", ""), bare)
    shortened = pc.match_substring_regex(bare, _SHORTENED)
    found = pc.extract_regex(bare, _NUMBER)
    is_number = found.is_valid()
    whole, part, sign = (found.field(name) for name in ("whole", "part", "sign"))
    fits = pc.less_equal(pc.binary_length(part), digits)
    written = pc.binary_join_element_wise(whole, pc.utf8_rpad(part, digits, "0"), "")
    short = pc.less_equal(pc.binary_length(written), _MOST_DIGITS)
    good = pc.and_(pc.and_(is_number, fits), pc.and_(short, pc.invert(other)))
    value = pc.if_else(good, written, pa.scalar(None, pa.string())).cast(pa.int64())
    value = pc.if_else(pc.equal(sign, "-"), pc.negate(value), value)
    is_good_or_unknown = pc.or_(is_number, unknown)
    contradicted = Reason.OTHER_UNIT if unit else Reason.NOT_AN_INTEGER
    return Read(
        value,
        [
            (contradicted, known(other)),
            (Reason.SHORTENED, known(shortened)),
            (Reason.NOT_AN_INTEGER, known(pc.invert(is_good_or_unknown))),
            (Reason.NOT_AN_INTEGER, known(pc.and_(is_number, pc.invert(fits)))),
            (Reason.OUT_OF_RANGE, known(pc.and_(is_number, pc.invert(short)))),
        ],
    )
