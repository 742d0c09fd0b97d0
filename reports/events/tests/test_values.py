"""A value has one meaning, whatever the container that brings it.

Every value is written as text into CSV, JSONL and Parquet of each type of text, and as a value of
its own kind into JSON and Parquet of each type that can hold it; all of them are read as one.
"""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.events import privacy, rules
from reports.events.contract import CONVERSIONS, Reason
from reports.events.declared import Declared
from reports.events.reader import Reading
from reports.events.rules import Rules

FEN = Declared(zone="Asia/Shanghai")
YUAN = Declared(unit="yuan", zone="Asia/Shanghai")
NOWHERE = Declared()
AT = "2026-11-20T10:00:00+08:00"
TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC)
TEXTS = [
    pa.string(), pa.large_string(), pa.string_view(),
    pa.dictionary(pa.int32(), pa.string()), pa.dictionary(pa.int8(), pa.large_string()),
]  # fmt: skip

# What a sender writes, and what it means: a value, or the reason why it is not taken.
AMOUNTS_IN_FEN = {
    "19900": 19900, "19900.0": 19900, "+19900": 19900, "19,900": 19900, "１９９００": 19900,
    " 19900": 19900, "'19900": 19900, '="19900"': 19900, "19900分": 19900, "0": 0, "-0": 0,
    "007": 7, "1,000,000": 1_000_000, "1000000000": 10**9, "": None, "-": None, "--": None,
    "——": None, "1.99E+04": Reason.SHORTENED, "1e5": Reason.SHORTENED, "¥199.00": Reason.OTHER_UNIT,
    "￥19900": Reason.OTHER_UNIT, "199.00元": Reason.OTHER_UNIT, "RMB 19900": Reason.OTHER_UNIT,
    "199.5": Reason.NOT_AN_INTEGER, "19,90": Reason.NOT_AN_INTEGER, "1 990": Reason.NOT_AN_INTEGER,
    "$199": Reason.NOT_AN_INTEGER, "NaN": Reason.NOT_AN_INTEGER, "1.2万": Reason.NOT_AN_INTEGER,
    "---": Reason.NOT_AN_INTEGER, "٣": Reason.NOT_AN_INTEGER, "-1": Reason.OUT_OF_RANGE,
    "1000000001": Reason.ABOVE_BOUND, "999999999999999999": Reason.ABOVE_BOUND,
    "9" * 30: Reason.OUT_OF_RANGE,
}  # fmt: skip
AMOUNTS_IN_YUAN = {
    "199": 19900, "199.00": 19900, "199.5": 19950, "199.990": 19999, "¥199.00": 19900,
    "￥1,199.00": 119900, "199.00元": 19900, "CNY 199": 19900, "+0.01": 1, "-": None,
    "10000000": 10**9, "199.999": Reason.NOT_AN_INTEGER, "19900分": Reason.OTHER_UNIT,
    "-0.01": Reason.OUT_OF_RANGE, "10000000.01": Reason.ABOVE_BOUND, "1.99E+04": Reason.SHORTENED,
}  # fmt: skip
COUNTS = {
    "1": 1, "1.0": 1, "1,000": 1000, " 2 ": 2, "-": None, "": None, "0": Reason.OUT_OF_RANGE,
    "1000001": Reason.OUT_OF_RANGE, "1元": Reason.NOT_AN_INTEGER, "1.5": Reason.NOT_AN_INTEGER,
}  # fmt: skip
IDS = {
    "4210": "4210", " 4210\t": "4210", "\t4210": "4210", "'4210": "4210", '="4210"': "4210",
    "４２１０": "4210", "42\u200b10": "4210", "\ufeff4210": "4210", "A–1": "A-1", "a b": "a b",
    "007": "007", "1E17": "1E17", "E+17": "E+17", "": None, "'": None, '=""': None,
    "4.21E+17": Reason.DAMAGED_ID, "4.21000E+18": Reason.DAMAGED_ID, "4E+5": Reason.DAMAGED_ID,
    "4.21e+17": Reason.DAMAGED_ID, "４.21E＋17": Reason.DAMAGED_ID,
    "a\tb": Reason.CONTROL_CHARACTER, "x" * 201: Reason.TOO_LONG,
}  # fmt: skip
FLAGS = {
    "true": True,
    "TRUE": True,
    "1": True,
    "是": True,
    "Yes": True,
    "false": False,
    "0": False,
    "否": False,
    " n": False,
    "": None,
    "2": Reason.NOT_A_FLAG,
    "maybe": Reason.NOT_A_FLAG,
}
KINDS = {
    "order": "order", "order ": "order", " Order": "order", "ｏｒｄｅｒ": "order",
    "follow_store": "follow_store", "": Reason.MISSING, "buy": Reason.NOT_A_CHOICE,
}  # fmt: skip
# Under a source that has declared Asia/Shanghai.
TIMES = {
    "2026-11-20 10:00:00": TEN, "2026/11/20 10:00": TEN, "2026/11/20 10:00:00": TEN,
    "2026.11.20 10:00": TEN, "2026-11-20T10:00+08:00": TEN, "2026-11-20 10:00:00 +08:00": TEN,
    "2026年11月20日 10:00:00": TEN, "2026年11月20日10:00": TEN, "2026-11-20T10:00:00＋08:00": TEN,
    "2026-11-20T02:00:00Z": TEN, "2026-11-20 02:00:00 UTC": TEN, "2026-11-20T10:00:00.000": TEN,
    "2026-11-20T10:00:00+0800": TEN, "2026-11-20 10:00 UTC+8": TEN, "2026-11-19T18:00:00-08": TEN,
    "2026-11-20T10:00:00.123456789+08:00": TEN.replace(microsecond=123456),
    "2026-11-20T24:00:00+08:00": MIDNIGHT, "2026-11-20 24:00": MIDNIGHT,
    "2026-11-21T00:00:00+08:00": MIDNIGHT, "": Reason.MISSING,
    **dict.fromkeys(
        ("20261120100000", "1795140000", "20/11/2026 10:00", "11/20/2026 10:00", "2026-11-20",
         "2026-02-30 10:00", "2026-02-30T10:00:00Z", "2026-11-20 24:01", "2026-13-01 10:00",
         "2026-11-20 10:00 PM", "2026-11-20T10:00:00+15:00", "2026-11-20 10:60", "yesterday"),
        Reason.NOT_A_TIME,
    ),
    "1999-12-31T00:00:00Z": Reason.TIME_OUT_OF_RANGE, "2999-01-01 10:00": Reason.TIME_OUT_OF_RANGE,
}  # fmt: skip
GRID: dict[str, tuple[str, Declared, dict[str, Any]]] = {
    "fen": ("value_fen", FEN, AMOUNTS_IN_FEN),
    "yuan": ("value_fen", YUAN, AMOUNTS_IN_YUAN),
    "counts": ("quantity", FEN, COUNTS),
    "ids": ("order_id", FEN, IDS),
    "people": ("user_id", FEN, IDS),
    "flags": ("is_new_customer", FEN, FLAGS),
    "new visitors": ("is_new_visitor", FEN, FLAGS),
    "kinds": ("kind", FEN, KINDS),
    "times": ("occurred_at", FEN, TIMES),
}
# How the values of a kind are written that JSON and Parquet know: of each value that can be one.
NUMBERS: list[pa.DataType] = [
    pa.int64(), pa.int32(), pa.uint64(), pa.float64(), pa.float32(), pa.decimal128(30, 0),
    pa.decimal128(38, 10), pa.dictionary(pa.int32(), pa.int64()),
]  # fmt: skip


