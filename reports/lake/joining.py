"""Small files of a source and a day become few large ones, in versions of the lake of their own.

Rows are copied as they are, so no number changes by it, and older versions keep their files until
`reports.lake.tables.sweep`. A joined file comes in as a batch does (ADR 0022): at the very next
version, or not at all.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.events.contract import LAKE_CONTRACTS
from reports.events.parts import ROWS_PER_GROUP, writer
from reports.events.stamp import schema
from reports.lake import commits, storage
from reports.lake import tables as lake

# Fewer files of about one size are left alone: each joining writes its rows again.
FEWEST = 8
SMALL_BYTES = 1 << 20
# A file of this size is read as quickly as two halves.
LARGE_BYTES = 256 << 20

Joined = Callable[[str, list[str], str], None]


def join(table: str, *, work: Path, beat: Callable[[], object], joined: Joined) -> int:
    """Join what is small in each source and day of a table; how many files went into others.

    `beat` is called before each joining. `joined(source, gone, new)` is told the files that a new
    version no longer names and the one it has instead, below their table.
    """
    gone = 0
    for source, day, files in _worth_it(table):
        beat()
        new = _join(table, source, day, files, work)
        if new:
            joined(source, [lake.below(file) for file in files], new)
            gone += len(files)
    return gone


def _worth_it(table: str) -> Iterator[tuple[str, date, list[str]]]:
    """The sources and days with enough small files, and these."""
    by_day: dict[tuple[str, date], list[str]] = {}
    for file in lake.files(table):
        by_day.setdefault((lake.source_of(file), lake.day_of(file)), []).append(file)
    sizes = lake.sizes(table)
    for (source, day), files in by_day.items():
        if len(files) >= FEWEST and len(small := _small(files, sizes)) >= FEWEST:
            yield source, day, small


def _small(files: list[str], sizes: dict[str, int]) -> list[str]:
    """The smallest files, as far as no one of them outweighs the smaller ones together.

    So a row is written again each time that its file has about doubled, and not with every file.
    """
    by_size = sorted((sizes[file], file) for file in files)
    total, small = 0, []
    for size, file in by_size:
        if size > max(SMALL_BYTES, total) or total + size > LARGE_BYTES:
            break
        total += size
        small.append(file)
    return small


def _join(table: str, source: str, day: date, files: list[str], work: Path) -> str | None:
    """The path of the file that holds the rows of `files`, below the table, once it is in; None
    where others have joined one of them first."""
    part = f"day={day}/{source}.joined-{uuid.uuid4().hex}.parquet"
    draft = work / Path(part).name
    rows = _write(table, files, draft)
    commits.place(draft, lake.path(table) / part)
    draft.unlink()
    names = [lake.below(file) for file in files]
    while True:
        snapshot = lake.open_table(table)
        if not set(names) <= {lake.below(file) for file in lake.paths(snapshot)}:
            return None
        if _commit(snapshot, table, part, rows, names):
            return part


def _commit(snapshot: Any, table: str, part: str, rows: int, gone: list[str]) -> bool:
    from deltalake.transaction import RemoveAction

    now = int(time.time() * 1000)
    # Its path alone: every batch reads what is told of them for as long as they stay.
    removed = [RemoveAction(name, False, now) for name in gone]
    added = commits.added(table, part, rows, is_change=False)
    return commits.write_version(snapshot, table, [added, *removed])


def _write(table: str, files: list[str], out: Path) -> int:
    """Write the rows of the files one after the other; how many. Columns that a file does not have
    yet are empty."""
    columns = schema(LAKE_CONTRACTS[table])
    rows = 0
    storage.at_hand(files)
    with writer(out, columns) as joined:
        for file in files:
            for batch in pq.ParquetFile(file).iter_batches(ROWS_PER_GROUP):
                joined.write_table(_fitted(batch, columns))
                rows += batch.num_rows
    return rows


def _fitted(batch: pa.RecordBatch, columns: pa.Schema) -> pa.Table:
    there = set(batch.schema.names)
    return pa.table(
        [
            batch[column.name].cast(column.type)
            if column.name in there
            else pa.nulls(batch.num_rows, column.type)
            for column in columns
        ],
        schema=columns,
    )
