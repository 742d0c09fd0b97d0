"""Tell duplicates from corrections: new parts against each other and against what is there.

All rows are of one source. Same key (`Contract.key`) and content as the newest version: a
duplicate, left out. Same key, other content: a correction, the next version (ADR 0021).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reports.events.contract import Contract
from reports.events.parts import ROWS_PER_GROUP, DayParts, writer
from reports.events.stamp import schema

MEMORY = "384MB"

# In all of these, {key} are the columns of the key.
_SUSPECTS = """
CREATE TEMP TABLE suspects AS
SELECT h FROM (SELECT hash({key}) AS h FROM read_parquet($new, hive_partitioning = false))
GROUP BY h HAVING count(*) > 1
"""
_SUSPECTS_BEFORE = """
INSERT INTO suspects
SELECT DISTINCT old.h
FROM (SELECT hash({key}) AS h FROM read_parquet($old, hive_partitioning = false)) AS old
SEMI JOIN (SELECT hash({key}) AS h FROM read_parquet($new, hive_partitioning = false)) AS new
ON old.h = new.h
"""
# Content (its hash of 64 bits) is compared with the version before, in the order of arrival.
_VERDICTS = """
CREATE TEMP TABLE verdicts AS
WITH rows AS (
    {old}
    SELECT {key}, {content} AS content, occurred_at, CAST(NULL AS INTEGER) AS version, line
    FROM read_parquet($new, hive_partitioning = false)
    WHERE hash({key}) IN (SELECT h FROM suspects)
),
compared AS (
    SELECT {key}, version, line, occurred_at, lag(occurred_at) OVER arrival AS before_at,
        content IS DISTINCT FROM lag(content) OVER arrival
            OR row_number() OVER arrival = 1 AS changed
    FROM rows
    WINDOW arrival AS (PARTITION BY {key} ORDER BY version NULLS LAST, line)
),
numbered AS (
    SELECT {key}, line, changed, occurred_at, before_at,
        coalesce(max(version) OVER (PARTITION BY {key}), 0)
            + count(*) FILTER (WHERE changed AND line IS NOT NULL) OVER (
                PARTITION BY {key} ORDER BY version NULLS LAST, line
                ROWS UNBOUNDED PRECEDING) AS version
    FROM compared
)
SELECT {key}, line, CASE WHEN changed THEN version END AS version,
    CASE WHEN changed AND {before_day} <> {day} THEN before_at END AS left_at
FROM numbered WHERE line IS NOT NULL
"""


_DAY = "(epoch_us({}) + 28800000000) // 86400000000"  # of Asia/Shanghai
# The marks share their version with the row that moved away: they are no content of the event.
_OLD = """
    SELECT {key}, {content} AS content, occurred_at, version, CAST(NULL AS BIGINT) AS line
    FROM read_parquet($old, hive_partitioning = false)
    WHERE kind IS NOT NULL AND hash({key}) IN (SELECT h FROM suspects)
    UNION ALL
"""


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
    spill: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 2,
        "temp_directory": str(out / "spill"),
    }
    with duckdb.connect(config=spill) as con:
        con.execute("SET preserve_insertion_order = false")
        key = ", ".join(contract.key)
        con.execute(_SUSPECTS.format(key=key), {"new": new})
        if before:
            con.execute(_SUSPECTS_BEFORE.format(key=key), {"new": new, "old": before})
        if not con.sql("SELECT h FROM suspects LIMIT 1").fetchall():
            return Merged(parts, 0, 0)
        content = f"hash({', '.join(contract.content)})"
        given = {"new": new, "old": before} if before else {"new": new}
        old = _OLD.format(key=key, content=content) if before else ""
        days = {"day": _DAY.format("occurred_at"), "before_day": _DAY.format("before_at")}
        con.execute(_VERDICTS.format(key=key, content=content, old=old, **days), given)
        counted = con.sql(
            "SELECT count(*) - count(version), count(*) FILTER (version > 1) FROM verdicts"
        )
        duplicate, corrected = counted.fetchall()[0]
        kept = {part: _kept(con, folder / part, out / part, rows) for part, rows in parts.items()}
        kept |= _marks(con, contract, new[0], out)
    return Merged({part: rows for part, rows in kept.items() if rows}, duplicate, corrected)


def _kept(con: duckdb.DuckDBPyConnection, part: Path, out: Path, rows: int) -> int:
    """The rows of a part that stay; the part is written again when that changes anything."""
    touched = con.sql(
        "SELECT line, version FROM verdicts WHERE (version IS NULL OR version > 1)"
        " AND line IN (SELECT line FROM read_parquet($part))",
        params={"part": str(part)},
    ).to_arrow_table()
    if not touched.num_rows:
        return rows
    file = pq.ParquetFile(part)
    out.parent.mkdir(parents=True, exist_ok=True)
    left = 0
    with writer(out, file.schema_arrow) as rewritten:
        for batch in file.iter_batches(ROWS_PER_GROUP):
            table = _with_versions(pa.Table.from_batches([batch]), touched)
            rewritten.write_table(table)
            left += len(table)
    return left


def _marks(
    con: duckdb.DuckDBPyConnection, contract: Contract, part: str, out: Path
) -> dict[str, int]:
    """Mark each day that a corrected event has left, with its new version and nothing else."""
    source, batch_id = (
        pq.ParquetFile(part).read(["source", "batch_id"]).slice(0, 1).to_pydict().values()
    )
    left = con.sql(
        f"SELECT {', '.join(contract.key)}, left_at, line, version"  # noqa: S608
        " FROM verdicts WHERE left_at IS NOT NULL"
    ).to_arrow_table()
    if not left.num_rows:
        return {}
    sent = {
        **{name: left[name] for name in contract.key},
        "occurred_at": left["left_at"],
        "line": left["line"],
        "version": left["version"],
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


def _with_versions(table: pa.Table, touched: pa.Table) -> pa.Table:
    """The rows without duplicates, corrections with their version."""
    place = pc.index_in(table["line"], touched["line"])
    version = touched["version"].take(place).cast(pa.int32())
    at = table.schema.get_field_index("version")
    version = pc.if_else(pc.is_null(place), table["version"], version)
    return table.set_column(at, "version", version).filter(pc.is_valid(version))
