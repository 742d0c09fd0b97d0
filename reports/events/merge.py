"""Tell duplicates from corrections: new parts against each other and against what is there.

All rows are of one source. Same key (`Contract.key`) and content as the newest version: a
duplicate, left out. Same key, other content: a correction, the next version (ADR 0021).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from reports.events.contract import Contract
from reports.events.parts import ROWS_PER_GROUP, DayParts, writer
from reports.events.queries import EVENTS, readable, spill_to
from reports.events.stamp import schema

MEMORY = "384MB"

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Merged:
    """Rows by part (paths below the folder), how many were left out, how many are corrections."""

    parts: dict[str, int]
    duplicate: int
    corrected: int


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
        return Merged({}, 0, 0)
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
            return Merged(parts, 0, 0)
        EVENTS.step(con, "verdicts")
        ((duplicate, corrected),) = EVENTS.rows(con, "counted")
        touched = _Touched(con)
        kept = {part: touched.kept(folder / part, out / part, rows) for part, rows in parts.items()}
        kept |= _marks(con, contract, new[0], out)
    return Merged({part: rows for part, rows in kept.items() if rows}, duplicate, corrected)


def _name_rows(
    con: duckdb.DuckDBPyConnection, contract: Contract, name: str, files: list[str]
) -> None:
    """Name the rows of the files, as far as SQL that knows no contract compares them.

    `key` is a structure of the key's columns, `key_hash` and `content` are hashes of 64 bits.
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
    compared = [ColumnExpression(column) for column in ("occurred_at", "kind", "version", "line")]
    rows.select(
        FunctionExpression("row", *key).alias("key"),
        FunctionExpression("hash", *key).alias("key_hash"),
        FunctionExpression("hash", *content).alias("content"),
        *compared,
    ).create_view(name)


class _Touched:
    """The rows that do not stay as they were written, by line: looked up in the time of a search,
    whatever the number of parts, so that a file of one row repeated costs what its rows cost.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        found = con.execute(EVENTS.text("touched")).fetchnumpy()
        self._lines, self._versions = found["line"], found["version"]

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
                table = self._with_versions(pa.Table.from_batches([batch]))
                rewritten.write_table(table)
                left += len(table)
        return left

    def _touches(self, lines: pa.ChunkedArray) -> bool:
        return bool(self._places(lines)[1].any())

    def _with_versions(self, table: pa.Table) -> pa.Table:
        """The rows without duplicates, corrections with their version."""
        places, found = self._places(table["line"])
        version = table["version"].to_numpy().copy()
        version[found] = self._versions[places[found]]
        at = table.schema.get_field_index("version")
        table = table.set_column(at, "version", pa.array(version, pa.int32()))
        return table.filter(pa.array(version > 0))

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
