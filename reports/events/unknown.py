"""Columns that are not ours: their names, how many values they have and of what type.

Never a value: order exports hold names, phones and addresses.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# So many are named, and of each name so much: both are the sender's.
MOST_NAMED = 50
_MOST_LETTERS = 100
# Of objects whose names are all different so many are told apart.
_MOST_TOLD_APART = 1000


class ValueType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"
    FLAG = "flag"
    NESTED = "nested"
    MIXED = "mixed"


@dataclass
class Tally:
    """What was seen of one column: rows that have it, values in them, and their types.

    `values` is None where only reading the column could tell.
    """

    rows: int = 0
    values: int | None = 0
    types: set[ValueType] = field(default_factory=set)

    def add(self, other: "Tally") -> None:
        self.rows += other.rows
        known = self.values is not None and other.values is not None
        self.values = (self.values or 0) + (other.values or 0) if known else None
        self.types |= other.types


class Unknown:
    """The columns of one file that are not ours."""

    def __init__(self) -> None:
        self._columns: dict[str, Tally] = defaultdict(Tally)
        self._others = Tally()

    def add(self, columns: dict[str, Tally]) -> None:
        for name, tally in columns.items():
            is_told = name in self._columns or len(self._columns) < _MOST_TOLD_APART
            (self._columns[name] if is_told else self._others).add(tally)

    def told(self, *, rows: int) -> list[dict[str, Any]]:
        """What is kept of them, for a file of so many rows: name, values and type of each.

        A name that fewer than half of the rows have is no column: somebody's id may stand where a
        name should. Of these, and of what is too much, the values are counted together.
        """
        named: list[dict[str, Any]] = []
        others = Tally(types=set(self._others.types), values=self._others.values)
        for name, tally in self._columns.items():
            if len(named) < MOST_NAMED and 2 * tally.rows >= rows:
                named.append(_told(name[:_MOST_LETTERS], tally))
            else:
                others.add(tally)
        return [*named, _told("", others)] if others.types else named


def of_json(value: object) -> Tally:
    """What one value of an object is."""
    filled = value is not None and value != ""
    return Tally(1, int(filled), {_type_of(value)} if filled else set())


def of_parquet(file: pq.ParquetFile, names: Iterable[str]) -> dict[str, Tally]:
    """Columns of a Parquet file, by what the file says of itself: none of them is read."""
    metadata, schema = file.metadata, file.schema_arrow
    leaves = {metadata.schema.column(at).path: at for at in range(metadata.num_columns)}
    found = {}
    for name in names:
        filled = 0 if name in leaves else None
        for group in range(metadata.num_row_groups if filled is not None else 0):
            chunk = metadata.row_group(group).column(leaves[name])
            said = chunk.statistics if chunk.is_stats_set else None
            if said is None or not said.has_null_count:
                filled = None
                break
            filled = (filled or 0) + chunk.num_values - said.null_count
        found[name] = Tally(metadata.num_rows, filled, {_arrow_type(schema.field(name).type)})
    return found


def _told(name: str, tally: Tally) -> dict[str, Any]:
    types = tally.types or {ValueType.TEXT}
    kind = next(iter(types)) if len(types) == 1 else ValueType.MIXED
    return {"name": name, "values": tally.values, "type": kind.value}


def _type_of(value: object) -> ValueType:
    match value:
        case bool():
            return ValueType.FLAG
        case int() | float():
            return ValueType.NUMBER
        case list() | dict():
            return ValueType.NESTED
        case _:
            return ValueType.TEXT


def _arrow_type(sent: pa.DataType) -> ValueType:
    kinds = pa.types
    if kinds.is_dictionary(sent):
        sent = sent.value_type
    if kinds.is_nested(sent):
        return ValueType.NESTED
    if kinds.is_boolean(sent):
        return ValueType.FLAG
    if kinds.is_temporal(sent):
        return ValueType.INSTANT
    if kinds.is_integer(sent) or kinds.is_floating(sent) or kinds.is_decimal(sent):
        return ValueType.NUMBER
    return ValueType.TEXT
