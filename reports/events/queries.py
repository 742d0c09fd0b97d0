"""SQL lives in files, each with its grain and its parameters on top; this runs them in DuckDB.

A parameter is written `$name` where the statement runs at once. What a view depends on is a
variable of the session, `getvariable('name')`: a view keeps no parameters.
"""

import glob
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from portal import room

SPILL_LIMIT = "max_temp_directory_size"
Param = int | str | list[int] | list[str] | None


class Connection(Protocol):
    """What is asked of an engine: DuckDB's connection, or one that takes the same statements."""

    def execute(self, query: str, parameters: Any = ..., /) -> Any: ...

    def sql(self, query: str, /, *, params: Any = ...) -> Any: ...

    def register(self, view_name: str, python_object: pa.Table, /) -> Any: ...

    def from_arrow(self, arrow_object: pa.Table, /) -> Any: ...

    def read_parquet(self, files: str | list[str], /) -> Any: ...


def spill_to(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """What has no room in memory goes below `folder`, while the disk has some to spare.

    One file may not fill it for everybody else. Where it would, DuckDB says that its memory is
    full and names SPILL_LIMIT: the file is not to blame for that.
    """
    con.execute("SET temp_directory = ?", [str(folder)])
    con.execute(f"SET {SPILL_LIMIT} = '{room.to_spare_mb(folder)}MiB'")


def readable(path: Path | str) -> str:
    """The path of one file as DuckDB reads it, which takes a path for a pattern."""
    return glob.escape(str(path))


@dataclass(frozen=True)
class Queries:
    """The SQL files below a folder, by their path without `.sql`."""

    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / f"{name}.sql").read_text()

    def run(self, connection: Connection, name: str) -> None:
        """Run a file that is a whole statement: a macro."""
        connection.execute(self.text(name))

    def step(self, connection: Connection, name: str, **params: Param) -> None:
        """Compute a file into a table named after it."""
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {Path(name).name} AS {self.text(name)}", params
        )

    def view(self, connection: Connection, name: str) -> None:
        """Name what a file says after it, without computing it."""
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {Path(name).name} AS {self.text(name)}")

    def add(self, connection: Connection, name: str, *, to: str) -> None:
        """Append the rows of a file to a table, column by column name."""
        connection.execute(f"INSERT INTO {to} BY NAME {self.text(name)}")

    def rows(self, connection: Connection, name: str, **params: Param) -> list[tuple[Any, ...]]:
        """The rows of a file."""
        found: list[tuple[Any, ...]] = connection.execute(self.text(name), params).fetchall()
        return found

    def batches(
        self, connection: Connection, name: str, *, rows: int, **params: Param
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a file, so many at a time. The connection is busy until all are taken."""
        yield from connection.sql(self.text(name), params=params).to_arrow_reader(rows)

    def copy(self, connection: Connection, name: str, path: Path) -> None:
        """Write the rows of a file to a Parquet file."""
        connection.sql(self.text(name)).write_parquet(str(path), compression="zstd")


def set_variable(connection: Connection, name: str, value: Param) -> None:
    """What the views of this session find as `getvariable('name')` from now on."""
    connection.execute(f"SET VARIABLE {name} = $value", {"value": value})


EVENTS = Queries(Path(__file__).parent / "sql")
