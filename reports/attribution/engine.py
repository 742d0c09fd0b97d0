"""The DuckDB engine: relations of events and listings in, relations of credit out. No Django.

Every step is one file under `sql/`; a later step reads the earlier ones by name.

    conversions -> claims -> pairs -> clicks -> candidates -> matches -> places -> shares -> credit

A claim is a conversion that credits touchpoints. The view `claims` has those that look for them;
what a refund credits is its order's.

`prepare` keeps `pairs` and `clicks` as tables, with those of refunds copied from their orders';
what else it makes only helps to find them. All others are views, and in `credit` the models stand
side by side as columns until somebody wants rows. What repeats travels as a small number: the
tables `kinds` and `levels` name it. A touchpoint's ids may be of any type that has an order:
numbers compare as numbers, text by its bytes.

Joins run as they are written: the left side streams, the right side is held in memory. So the many
rows, touchpoints first, stand on the left.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from reports.attribution.weights import MODELS, decay_weights
from reports.events.contract import CONVERSIONS

SQL = Path(__file__).parent / "sql"
# With code and buffers the process stays a tenth below a gigabyte.
MEMORY_LIMIT = "870MB"
THREADS = 2
DAY_US = 86_400_000_000
# By level_id. The credited touchpoints of a claim all have the same level.
LEVELS = ("store", "product", "click_id")


@contextmanager
def session(
    *, reads: Sequence[Path | str], work_dir: Path, memory_limit: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read `reads`, write and spill under `work_dir`, and nothing else."""
    spill = work_dir / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        # Freed blocks are used again, not returned to the system and cleared anew, until the end.
        "block_allocator_memory": memory_limit,
        "threads": str(min(THREADS, os.cpu_count() or 1)),
        "temp_directory": str(spill),
        "preserve_insertion_order": "false",
        "disabled_optimizers": "join_order,build_side_probe_side",
    }
    with duckdb.connect(config=config) as connection:
        connection.execute("SET allowed_paths = ?", [[str(path) for path in reads]])
        connection.execute("SET allowed_directories = ?", [[f"{work_dir}/"]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        _constants(connection)
        yield connection


def _constants(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables `decay` (weight by whole hours of age), `kinds` and `levels`."""
    connection.execute("CREATE TEMP TABLE decay (hours BIGINT, weight INTEGER)")
    connection.execute(
        "INSERT INTO decay SELECT generate_subscripts($1, 1) - 1, unnest($1)", [decay_weights()]
    )
    connection.execute("CREATE TEMP TABLE kinds (kind_id TINYINT, kind VARCHAR, sign INTEGER)")
    connection.executemany(
        "INSERT INTO kinds VALUES ($1, $2, $3)",
        [
            (number, kind, -1 if kind == "refund" else 1)
            for number, kind in enumerate(CONVERSIONS.choices("kind"))
        ],
    )
    connection.execute("CREATE TEMP TABLE levels (level_id TINYINT, level VARCHAR)")
    connection.executemany("INSERT INTO levels VALUES ($1, $2)", list(enumerate(LEVELS)))


def prepare(connection: duckdb.DuckDBPyConnection, *, window_days: int) -> None:
    """Find the pairs of claim and touchpoint for windows up to `window_days`.

    Needs the relations `touchpoints`, `conversions` and `listings`, checked against the contract of
    events. `touchpoint_id`, `conversion` and `conversion_id` must be unique.
    """
    window_us = window_days * DAY_US
    view(connection, "dated")
    view(connection, "claims")
    step(connection, "click_users")
    step(connection, "note_stores")
    step(connection, "shelves")
    step(connection, "pairs", window_us=window_us)
    step(connection, "clicks", window_us=window_us)
    step(connection, "refunds")
    for found in ("pairs", "clicks"):
        connection.execute(f"INSERT INTO {found} BY NAME {text(f'refund_{found}')}")
    view(connection, "candidates")
    for helper in ("claims", "dated"):
        connection.execute(f"DROP VIEW {helper}")
    for helper in ("click_users", "note_stores", "shelves", "refunds"):
        connection.execute(f"DROP TABLE {helper}")


def attribute(
    connection: duckdb.DuckDBPyConnection,
    *,
    window_days: int,
    models: Sequence[str] = MODELS,
) -> None:
    """Make the relations `matches` and `credit` of one window from what `prepare` found."""
    connection.execute("CREATE OR REPLACE TEMP TABLE models (model VARCHAR)")
    connection.execute("INSERT INTO models SELECT unnest($1)", [list(models)])
    view(connection, "matches", window_us=window_days * DAY_US)
    view(connection, "places")
    view(connection, "shares")
    view(connection, "credit")


def step(connection: duckdb.DuckDBPyConnection, name: str, **params: int) -> None:
    """Compute `sql/<name>.sql` into a table named after the file."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {Path(name).name} AS {text(name)}", params)


def view(connection: duckdb.DuckDBPyConnection, name: str, **params: int) -> None:
    """Name `sql/<name>.sql` without computing it; its parameters are written into it."""
    query = text(name)
    for param, value in params.items():
        query = query.replace(f"${param}", str(int(value)))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {Path(name).name} AS {query}")


def rows(connection: duckdb.DuckDBPyConnection, name: str, **params: int) -> list[tuple[Any, ...]]:
    """The rows of `sql/<name>.sql`."""
    return connection.execute(text(name), params).fetchall()


def copy(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Write the rows of `sql/<name>.sql` to a Parquet file."""
    target = str(path).replace("'", "''")
    connection.execute(f"COPY (\n{text(name)}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def text(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()
