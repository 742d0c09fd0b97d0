"""Tell duplicates from corrections: new parts against each other and against what is there.

All rows are of one source. Same key (`Contract.key`) and content as the version that holds: a
duplicate, left out. Same key, other content: a correction, the next version if it is newer, else
kept below the first one (ADR 0114). Two contents of one key in one file of which nothing says which
is newer, and another kind than the event has, are quarantined.
"""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from reports.events.chunk import MAX_RAW, Rejected
from reports.events.contract import Contract, Reason
from reports.events.parts import ROWS_PER_GROUP, DayParts, writer
from reports.events.privacy import shown_row
from reports.events.quarantine import FILE, Quarantine
from reports.events.queries import EVENTS, readable, spill_to
from reports.events.stamp import schema

MEMORY = "384MB"
_COMPARED = ("occurred_at", "kind", "version", "line", "batch_id")

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Merged:
    """Rows by part (paths below the folder), how many were left out as duplicates, how many are
    corrections, and how many were quarantined, by reason.

    With any of these, the file of all quarantined rows is written again below `out`.
    """

    parts: dict[str, int]
    duplicate: int = 0
    corrected: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)


def merge(
    contract: Contract, *, folder: Path, parts: dict[str, int], before: list[str], out: Path
) -> Merged:
    """Judge the rows of `parts` (below `folder`) against the lake's files `before`.

    When no event is known already, the parts are good as they are. Otherwise those with known
    events are written again below `out`, where the caller looks first. Memory does not grow with
    the files: DuckDB spills below `out`.
    """
    new = [str(folder / part) for part in parts]
    if not new:
        return Merged({})
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as con:
        spill_to(con, out / "spill")
        con.execute("SET preserve_insertion_order = false")
        EVENTS.run(con, "shanghai_day")
        _name_rows(con, contract, "new_rows", new)
        _name_rows(con, contract, "old_rows", before)
        EVENTS.step(con, "suspects")
        EVENTS.add(con, "known", to="suspects")
        if not con.table("suspects").limit(1).fetchall():
            return Merged(parts)
        for step in ("conflicts", "standing", "claims", "verdicts"):
            EVENTS.step(con, step)
        ((duplicate, corrected),) = EVENTS.rows(con, "counted")
        touched = _Touched(con, contract, folder, out)
        kept = {part: touched.kept(folder / part, out / part, rows) for part, rows in parts.items()}
        kept |= _marks(con, contract, new[0], out)
    left = {part: rows for part, rows in kept.items() if rows}
    return Merged(left, duplicate, corrected, touched.close())


def _name_rows(
    con: duckdb.DuckDBPyConnection, contract: Contract, name: str, files: list[str]
) -> None:
    """Name the rows of the files, as far as SQL that knows no contract compares them.

    `key` is a structure of the key's columns; `key_hash`, `content`, and `said`, the content but
    for `revised_at`, are hashes of 64 bits.
    """
    rows = (
        con.read_parquet(
            [readable(file) for file in files], hive_partitioning=False, union_by_name=True
        )
        if files
        else con.from_arrow(schema(contract).empty_table())
    )
    # Files are older than some columns, and have nothing there.
    there = set(rows.columns)
    key = [ColumnExpression(column) for column in contract.key]
    content = [
        ColumnExpression(column) if column in there else ConstantExpression(None)
        for column in contract.content
    ]
    unrevised = [ColumnExpression(c) for c in contract.content if c in there and c != "revised_at"]
    instants = [
        (ColumnExpression(column) if column in there else ConstantExpression(None))
        .cast("TIMESTAMPTZ")
        .alias(column)
        for column in ("revised_at", "produced_at")
    ]
    rows.select(
        FunctionExpression("row", *key).alias("key"),
        FunctionExpression("hash", *key).alias("key_hash"),
        FunctionExpression("hash", *content).alias("content"),
        FunctionExpression("hash", *unrevised).alias("said"),
        *instants,
        *(ColumnExpression(column) for column in _COMPARED),
    ).create_view(name)


