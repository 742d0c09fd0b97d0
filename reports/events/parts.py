"""Parquet parts by business day, written as rows come, in bounded memory."""

from collections import OrderedDict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SHANGHAI_OFFSET = timedelta(hours=8)
_DAY = timedelta(days=1)
_EPOCH = date(1970, 1, 1)
MOST_ROWS_HELD = 1_000_000
ROWS_PER_GROUP = 1 << 17
MOST_OPEN_FILES = 64
# Columns with few values, which a dictionary makes small.
REPEATED = ("kind", "placement", "store_id", "source", "batch_id")


class DayParts:
    """Writes `<folder>/day=YYYY-MM-DD/<stem>-<n>.parquet`; `close` gives the rows of each part.

    `dated_by` is the column that says on which day a row is.
    """

    def __init__(self, folder: Path, stem: str, *, dated_by: str = "occurred_at") -> None:
        self._folder, self._stem, self._dated_by = folder, stem, dated_by
        self._held: dict[date, list[pa.Table]] = {}
        self._rows_held: dict[date, int] = {}
        self._open: OrderedDict[date, tuple[str, Any]] = OrderedDict()
        self._parts: dict[str, int] = {}

    def add(self, table: pa.Table) -> None:
        """Take rows; the day is that of Asia/Shanghai."""
        for day, rows in by_day(table, self._dated_by):
            self._held.setdefault(day, []).append(rows)
            self._rows_held[day] = self._rows_held.get(day, 0) + len(rows)
            if self._rows_held[day] >= ROWS_PER_GROUP:
                self._write(day)
        while sum(self._rows_held.values()) > MOST_ROWS_HELD:
            self._write(max(self._rows_held, key=lambda day: self._rows_held[day]))

    def close(self) -> dict[str, int]:
        """Write what is held and close every part; rows by path below the folder."""
        for day in list(self._held):
            self._write(day)
        for _path, writer in self._open.values():
            writer.close()
        return self._parts

    def _write(self, day: date) -> None:
        table = pa.concat_tables(self._held.pop(day))
        del self._rows_held[day]
        path, writer = self._writer(day, table.schema)
        writer.write_table(table, row_group_size=ROWS_PER_GROUP)
        self._parts[path] += len(table)

    def _writer(self, day: date, schema: pa.Schema) -> tuple[str, Any]:
        if day in self._open:
            self._open.move_to_end(day)
            return self._open[day]
        if len(self._open) >= MOST_OPEN_FILES:
            self._open.popitem(last=False)[1][1].close()
        path = f"day={day}/{self._stem}-{len(self._parts)}.parquet"
        (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
        self._open[day] = path, writer(self._folder / path, schema)
        self._parts[path] = 0
        return self._open[day]


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """The one way a file of the lake is written."""
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in REPEATED if name in schema.names],
        column_encoding={
            "event_id": "DELTA_BYTE_ARRAY",
            "occurred_at": "DELTA_BINARY_PACKED",
            "hour": "DELTA_BINARY_PACKED",
            "line": "DELTA_BINARY_PACKED",
        },
    )


def by_day(table: pa.Table, dated_by: str = "occurred_at") -> list[tuple[date, pa.Table]]:
    """The rows of each business day, in their order.

    A table of one day is given as it is. Of others the parts are copies: a slice that waits for
    more rows would keep all of the table in memory.
    """
    if not len(table):
        return []
    instants = table[dated_by].cast(pa.int64()).to_numpy()
    days = (instants + SHANGHAI_OFFSET // timedelta(microseconds=1)) // (
        _DAY // timedelta(microseconds=1)
    )
    order = np.argsort(days, kind="stable")
    days = days[order]
    cuts = np.flatnonzero(np.diff(days)) + 1
    if not len(cuts):
        return [(_EPOCH + int(days[0]) * _DAY, table)]
    starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(days)]
    return [
        (_EPOCH + int(days[start]) * _DAY, table.take(pa.array(order[start:end])))
        for start, end in zip(starts, ends, strict=True)
    ]
