"""Values as people write them, and what is read of them, for tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.events import privacy
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