def read(path: Path, declared: Declared) -> dict[int, Any]:
    """What became of each row, by its place: its values, or the field and reason."""
    judged = Rules(CONVERSIONS, privacy.plain, datetime(2026, 12, 1, tzinfo=UTC), declared=declared)
    found: dict[int, Any] = {}
    for checked in Reading(path, judged):
        found |= {int(row["event_id"]): row for row in checked.accepted.to_pylist()}
        first = 1 if path.suffix == ".parquet" or path.suffix == ".jsonl" else 2
        found |= {row.line - first: (row.field, row.reason) for row in checked.rejected}
    return found


def table(column: str, values: pa.Array) -> pa.Table:
    rows = len(values)
    columns = {
        "event_id": pa.array([str(at) for at in range(rows)]),
        "occurred_at": pa.array([AT] * rows),
        "store_id": pa.array(["s1"] * rows),
        "kind": pa.array(["cart"] * rows),
    }
    return pa.table({**columns, column: values})


def said(path: Path, column: str, values: pa.Array, declared: Declared) -> list[Any]:
    """What the values of a column mean in a Parquet file."""
    pq.write_table(table(column, values), path, store_schema=True)
    return meanings(read(path, declared), column, len(values))


def meanings(found: dict[int, Any], column: str, rows: int) -> list[Any]:
    stored = "user_key" if column == "user_id" else column
    answers = [found[at] for at in range(rows)]
    return [one[stored] if isinstance(one, dict) else one for one in answers]


