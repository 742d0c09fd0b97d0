"""What Parquet and JSON hold as numbers and instants means what their text means."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reports.events.contract import Reason
from reports.events.declared import Declared
from reports.events.tests.meanings import (
    FEN,
    GRID,
    NOWHERE,
    TEN,
    YUAN,
    expected,
    meanings,
    read,
    said,
    table,
)

# How the values of a kind are written that JSON and Parquet know: of each value that can be one.
NUMBERS: list[pa.DataType] = [
    pa.int64(), pa.int32(), pa.uint64(), pa.float64(), pa.float32(), pa.decimal128(30, 0),
    pa.decimal128(38, 10), pa.dictionary(pa.int32(), pa.int64()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("fen", [0, 1, 19900, 10**9, 10**9 + 1, -1, None]),
        ("yuan", [0, 1, 199, 10**7, 10**7 + 1, -1, None]),
        ("counts", [1, 1000, 0, None]),
        ("ids", [0, 4210, 10**9, None]),
        ("flags", [0, 1, 2, None]),
    ],
)
@pytest.mark.parametrize("sent", NUMBERS, ids=str)
def test_a_number_means_what_its_digits_mean(
    name: str, given: list[int | None], sent: pa.DataType, tmp_path: Path
) -> None:
    column, declared, _forms = GRID[name]
    if pa.types.is_unsigned_integer(sent):
        given = [one for one in given if one is None or one >= 0]
    if sent == pa.float32():
        given = [one for one in given if one is None or abs(one) < 2**24]
    if sent == pa.int32():
        given = [one for one in given if one is None or one < 2**31]
    digits = ["" if one is None else str(one) for one in given]
    meant = said(tmp_path / "text.parquet", column, pa.array(digits), declared)
    values = _as(given, sent)
    if column == "order_id" and pa.types.is_floating(sent):
        meant = expected(column, [None if one is None else Reason.DAMAGED_ID for one in given])
    assert said(tmp_path / "number.parquet", column, values, declared) == meant
    if not pa.types.is_floating(sent):
        rows = table(column, pa.array(given, pa.int64())).to_pylist()
        (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        assert meanings(read(tmp_path / "a.jsonl", declared), column, len(given)) == meant


def _as(given: list[int | None], sent: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(sent):
        return pa.array(given, sent.value_type).dictionary_encode()
    made = Decimal if pa.types.is_decimal(sent) else float if pa.types.is_floating(sent) else int
    return pa.array([None if one is None else made(one) for one in given], sent)


@pytest.mark.parametrize("sent", [pa.float64(), pa.float32(), pa.decimal128(20, 4)], ids=str)
@pytest.mark.parametrize(
    ("declared", "given", "meant"),
    [
        (YUAN, ["199.99", "0.07", "1234.5", "0.005"], [19999, 7, 123450, Reason.NOT_AN_INTEGER]),
        (FEN, ["19900.0", "19900.5"], [19900, Reason.NOT_AN_INTEGER]),
    ],
)
def test_an_amount_with_a_fraction_is_the_one_it_is_written_as(
    sent: pa.DataType, declared: Declared, given: list[str], meant: list[Any], tmp_path: Path
) -> None:
    made = Decimal if pa.types.is_decimal(sent) else float
    values = pa.array([made(one) for one in given], sent)
    wanted = expected("value_fen", meant)
    assert said(tmp_path / "a.parquet", "value_fen", values, declared) == wanted
    rows = table("value_fen", pa.array(given)).to_pylist()
    lines = [json.dumps(row).replace(f'"{row["value_fen"]}"', row["value_fen"]) for row in rows]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert meanings(read(tmp_path / "a.jsonl", declared), "value_fen", len(given)) == wanted


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("packed", [False, True])
def test_an_instant_of_parquet_means_what_its_text_means(
    unit: str, packed: bool, tmp_path: Path
) -> None:
    number = int(TEN.timestamp()) * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    for zone, declared, meant in [
        ("UTC", NOWHERE, TEN),
        ("Asia/Shanghai", NOWHERE, TEN),
        ("+08:00", NOWHERE, TEN),
        (None, FEN, datetime(2026, 11, 19, 18, tzinfo=UTC)),
        (None, NOWHERE, ("occurred_at", Reason.NO_ZONE)),
    ]:
        values = pa.array([number, number], pa.timestamp(unit, zone))
        if packed and unit != "ns":
            values = values.dictionary_encode()
        found = said(tmp_path / "a.parquet", "occurred_at", values, declared)
        assert found == [meant] * 2, (zone, declared)
