"""Amounts and days that people type, read as they mean them or refused with a sentence; and the
numbers that addresses name."""

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from portal import meaning
from portal.refusals import Refusal

# The most that one transfer moves, and so the most that a form takes: no sum of a realistic
# number of them leaves 64 bits.
MOST_FEN = 10**13 - 1

# Of the days that people type: others are slips, and no day can be counted on from the last one.
YEARS = range(1900, 3000)
# As many as an id of the database may have.
MOST_DIGITS = 18

_CURRENCY = re.compile(r"^(?:[¥￥]|rmb|cny|人民币)+|(?:元整|元|圆|rmb|cny)$", re.IGNORECASE)
_UNITS = {"万": 10**4, "亿": 10**8}
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_EXPONENT = re.compile(r"[0-9.]+[eE][+-]?[0-9]+")
_SIGNED = re.compile(r"[-+(].*")
_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?:"
    r"(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|年(?P<month_zh>[0-9]{1,2})月(?P<day_zh>[0-9]{1,2})[日号]?"
    r"|(?P<month_8>[0-9]{2})(?P<day_8>[0-9]{2}))(?P<rest>(?![0-9]).*)"
)


def fen_of(text: str) -> int:
    """The fen of an amount typed in yuan: “¥1,234.50”, “1234.5元”, “０.5万”.

    Raises Refusal for what can be read in two ways (“1,5”), for signs, powers (“1e3”), parts of
    a fen, and for anything that is no amount.
    """
    # A blank between digits is a separator like the comma; others say nothing.
    typed = meaning.identifier(re.sub(r"(?<=[0-9]) (?=[0-9])", ",", meaning.line(text)))
    bare = _CURRENCY.sub("", _CURRENCY.sub("", typed))
    if _SIGNED.fullmatch(bare):
        raise Refusal(_("Write the amount without a sign."))
    if _EXPONENT.fullmatch(bare):
        raise Refusal(_("Write the amount out, as 1000; powers such as 1e3 are not read."))
    unit = _UNITS.get(bare[-1:], 1)
    digits = bare[:-1] if unit > 1 else bare
    if "," in digits and not _GROUPED.fullmatch(digits):
        raise Refusal(
            _("“%(typed)s” can be read in two ways. Write it without commas, as 1234.56.")
            % {"typed": typed[:40]}
        )
    digits = digits.replace(",", "")
    if not _PLAIN.fullmatch(digits):
        raise Refusal(_("Write an amount in yuan, as 1234.56."))
    fen = Decimal(digits) * unit * 100
    if fen != fen.to_integral_value():
        raise Refusal(_("An amount in yuan has at most two decimals."))
    return int(fen)


def require_year(on: date, *, field: str | None = None) -> None:
    """Raise Refusal unless `on`, a day or a moment, lies in YEARS."""
    if on.year not in YEARS:
        years = {"first": str(YEARS[0]), "last": str(YEARS[-1])}
        raise Refusal(_("The year is from %(first)s to %(last)s.") % years, field=field)


def number_of(text: str) -> int | None:
    """The whole number, a key or a page, that an address or a hidden field names; None for what is
    none, and for what is longer than any id."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def as_iso(text: str) -> str:
    """A day, and the time that may follow it, with the day as ISO writes it.

    “2026年1月5日 8:00”, “2026/1/5 8:00” and “20260105 8:00” are “2026-01-05 8:00”. What begins
    with no day comes back as it was typed: whoever reads it says what is wrong.
    """
    typed = meaning.line(text)
    found = _DAY.fullmatch(typed)
    if found is None:
        return typed
    parts = found.groupdict()
    month, day = (
        next(parts[name] for name in (unit, f"{unit}_zh", f"{unit}_8") if parts[name])
        for unit in ("month", "day")
    )
    try:
        on = date(int(parts["year"]), int(month), int(day))
    except ValueError:
        return typed
    return f"{on.isoformat()} {parts['rest'].lstrip(' T')}".rstrip()
