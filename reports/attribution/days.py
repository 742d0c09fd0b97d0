"""The facts of some consecutive days, computed by one engine from the lake's files."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from reports.attribution import engine
from reports.attribution.weights import WINDOWS
from reports.events.contract import CONTRACTS
from reports.events.stamp import schema
from reports.lake import tables as lake

EPOCH = date(1970, 1, 1)
FACTS = ("credit", "conversion", "touch")
READ = {
    "touchpoints": "source, event_id, occurred_at, user_key, note_id, kind, listing_id, boost_id",
    "conversions": "source, event_id, occurred_at, user_key, click_id, store_id, product_id,"
    " kind, refund_of, value_fen",
}
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Versions:
    """The versions of the lake's tables that a run reads."""

    touchpoints: int
    conversions: int


@dataclass
class Facts:
    """Rows of the three fact tables: day (days since 1970), merchant id, then their columns."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in FACTS})


def groups(first_on: date, last_on: date, *, most_days: int) -> list[tuple[date, date]]:
    """The days from first to last, both included, in spans of at most `most_days`."""
    spans = []
    while first_on <= last_on:
        end = min(last_on, first_on + timedelta(days=most_days - 1))
        spans.append((first_on, end))
        first_on = end + timedelta(days=1)
    return spans


def compute(
    first_on: date,
    last_on: date,
    *,
    versions: Versions,
    nouns: dict[str, pa.Table],
    work_dir: Path,
) -> Facts:
    """The facts of conversions and touchpoints of the days, for every window and model."""
    conversion_files = lake.files("conversions", version=versions.conversions)
    touchpoint_files = lake.files("touchpoints", version=versions.touchpoints)
    with engine.session(
        reads=[*conversion_files, *touchpoint_files], work_dir=work_dir
    ) as connection:
        for name, table in nouns.items():
            connection.register(name, table)
        span = {"first_day": (first_on - EPOCH).days, "last_day": (last_on - EPOCH).days}
        days = _between(first_on, last_on)
        _read(connection, "conversions", lake.of_days(conversion_files, days))
        orders = _refunded_days(connection, conversion_files)
        _read(connection, "conversions", lake.of_days(conversion_files, days | orders))
        reach = {day - timedelta(days=k) for day in days | orders for k in range(max(WINDOWS) + 1)}
        _read(connection, "touchpoints", lake.of_days(touchpoint_files, reach))
        engine.view(connection, "lake/touchpoints")
        engine.step(connection, "lake/conversions", **span)
        engine.view(connection, "bare/listings")
        return _facts(connection, span)


def _facts(connection: duckdb.DuckDBPyConnection, span: dict[str, int]) -> Facts:
    facts = Facts()
    engine.prepare(connection, window_days=max(WINDOWS))
    for window_days in WINDOWS:
        engine.attribute(connection, window_days=window_days)
        engine.view(connection, "lake/credit_sums")
        for name in ("credit", "conversion"):
            facts.rows[name] += engine.rows(
                connection, f"lake/{name}_facts", window_days=window_days, **span
            )
    facts.rows["touch"] = engine.rows(connection, "lake/touch_facts", **span)
    return facts


def _refunded_days(connection: duckdb.DuckDBPyConnection, files: list[str]) -> set[date]:
    """The days of the conversions that the refunds read so far name, however long ago."""
    (refunds,) = connection.execute(
        "SELECT COUNT(*) FROM lake_conversions AS c WHERE c.kind = 'refund'"
    ).fetchall()[0]
    if not refunds:
        return set()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE lake_orders AS SELECT o.source AS source,"
        " o.event_id AS event_id, o.day AS day FROM read_parquet($files, hive_partitioning = true)"
        " AS o WHERE o.event_id IN (SELECT r.refund_of FROM lake_conversions AS r)",
        {"files": files},
    )
    return {row[0] for row in engine.rows(connection, "lake/refunded_days")}


def _read(connection: duckdb.DuckDBPyConnection, table: str, files: list[str]) -> None:
    """Name the rows that hold in some files lake_<table>; a month of them is never kept."""
    rows = f"no_{table}"
    if files:
        names = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        rows = f"({lake.current_rows(table).replace('$files', f'[{names}]')})"
    else:
        connection.register(rows, schema(CONTRACTS[table]).empty_table())
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW lake_{table} AS "  # noqa: S608
        f"SELECT {READ[table]} FROM {rows} AS current_rows"
    )


def _between(first_on: date, last_on: date) -> set[date]:
    return {first_on + timedelta(days=k) for k in range((last_on - first_on).days + 1)}
