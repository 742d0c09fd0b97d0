"""The rules of a row, applied to whole columns: every row is accepted or has its first fault."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reports.events.chunk import Chunk, Rejected
from reports.events.contract import (
    EARLIEST,
    MAX_TEXT_BYTES,
    MOST_DAYS_AHEAD,
    Column,
    Contract,
    Reason,
    Type,
)
from reports.events.declared import Declared
from reports.events.meant import meant
from reports.events.privacy import Users

Mask = npt.NDArray[np.bool_]

INSTANT = pa.timestamp("us", tz="UTC")
READ_AS = {Type.INSTANT: INSTANT, Type.INTEGER: pa.int64(), Type.FLAG: pa.bool_()}
_MICROSECONDS = {"s": 10**6, "ms": 10**3}
_MOST_MICROSECONDS = 2**63 - 1
_EARLIEST = datetime.fromisoformat(EARLIEST)
# An instant as text names its offset from UTC: 2026-01-31T08:00:00+08:00.
_INSTANT = (
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):?[0-5]\d)$"
)
_INTEGER = r"^-?\d+$"
_MOST_DIGITS = 18
_CONTROL = r"[\x00-\x1f\x7f]"
_HALF = 10**9
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class Rules:
    """How the rows of one batch are judged.

    `stores`, if given, are the only stores whose conversions are taken. `users` turns the column
    of user ids into what is kept. Instants lie between `earliest` and a day after `now`.
    `declared` is what the sender says about its amounts and times.
    """

    contract: Contract
    users: Users
    now: datetime
    stores: frozenset[str] | None = None
    earliest: datetime = _EARLIEST
    declared: Declared = field(default_factory=Declared)

    def check(self, chunk: Chunk) -> "Checked":
        """Judge every row of the chunk."""
        verdict = _Verdict(np.zeros(len(chunk.lines), bool))
        stored: dict[str, pa.Array] = {}
        for column in self.contract.columns:
            sent = chunk.columns.get(column.name)
            stored[column.stored_as] = (
                self._column(column, sent, verdict)
                if sent is not None
                else pa.nulls(len(chunk.lines), READ_AS.get(column.type, pa.string()))
            )
        self._relations(stored, verdict)
        good = ~verdict.failed
        table = pa.table({**stored, "line": pa.array(chunk.lines)})
        if not good.all():
            table = table.filter(pa.array(good))
        if "user_key" in stored:
            at = table.schema.get_field_index("user_key")
            users = table["user_key"].combine_chunks()
            table = table.set_column(at, "user_key", self.users(users))
        rejected = [
            Rejected(int(chunk.lines[row]), name, reason, chunk.raw(row))
            for name, reason, rows in verdict.faults
            for row in rows.tolist()
        ]
        return Checked(table, [*rejected, *chunk.broken])

    def _column(self, column: Column, sent: pa.Array, verdict: "_Verdict") -> pa.Array:
        match column.type:
            case Type.INSTANT:
                value = self._instant(column, sent, verdict)
            case Type.INTEGER:
                value = _integer(column, sent, verdict)
            case Type.FLAG:
                value = _flag(column, sent, verdict)
            case Type.CHOICE:
                value = _choice(column, _text(sent), verdict)
            case _:
                value = _bounded(column, _text(sent), verdict)
        if column.required:
            verdict.fail(column.name, Reason.MISSING, _is(pc.is_null(value)))
        return value

    def _instant(self, column: Column, sent: pa.Array, verdict: "_Verdict") -> pa.Array:
        if pa.types.is_timestamp(sent.type):
            value = _as_instants(sent)
        else:
            text = _text(sent)
            good = pc.match_substring_regex(text, _INSTANT)
            value = _cast_where_possible(pc.if_else(good, text, pa.scalar(None, pa.string())))
            unreadable = pc.and_(pc.is_valid(text), pc.is_null(value))
            verdict.fail(column.name, Reason.NOT_A_TIME, _is(unreadable))
        earliest = pa.scalar(self.earliest, INSTANT)
        latest = pa.scalar(self.now + timedelta(days=MOST_DAYS_AHEAD), INSTANT)
        outside = pc.or_(pc.less(value, earliest), pc.greater(value, latest))
        verdict.fail(column.name, Reason.TIME_OUT_OF_RANGE, _is(outside))
        return value

    def _relations(self, stored: dict[str, pa.Array], verdict: "_Verdict") -> None:
        """Rules that look at more than one column, or at whose the row is."""
        if "click_id" in stored:
            nobody = pc.and_(pc.is_null(stored["user_key"]), pc.is_null(stored["click_id"]))
            verdict.fail("user_id", Reason.NO_PERSON, _is(nobody))
        if "refund_of" in stored:
            refund = pc.equal(stored["kind"], "refund")
            orphan = pc.and_(refund, pc.is_null(stored["refund_of"]))
            verdict.fail("refund_of", Reason.MISSING, _is(orphan))
        if self.stores is not None:
            own = pc.is_in(stored["store_id"], pa.array(sorted(self.stores), pa.string()))
            verdict.fail("store_id", Reason.STORE_NOT_YOURS, ~_is(own))


@dataclass(frozen=True)
class Checked:
    """The accepted rows of a chunk as they are stored, with `line`, and the others."""

    accepted: pa.Table
    rejected: list[Rejected]

    def value_fen(self) -> int:
        """The sum of the known values of the accepted rows, whatever its size; 0 without any."""
        if "value_fen" not in self.accepted.column_names:
            return 0
        known = self.accepted["value_fen"].drop_null().to_numpy()
        # In two halves: a sum of many large values does not fit 64 bits.
        high, low = np.divmod(known, _HALF)
        return int(high.sum()) * _HALF + int(low.sum())


@dataclass
class _Verdict:
    """Which rows have failed, and the rows that failed first for each fault."""

    failed: Mask
    faults: list[tuple[str, Reason, npt.NDArray[np.int64]]] = field(default_factory=list)

    def fail(self, name: str, reason: Reason, mask: Mask) -> None:
        new = mask & ~self.failed
        if new.any():
            self.failed |= new
            self.faults.append((name, reason, np.flatnonzero(new)))


def _is(mask: pa.Array) -> Mask:
    """The mask as numpy; unknown is no."""
    known: Mask = pc.fill_null(mask, False).to_numpy(zero_copy_only=False)
    return known


def _text(sent: pa.Array) -> pa.Array:
    """The values as text, as they are meant; empty text is nothing."""
    sent = meant(sent if sent.type == pa.string() else sent.cast(pa.string()))
    empty = pc.equal(pc.binary_length(sent), 0)
    if not pc.any(empty).as_py():
        return sent
    return pc.if_else(empty, pa.scalar(None, pa.string()), sent)


def _bounded(column: Column, text: pa.Array, verdict: _Verdict) -> pa.Array:
    long = pc.greater(pc.binary_length(text), MAX_TEXT_BYTES)
    verdict.fail(column.name, Reason.TOO_LONG, _is(long))
    if _may_hold_control_characters(text):
        control = pc.match_substring_regex(text, _CONTROL)
        verdict.fail(column.name, Reason.CONTROL_CHARACTER, _is(control))
    return text


def _may_hold_control_characters(text: pa.Array) -> bool:
    values = text.buffers()[2]
    if values is None:
        return False
    numbers = np.frombuffer(values, np.uint8)
    return bool(((numbers < 0x20) | (numbers == 0x7F)).any())


def _choice(column: Column, text: pa.Array, verdict: _Verdict) -> pa.Array:
    known = pc.is_in(text, pa.array(column.choices))
    verdict.fail(
        column.name, Reason.NOT_A_CHOICE, _is(pc.and_(pc.is_valid(text), pc.invert(known)))
    )
    return text


def _flag(column: Column, sent: pa.Array, verdict: _Verdict) -> pa.Array:
    if pa.types.is_boolean(sent.type):
        return sent
    text = pc.utf8_lower(_text(sent))
    place = pc.index_in(text, pa.array(list(_FLAGS)))
    unreadable = pc.and_(pc.is_valid(text), pc.is_null(place))
    verdict.fail(column.name, Reason.NOT_A_FLAG, _is(unreadable))
    return pa.array(list(_FLAGS.values())).take(place)


def _integer(column: Column, sent: pa.Array, verdict: _Verdict) -> pa.Array:
    if pa.types.is_signed_integer(sent.type):
        value = sent.cast(pa.int64())
    elif pa.types.is_floating(sent.type):
        value = _whole(column, sent.cast(pa.float64()), verdict)
    else:
        text = _text(sent)
        good = pc.match_substring_regex(text, _INTEGER)
        verdict.fail(column.name, Reason.NOT_AN_INTEGER, _is(pc.invert(good)))
        short = pc.less_equal(pc.binary_length(text), _MOST_DIGITS)
        verdict.fail(column.name, Reason.OUT_OF_RANGE, _is(pc.and_(good, pc.invert(short))))
        value = pc.if_else(pc.and_(good, short), text, pa.scalar(None, pa.string())).cast(
            pa.int64()
        )
    outside = pc.or_(pc.less(value, column.least), pc.greater(value, column.most))
    verdict.fail(column.name, Reason.OUT_OF_RANGE, _is(outside))
    return value


def _whole(column: Column, sent: pa.Array, verdict: _Verdict) -> pa.Array:
    """Floating numbers that are integers, as files of other tools hold columns with gaps."""
    whole = pc.and_(pc.is_finite(sent), pc.equal(pc.floor(sent), sent))
    exact = pc.and_(whole, pc.less(pc.abs(sent), float(2**53)))
    verdict.fail(column.name, Reason.NOT_AN_INTEGER, _is(pc.invert(whole)))
    verdict.fail(column.name, Reason.OUT_OF_RANGE, _is(pc.invert(exact)))
    return pc.if_else(exact, sent, pa.scalar(None, pa.float64())).cast(pa.int64())


def _as_instants(sent: pa.Array) -> pa.Array:
    """Instants of a Parquet column; one without a time zone holds UTC.

    What is too far away for microseconds stays as far away as they reach: it would come round.
    """
    unit = sent.type.unit
    most = _MOST_MICROSECONDS // _MICROSECONDS.get(unit, 1)
    number = sent.cast(pa.timestamp(unit)).cast(pa.int64())
    near = pc.max_element_wise(
        pc.min_element_wise(number, most, skip_nulls=False), -most, skip_nulls=False
    )
    return near.cast(pa.timestamp(unit, tz="UTC")).cast(INSTANT, safe=False)


def _cast_where_possible(text: pa.Array) -> pa.Array:
    """Text of the right form as instants; null where there is no such day (30 February)."""
    try:
        return text.cast(INSTANT)
    except pa.ArrowInvalid:
        if len(text) == 1:
            return pa.nulls(1, INSTANT)
        half = len(text) // 2
        parts = [_cast_where_possible(text[:half]), _cast_where_possible(text[half:])]
        return pa.concat_arrays(parts)
