"""Instants of files: a zone in the value wins; one without takes what its source has declared.

Forms of text: `2026-01-31T08:00:00+08:00`, with `/`, `.` or 年月日 in the day, one digit where one
is enough, a blank for the T, no seconds, a part of a second; as zone Z, UTC, GMT, `+08:00`,
`+0800`, `+8`, `UTC+8`. 24:00 is 0:00 of the next day. Digits alone and a day or a month first can
be read in more than one way, and are not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reports.events.masks import Mask, known

Numbers = npt.NDArray[np.int64]

INSTANT = pa.timestamp("us", tz="UTC")
_LOCAL = pa.timestamp("us")
# As most tools write it, and Arrow reads it.
_USUAL = (
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):?[0-5]\d)$"
)
_DAYS = (
    (r"^(\d{4})/(\d{1,2})/(\d{1,2})", r"\1-\2-\3"),
    (r"^(\d{4})\.(\d{1,2})\.(\d{1,2})", r"\1-\2-\3"),
    (r"^(\d{4})年(\d{1,2})月(\d{1,2})日 *", r"\1-\2-\3 "),
)
_FORM = (
    r"^(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[Tt]| +)"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<part>\d{1,9}))?)?"
    r" ?(?P<zone>[Zz]|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?$"
)
_OFFSET = r"^(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?$"
_MOST_HOURS_OFF = 14
_MICROSECONDS = {"s": 10**6, "ms": 10**3}
_MOST_MICROSECONDS = 2**63 - 1
_SECOND, _DAY = 10**6, 86_400 * 10**6
# The years 1 and 9999: beyond them no zone has rules.
_FIRST_LOCAL, _LAST_LOCAL = -62_135_500_000 * _SECOND, 253_402_200_000 * _SECOND


@dataclass(frozen=True)
class Read:
    """The instants, null where there is none; which rows hold something that is no instant, and
    which an instant that says no zone though none is declared."""

    value: pa.Array
    unreadable: Mask
    zoneless: Mask


def read(text: pa.Array, zone: str) -> Read:
    """Instants of a column of text; `zone` is the declared one, or empty."""
    usual = pc.match_substring_regex(text, _USUAL)
    if not pc.any(pc.invert(usual)).as_py():
        try:
            value = text.cast(INSTANT)
        except pa.ArrowInvalid:
            pass  # There is no such day (30 February).
        else:
            no = np.zeros(len(text), bool)
            return Read(value, no, no)
    return _read_parts(text, zone)


def read_timestamps(sent: pa.Array, zone: str) -> Read:
    """Instants of a Parquet column of timestamps, of any unit, with or without a zone.

    What is too far away for microseconds stays as far away as they reach: it would come round.
    """
    no = np.zeros(len(sent), bool)
    unit = sent.type.unit
    most = _MOST_MICROSECONDS // _MICROSECONDS.get(unit, 1)
    number = _between(sent.cast(pa.timestamp(unit)).cast(pa.int64()), -most, most)
    if sent.type.tz is not None:
        return Read(number.cast(pa.timestamp(unit, tz="UTC")).cast(INSTANT, safe=False), no, no)
    if not zone:
        return Read(pa.nulls(len(sent), INSTANT), no, known(sent.is_valid()))
    local = number.cast(pa.timestamp(unit)).cast(_LOCAL, safe=False).cast(pa.int64())
    value, unclear = _in_zone(local, zone)
    return Read(value, unclear, no)


def _read_parts(text: pa.Array, zone: str) -> Read:
    for form, usual in _DAYS:
        text = pc.replace_substring_regex(text, form, usual)
    found = pc.extract_regex(text, _FORM)
    matched = known(found.is_valid())
    parts = found.filter(pa.array(matched))
    local, is_time = _local(parts)
    offset, has_zone, is_offset = _offsets(parts.field("zone"))
    good = is_time & is_offset
    if zone:
        in_zone, unclear = _in_zone(pa.array(local, mask=~good | has_zone), zone)
        good &= has_zone | ~unclear
        local = np.where(has_zone, local - offset, pc.fill_null(in_zone.cast(pa.int64()), 0))
    else:
        local = local - offset
    is_read = good & (has_zone | bool(zone))
    places = np.flatnonzero(matched)
    value = np.zeros(len(text), np.int64)
    value[places] = local
    is_known, zoneless = np.zeros(len(text), bool), np.zeros(len(text), bool)
    is_known[places] = is_read
    zoneless[places] = good & ~is_read
    unreadable = known(text.is_valid()) & ~is_known & ~zoneless
    return Read(pa.array(value, mask=~is_known).cast(INSTANT), unreadable, zoneless)


def _local(parts: pa.Array) -> tuple[Numbers, Mask]:
    """Microseconds since 1970 of what the clock showed, and whether there is such a moment."""
    year, month, day, hour, minute, second = (
        _numbers(parts.field(name)) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    part = _numbers(pc.utf8_slice_codeunits(pc.utf8_rpad(parts.field("part"), 6, "0"), 0, 6))
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first, after = (at.astype("datetime64[D]").astype(np.int64) for at in (months, months + 1))
    is_midnight = (hour == 24) & (minute == 0) & (second == 0) & (part == 0)
    is_time = (month >= 1) & (month <= 12) & (day >= 1) & (day <= after - first)
    is_time &= ((hour <= 23) | is_midnight) & (minute <= 59) & (second <= 59)
    seconds = hour * 3600 + minute * 60 + second
    return (first + day - 1) * _DAY + seconds * _SECOND + part, is_time


def _offsets(zone: pa.Array) -> tuple[Numbers, Mask, Mask]:
    """Microseconds ahead of UTC, whether there is a zone, and whether it can be one."""
    found = pc.extract_regex(zone, _OFFSET)
    hours, minutes = (_numbers(pc.fill_null(found.field(n), "")) for n in ("hours", "minutes"))
    behind = known(pc.equal(found.field("sign"), "-"))
    offset = (hours * 60 + minutes) * 60 * _SECOND
    has_zone = known(pc.greater(pc.binary_length(zone), 0))
    return np.where(behind, -offset, offset), has_zone, (hours <= _MOST_HOURS_OFF) & (minutes <= 59)


def _in_zone(local: pa.Array, zone: str) -> tuple[pa.Array, Mask]:
    """What a clock in the zone shows as instants; and which of them it shows twice or never, as
    where summer time begins and ends."""
    clock = _between(local, _FIRST_LOCAL, _LAST_LOCAL).cast(_LOCAL)
    first, last = (
        pc.assume_timezone(clock, zone, ambiguous=which, nonexistent=which).cast(pa.int64())
        for which in ("earliest", "latest")
    )
    unclear = pc.not_equal(first, last)
    value = pc.if_else(unclear, pa.scalar(None, pa.int64()), first).cast(INSTANT)
    return value, known(unclear)


def _numbers(text: pa.Array) -> Numbers:
    """Digits as numbers; no digits are 0."""
    filled = pc.if_else(pc.equal(text, ""), "0", text)
    numbers: Numbers = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _between(number: pa.Array, least: int, most: int) -> pa.Array:
    return pc.max_element_wise(
        pc.min_element_wise(number, most, skip_nulls=False), least, skip_nulls=False
    )
