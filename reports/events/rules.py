"""The rules of a row, applied to whole columns: every row is accepted or has its first fault."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reports.events import amounts, instants
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
from reports.events.declared import Declared, Unit
from reports.events.instants import INSTANT
from reports.events.masks import Mask, known
from reports.events.meant import letters
from reports.events.plain_text import decoded, id_of, text_of
from reports.events.privacy import Users
from reports.events.unknown import Tally

READ_AS = {
    Type.INSTANT: INSTANT, Type.INTEGER: pa.int64(), Type.AMOUNT: pa.int64(), Type.FLAG: pa.bool_(),
}  # fmt: skip
_EARLIEST = datetime.fromisoformat(EARLIEST)
_CONTROL = r"[\x00-\x1f\x7f]"
# A digit, perhaps a fraction, and the power of ten that a spreadsheet has made of the others.
_DAMAGED = r"^[+-]?\d(\.\d+)?[eE]\+\d+$"
_HALF = 10**9
# The one column of each contract that has an amount.
_AMOUNTS = ("value_fen", "spend_fen")
_FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "y", "是"), True),
    **dict.fromkeys(("false", "0", "no", "n", "否"), False),
}


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
        return Checked(table, [*rejected, *chunk.broken], chunk.others)

    def _column(self, column: Column, sent: pa.Array, verdict: "_Verdict") -> pa.Array:
        sent = decoded(sent)
        match column.type:
            case Type.INSTANT:
                value = self._instant(column, sent, verdict)
            case Type.INTEGER:
                value = _number(column, sent, verdict, None)
            case Type.AMOUNT:
                value = self._amount(column, sent, verdict)
            case Type.FLAG:
                value = _flag(column, sent, verdict)
            case Type.CHOICE:
                value = _choice(column, text_of(sent), verdict)
            case Type.TEXT | Type.USER:
                value = _id(column, id_of(sent), verdict)
        if column.required:
            verdict.fail(column.name, Reason.MISSING, known(pc.is_null(value)))
        return value

    def _instant(self, column: Column, sent: pa.Array, verdict: "_Verdict") -> pa.Array:
        zone = self.declared.zone
        if pa.types.is_timestamp(sent.type):
            found = instants.read_timestamps(sent, zone)
        else:
            found = instants.read(text_of(sent), zone)
        value = found.value
        verdict.fail(column.name, Reason.NOT_A_TIME, found.unreadable)
        verdict.fail(column.name, Reason.NO_ZONE, found.zoneless)
        earliest = pa.scalar(self.earliest, INSTANT)
        latest = pa.scalar(self.now + timedelta(days=MOST_DAYS_AHEAD), INSTANT)
        outside = pc.or_(pc.less(value, earliest), pc.greater(value, latest))
        verdict.fail(column.name, Reason.TIME_OUT_OF_RANGE, known(outside))
        return value

    def _amount(self, column: Column, sent: pa.Array, verdict: "_Verdict") -> pa.Array:
        value = _number(column, sent, verdict, Unit(self.declared.unit))
        above = pc.greater(value, min(self.declared.most_fen, column.most))
        verdict.fail(column.name, Reason.ABOVE_BOUND, known(above))
        return value

    def _relations(self, stored: dict[str, pa.Array], verdict: "_Verdict") -> None:
        """Rules that look at more than one column, or at whose the row is."""
        if "refund_of" in stored:
            refund = pc.equal(stored["kind"], "refund")
            orphan = pc.and_(refund, pc.is_null(stored["refund_of"]))
            verdict.fail("refund_of", Reason.MISSING, known(orphan))
        if self.stores is not None:
            own = pc.is_in(stored["store_id"], pa.array(sorted(self.stores), pa.string()))
            verdict.fail("store_id", Reason.STORE_NOT_YOURS, ~known(own))


@dataclass(frozen=True)
class Checked:
    """The accepted rows of a chunk as they are stored, with `line`, the others, and what was seen
    of columns that are not ours."""

    accepted: pa.Table
    rejected: list[Rejected]
    others: dict[str, Tally]

    def value_fen(self) -> int:
        """The sum of the known amounts of the accepted rows, whatever its size; 0 without any."""
        amounts_of = [name for name in _AMOUNTS if name in self.accepted.column_names]
        if not amounts_of:
            return 0
        known = self.accepted[amounts_of[0]].drop_null().to_numpy()
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


def _id(column: Column, text: pa.Array, verdict: _Verdict) -> pa.Array:
    long = pc.greater(pc.binary_length(text), MAX_TEXT_BYTES)
    verdict.fail(column.name, Reason.TOO_LONG, known(long))
    held = letters(text)
    if ((held < 0x20) | (held == 0x7F)).any():
        control = pc.match_substring_regex(text, _CONTROL)
        verdict.fail(column.name, Reason.CONTROL_CHARACTER, known(control))
    if (held == ord("+")).any():
        damaged = pc.match_substring_regex(text, _DAMAGED)
        verdict.fail(column.name, Reason.DAMAGED_ID, known(damaged))
    return text


def _choice(column: Column, text: pa.Array, verdict: _Verdict) -> pa.Array:
    choices = pa.array(column.choices)
    unknown = pc.and_(pc.is_valid(text), pc.invert(pc.is_in(text, choices)))
    if not pc.any(unknown).as_py():
        return text
    text = pc.utf8_lower(text)
    unknown = pc.and_(pc.is_valid(text), pc.invert(pc.is_in(text, choices)))
    verdict.fail(column.name, Reason.NOT_A_CHOICE, known(unknown))
    return text


def _flag(column: Column, sent: pa.Array, verdict: _Verdict) -> pa.Array:
    if pa.types.is_boolean(sent.type):
        return sent
    # A number of a tool that writes it with its decimals.
    text = pc.replace_substring_regex(pc.utf8_lower(text_of(sent)), r"^([01])\.0*$", r"\1")
    place = pc.index_in(text, pa.array(list(_FLAGS)))
    unreadable = pc.and_(pc.is_valid(text), pc.is_null(place))
    verdict.fail(column.name, Reason.NOT_A_FLAG, known(unreadable))
    return pa.array(list(_FLAGS.values())).take(place)


def _number(column: Column, sent: pa.Array, verdict: _Verdict, unit: Unit | None) -> pa.Array:
    found = amounts.read(sent, unit)
    for reason, rows in found.faults:
        verdict.fail(column.name, reason, rows)
    outside = pc.less(found.value, column.least)
    if unit is None:
        outside = pc.or_(outside, pc.greater(found.value, column.most))
    verdict.fail(column.name, Reason.OUT_OF_RANGE, known(outside))
    return found.value