class _Touched:
    """The rows that do not stay as they were written, by line: looked up in the time of a search,
    whatever the number of parts, so that a file of one row repeated costs what its rows cost.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, out: Path
    ) -> None:
        found = con.sql(EVENTS.text("touched")).to_arrow_table()
        self._lines, self._versions = found["line"].to_numpy(), found["version"].to_numpy()
        self._is_left_out = found["is_left_out"].to_numpy() == 1
        self._reasons = found["reason"].combine_chunks()
        self._fields = {"conflict": contract.key[-1], "kind_changed": "kind"}
        self._contract = contract
        self._quarantine: Quarantine | None = None
        if self._reasons.null_count < len(self._reasons):
            self._quarantine = Quarantine(out, before=folder / FILE)

    def kept(self, part: Path, out: Path, rows: int) -> int:
        """How many rows of a part stay; it is written again at `out` if that changes anything."""
        if not len(self._lines):
            return rows
        file = pq.ParquetFile(part)
        if not self._touches(file.read(["line"])["line"]):
            return rows
        out.parent.mkdir(parents=True, exist_ok=True)
        left = 0
        with writer(out, file.schema_arrow) as rewritten:
            for batch in file.iter_batches(ROWS_PER_GROUP):
                table = self._judged(pa.Table.from_batches([batch]))
                rewritten.write_table(table)
                left += len(table)
        return left

    def close(self) -> dict[str, int]:
        """Rows that were quarantined, by reason."""
        return self._quarantine.close() if self._quarantine else {}

    def _touches(self, lines: pa.ChunkedArray) -> bool:
        return bool(self._places(lines)[1].any())

    def _judged(self, table: pa.Table) -> pa.Table:
        """The rows that stay, corrections with their version."""
        places, found = self._places(table["line"])
        version = table["version"].to_numpy().copy()
        version[found] = self._versions[places[found]]
        if self._quarantine:
            self._set_aside(table, places, found, self._quarantine)
        at = table.schema.get_field_index("version")
        table = table.set_column(at, "version", pa.array(version, pa.int32()))
        return table.filter(pa.array(~(found & self._is_left_out[places])))

    def _set_aside(
        self, table: pa.Table, places: Numbers, found: Mask, quarantine: Quarantine
    ) -> None:
        reasons = self._reasons.take(pa.array(places))
        bad = pa.array(found & reasons.is_valid().to_numpy(zero_copy_only=False))
        names = {column.stored_as: column.name for column in self._contract.columns}
        rows = table.filter(bad).to_pylist()
        sent = [{names[name]: row[name] for name in names} for row in rows]
        quarantine.add(
            [
                Rejected(
                    row["line"],
                    self._fields[reason],
                    Reason(reason),
                    shown_row(values, self._contract)[:MAX_RAW],
                )
                for row, values, reason in zip(
                    rows, sent, reasons.filter(bad).to_pylist(), strict=True
                )
            ]
        )

    def _places(self, lines: pa.ChunkedArray) -> tuple[Numbers, Mask]:
        """Where each line would stand among the touched ones, and whether it does."""
        wanted = lines.to_numpy()
        places = np.searchsorted(self._lines, wanted)
        places[places == len(self._lines)] = 0
        return places, self._lines[places] == wanted


def _marks(
    con: duckdb.DuckDBPyConnection, contract: Contract, part: str, out: Path
) -> dict[str, int]:
    """Mark each day that a corrected event has left, with its new version and nothing else."""
    source, batch_id = (
        pq.ParquetFile(part).read(["source", "batch_id"]).slice(0, 1).to_pydict().values()
    )
    left = con.sql(EVENTS.text("left_days")).to_arrow_table()
    if not left.num_rows:
        return {}
    sent = {
        **{name: pc.struct_field(left["key"], [at]) for at, name in enumerate(contract.key)},
        **{name: left[name] for name in ("occurred_at", "line", "version")},
        "source": pa.repeat(pa.scalar(source[0]), left.num_rows),
        "batch_id": pa.repeat(pa.scalar(batch_id[0]), left.num_rows),
    }
    columns = [
        sent[column.name].cast(column.type)
        if column.name in sent
        else pa.nulls(left.num_rows, column.type)
        for column in schema(contract)
    ]
    marks = DayParts(out, f"{Path(part).stem.rpartition('-')[0]}-left")
    marks.add(pa.table(columns, schema=schema(contract)))
    return marks.close()
