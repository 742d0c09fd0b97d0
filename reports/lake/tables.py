"""The event lake: Delta tables of touchpoints and conversions, partitioned by business day.

`deltalake` breaks in a process whose parent used it before a fork, so it is imported inside the
functions: they are called by jobs and commands, never at import.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from reports.events import queries
from reports.events.contract import LAKE_CONTRACTS
from reports.events.queries import Connection, Queries, set_variable
from reports.events.stamp import schema
from reports.lake import storage

ORPHAN_HOURS = 24
# So long a version can be read again: its entry of the log, and files that later ones have joined.
# So long the sum of the log names batches: each is in PostgreSQL since, as settled from that entry.
KEPT_DAYS = 30
KEPT = {
    "delta.logRetentionDuration": f"interval {KEPT_DAYS} days",
    "delta.deletedFileRetentionDuration": f"interval {KEPT_DAYS} days",
    "delta.setTransactionRetentionDuration": f"interval {KEPT_DAYS} days",
}

QUERIES = Queries(Path(__file__).parent / "sql")


def path(table: str) -> Path:
    """The folder of a table on this machine, `touchpoints` or `conversions`."""
    return storage.folder() / table


def open_table(table: str, version: int | None = None) -> Any:
    """The Delta table, created empty when it is not there; the newest version by default.

    A table from before some of the contract's columns learns them by a version of its own.
    """
    from deltalake import DeltaTable

    store = storage.of_lake()
    address, options = store.address(table), store.options
    if not DeltaTable.is_deltatable(address, options):
        path(table).mkdir(parents=True, exist_ok=True)
        # Ignore: another process may have created it since we asked.
        DeltaTable.create(
            address, columns_of(table), mode="ignore", partition_by=["day"], configuration=KEPT,
            storage_options=options,
        )  # fmt: skip
    if version is not None:
        return DeltaTable(address, version=version, storage_options=options)
    while missing := _missing(found := DeltaTable(address, storage_options=options), table):
        _widen(found, missing)
    return found


def current_version(table: str) -> int:
    return int(open_table(table).version())


def newest_version(table: str) -> int:
    """As `current_version`, by the names in the log alone: web processes import no deltalake, and
    nothing is created. -1 when there is no table.
    """
    names = storage.of_lake().names(f"{table}/_delta_log")
    versions = [name.partition(".")[0] for name in names if name.endswith((".json", ".parquet"))]
    return max((int(version) for version in versions if version.isdigit()), default=-1)


def files(table: str, *, version: int | None = None, first_on: date = date.min) -> list[str]:
    """Parquet files of a version, of the days from `first_on` on, for any reader; see show.

    The newest version by default.
    """
    found = paths(open_table(table, version))
    return sorted(file for file in found if day_of(file) >= first_on)


def show(connection: Connection, table: str, files: list[str]) -> None:
    """Name the rows that hold in `files` lake_<table>, for the SQL of this connection.

    These are the newest version of each event, in every column of the lake. It may be called again
    with other files.
    """
    name = f"lake_{table}"
    if files:
        set_variable(connection, name, readable(files))
        connection.from_arrow(columns_of(table).empty_table()).create_view(f"shape_of_{table}")
        QUERIES.view(connection, f"stored_{table}")
        QUERIES.view(connection, name)
    else:
        connection.from_arrow(columns_of(table).empty_table()).create_view(name)


def readable(files: Iterable[str]) -> list[str]:
    """Files of the lake, at hand, as DuckDB reads their paths."""
    found = list(files)
    storage.at_hand(found)
    return [queries.readable(file) for file in found]


def sizes(table: str) -> dict[str, int]:
    """The bytes of each file of the newest version, as it says."""
    added = pa.table(open_table(table).get_add_actions(flatten=True))
    names, found = added["path"].to_pylist(), added["size_bytes"].to_pylist()
    return {_here(table, name): size for name, size in zip(names, found, strict=True)}


def rows(table: str, *, version: int | None = None) -> Counter[date]:
    """How many rows the files of each day hold, older versions of events among them."""
    added = pa.table(open_table(table, version).get_add_actions(flatten=True))
    names, found = added["path"].to_pylist(), added["num_records"].to_pylist()
    counts: Counter[date] = Counter()
    for name, count in zip(names, found, strict=True):
        counts[day_of(_here(table, name))] += count or 0
    return counts


def of_days(files: Iterable[str], days: set[date]) -> list[str]:
    """Those of the files that hold the days."""
    return [file for file in files if day_of(file) in days]


def days_of(table: str) -> set[date]:
    """The business days that have events in a table."""
    return {day_of(file) for file in files(table)}


def days() -> set[date]:
    """The business days that have events of either kind."""
    return {day for table in LAKE_CONTRACTS for day in days_of(table)}


def files_of_source(snapshot: Any, source: str) -> list[str]:
    """The files of a snapshot that hold events of one source."""
    return sorted(file for file in paths(snapshot) if source_of(file) == source)


def source_of(file: str) -> str:
    """The source whose events a file holds; each file has one."""
    return Path(file).name.split(".")[0]


def below(file: str) -> str:
    """The path of a file below its table: its day and its name."""
    return "/".join(Path(file).parts[-2:])


def sweep() -> int:
    """Delete files that lost attempts left in the lake more than a day ago, and those that were
    joined into others more than KEPT_DAYS ago; how many. Shorten the log to these days.

    No version that is kept names them.
    """
    left = 0
    for table in LAKE_CONTRACTS:
        snapshot = open_table(table)
        if not KEPT.items() <= snapshot.metadata().configuration.items():
            # A table of before: the library would forget after a week what was taken out.
            snapshot.alter.set_table_properties(KEPT)
            snapshot = open_table(table)
        # Dry runs, which only name files. A real one adds versions to the log, and each of them
        # makes a batch that is about to commit start again. Without `full` it names what was taken
        # out, with it also what was never in.
        taken_out = set(snapshot.vacuum(ORPHAN_HOURS, enforce_retention_duration=False))
        named = snapshot.vacuum(ORPHAN_HOURS, enforce_retention_duration=False, full=True)
        orphans = set(named) - taken_out
        orphans |= set(snapshot.vacuum(KEPT_DAYS * 24, enforce_retention_duration=False))
        for file in orphans:
            storage.of_lake().delete(f"{table}/{file}")
        left += len(orphans)
        snapshot.create_checkpoint()
        snapshot.cleanup_metadata()
    return left


def columns_of(table: str) -> pa.Schema:
    """The columns of the files of a table, and the day that parts them."""
    return schema(LAKE_CONTRACTS[table]).append(pa.field("day", pa.date32()))


def _missing(snapshot: Any, table: str) -> list[pa.Field]:
    """The columns that the table does not have yet."""
    there = {field.name for field in snapshot.schema().fields}
    return [field for field in columns_of(table) if field.name not in there]


def _widen(snapshot: Any, missing: list[pa.Field]) -> None:
    """Add columns to the table; old files have nothing there. Whoever commits first meanwhile, the
    caller looks again."""
    from deltalake import Schema
    from deltalake.exceptions import CommitFailedError

    with suppress(CommitFailedError):
        snapshot.alter.add_columns(Schema.from_arrow(pa.schema(missing)).fields)


def paths(snapshot: Any) -> Iterator[str]:
    """The paths of a snapshot's files on this machine, at hand or not."""
    table = table_of(snapshot)
    return (_here(table, uri) for uri in snapshot.file_uris())


def _here(table: str, uri: str) -> str:
    """The library names files as parts of an address: a blank is %20, and # is %23."""
    return str(path(table) / below(unquote(uri)))


def table_of(snapshot: Any) -> str:
    """The table that a snapshot is of."""
    return Path(unquote(urlsplit(snapshot.table_uri).path)).name


def day_of(file: str) -> date:
    """The business day of a file, by its folder."""
    return date.fromisoformat(Path(file).parent.name.removeprefix("day="))