def expected(column: str, meant: Iterator[Any] | list[Any]) -> list[Any]:
    return [(column, one) if isinstance(one, Reason) else one for one in meant]


@pytest.mark.parametrize("name", GRID)
def test_text_means_the_same_in_every_container(name: str, tmp_path: Path) -> None:
    column, declared, forms = GRID[name]
    texts, meant = list(forms), expected(column, list(forms.values()))
    rows = table(column, pa.array(texts)).to_pylist()
    with (tmp_path / "a.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for container in ("a.csv", "a.jsonl"):
        found = read(tmp_path / container, declared)
        assert meanings(found, column, len(texts)) == meant, container
    for sent in TEXTS:
        values = pa.array(texts, sent) if not pa.types.is_dictionary(sent) else _packed(texts, sent)
        assert said(tmp_path / "a.parquet", column, values, declared) == meant, sent


def _packed(texts: list[str], sent: pa.DataType) -> pa.Array:
    return pa.array(texts, sent.value_type).dictionary_encode().cast(sent)


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


@pytest.mark.parametrize("literal", ["4.21E+17", "421.0", "4.21e2"])
def test_a_json_number_with_a_fraction_is_no_id(literal: str, tmp_path: Path) -> None:
    row = json.dumps({"event_id": "0", "occurred_at": AT, "store_id": "s1", "kind": "order"})
    (tmp_path / "a.jsonl").write_text(row[:-1] + f', "order_id": {literal}}}\n')
    assert read(tmp_path / "a.jsonl", FEN) == {0: ("order_id", Reason.DAMAGED_ID)}


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


def test_a_time_without_zone_is_taken_by_a_declared_zone_alone(tmp_path: Path) -> None:
    texts = ["2026-11-20 10:00:00", "2026/11/20 10:00", AT, "2026-02-30 10:00"]
    without = [Reason.NO_ZONE, Reason.NO_ZONE, TEN, Reason.NOT_A_TIME]
    found = said(tmp_path / "a.parquet", "occurred_at", pa.array(texts), NOWHERE)
    assert found == expected("occurred_at", without)


def test_a_clock_that_shows_a_time_twice_or_never_says_no_instant(tmp_path: Path) -> None:
    berlin = Declared(zone="Europe/Berlin")
    texts = ["2026-10-25 02:30", "2026-03-29 02:30", "2026-10-25 02:30+01:00", "2026-07-01 02:30"]
    found = said(tmp_path / "a.parquet", "occurred_at", pa.array(texts), berlin)
    assert found == [
        ("occurred_at", Reason.NOT_A_TIME),
        ("occurred_at", Reason.NOT_A_TIME),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 7, 1, 0, 30, tzinfo=UTC),
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(
        st.text(st.sampled_from("0123456789.,+-Ee¥元分 '=\"\t年月日:/TZ是order"), max_size=12),
        min_size=1,
        max_size=30,
    )
)
@pytest.mark.parametrize("column", ["order_id", "value_fen", "revised_at", "is_new_customer"])
def test_whatever_is_written_containers_agree(
    column: str, values: list[str], tmp_path: Path
) -> None:
    rows = table(column, pa.array(values)).to_pylist()
    with (tmp_path / "a.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    in_parquet = said(tmp_path / "a.parquet", column, pa.array(values), YUAN)
    for container in ("a.csv", "a.jsonl"):
        found = read(tmp_path / container, YUAN)
        assert meanings(found, column, len(values)) == in_parquet, container


def test_without_reading_what_is_meant_nothing_of_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twins: no guards stripped, no damage seen."""
    guarded, damaged = pa.array(["'4210", '="4210"']), pa.array(["4.21E+17"])
    monkeypatch.setattr("reports.events.plain_text.meant", lambda text: text)
    monkeypatch.setattr(rules, "_DAMAGED", "^$")
    assert said(tmp_path / "a.parquet", "order_id", guarded, FEN) == guarded.to_pylist()
    assert said(tmp_path / "b.parquet", "order_id", damaged, FEN) == damaged.to_pylist()
