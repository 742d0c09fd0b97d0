"""Rows of a JSONL file: one object a line."""

import json
from typing import Any

import numpy as np
import pyarrow as pa

from reports.events.chunk import MAX_RAW, Chunk, Rejected
from reports.events.contract import Contract, Reason, Type
from reports.events.plain_text import DAMAGED_ID
from reports.events.privacy import shown_json
from reports.events.unknown import Tally, of_json
from reports.events.unpacking import Block

_IDS = (Type.TEXT, Type.USER)


def parse(block: Block, contract: Contract) -> Chunk:
    """The rows of a block; columns are text, null where the object has nothing."""
    values: dict[str, list[str | None]] = {name: [] for name in contract.names}
    at: list[int] = []
    broken: list[Rejected] = []
    others: dict[str, Tally] = {}
    for index in np.flatnonzero(~block.blank()).tolist():
        line = block.line(index)
        row, field = _row(line, contract, others)
        if row is None:
            reason = Reason.NESTED if field else Reason.BROKEN_RECORD
            broken.append(Rejected(block.first_line + index, field, reason, _raw(line, contract)))
            continue
        at.append(index)
        for name, column in values.items():
            column.append(row[name])
    columns = {name: pa.array(column, pa.string()) for name, column in values.items()}
    return Chunk(
        block.first_line + np.array(at, np.int64),
        columns,
        lambda row: _raw(block.line(at[row]), contract),
        broken,
        others,
    )


def _row(
    line: str, contract: Contract, others: dict[str, Tally]
) -> tuple[dict[str, str | None] | None, str]:
    """The row's values as text; or None and the field that holds more than one value. What it has
    beside them is added to `others`."""
    try:
        said = json.loads(line, parse_constant=_refuse, parse_float=_Fraction)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(said, dict):
        return None, ""
    for name in said.keys() - contract.names:
        key = _without_lone_surrogates(name)
        others.setdefault(key, Tally()).add(of_json(said[name]))
    row = {}
    for column in contract.columns:
        value = said.get(column.name)
        if isinstance(value, dict | list):
            return None, column.name
        if isinstance(value, _Fraction) and column.type in _IDS:
            value = DAMAGED_ID
        row[column.name] = _as_text(value)
    return row, ""


class _Fraction(str):
    """A number with a point or a power of ten, as the file writes it."""

    __slots__ = ()


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return _without_lone_surrogates(value) if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _raw(line: str, contract: Contract) -> str:
    return shown_json(line, contract)[:MAX_RAW]
