"""The facts of some consecutive days, computed by one engine from the lake's files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from reports.attribution import buckets, engine, kin, reported, samples
from reports.attribution.choices import WINDOWS
from reports.attribution.engine import QUERIES
from reports.attribution.groups import Bucket
from reports.events.queries import Connection
from reports.lake import tables as lake

EPOCH = date(1970, 1, 1)
# So many days beside those of a window are read.
BESIDE = 1
ALL_USERS = Bucket()
# What the engine counts as days since 1970, and the date that it is.
_DAYS = {"day": "on", "touched_day": "touched_on"}

# Rows of one table of facts, `credit`, `conversion` or `touch`. Columns are called as the table's;
# `on` is the day, and what makes a row one of a report day (`report_day_id`, `row`) is not in it.
Rows = tuple[str, pa.RecordBatch]


@dataclass(frozen=True)
class Versions:
    """The versions of the lake's tables that a run reads."""

    touchpoints: int
    conversions: int


def compute(
    first_on: date,
    last_on: date,
    *,
    versions: Versions,
    nouns: dict[str, pa.Table],
    work_dir: Path,
    master: str | None = None,
    bucket: Bucket = ALL_USERS,
) -> Iterator[Rows]:
    """The facts of conversions and touchpoints of the days, for every window and model.

    They come as they are made, those of a table, a day and a merchant perhaps in several batches:
    whoever takes one before the next holds one in memory. `master` is the Spark that computes them;
    without one DuckDB does. Facts of one bucket of the users add up with those of the others: see
    `buckets.summed`. Raises EngineUnavailable.
    """
    conversion_files = lake.files("conversions", version=versions.conversions)
    touchpoint_files = lake.files("touchpoints", version=versions.touchpoints)
    reads = [*conversion_files, *touchpoint_files]
    with engine.opened(master, reads=reads, work_dir=work_dir) as connection:
        for name, table in nouns.items():
            connection.register(name, table)
        span = {"first_day": (first_on - EPOCH).days, "last_day": (last_on - EPOCH).days}
        days = _between(first_on, last_on)
        lake.show(connection, "conversions", lake.of_days(conversion_files, days))
        orders, refunds = _days_of_orders(connection, conversion_files)
        read = days | orders | refunds
        lake.show(connection, "conversions", lake.of_days(conversion_files, read))
        reach = reach_of(days | orders)
        lake.show(connection, "touchpoints", lake.of_days(touchpoint_files, reach))
        buckets.show_touches(connection, bucket)
        QUERIES.view(connection, "touchpoints")
        reported.show(connection, nouns, conversion_files, days=read)
        QUERIES.step(connection, "lake/conversions", **span)
        buckets.part_conversions(connection, bucket)
        QUERIES.view(connection, "bare/listings")
        engine.prepare(connection, window_days=max(WINDOWS))
        buckets.part_refunds(connection, bucket)
        samples.find(connection, nouns, touches=reach, conversions=read)
        at_once = buckets.ROWS_AT_ONCE if bucket.is_all else buckets.ROWS_OF_A_FILE
        yield from _facts(connection, span, at_once)


def _facts(connection: Connection, span: dict[str, int], at_once: int) -> Iterator[Rows]:
    for window_days in WINDOWS:
        engine.attribute(connection, window_days=window_days)
        for name in ("credit", "conversion"):
            yield from _rows(connection, name, at_once, window_days=window_days, **span)
    yield from _rows(connection, "touch", at_once, **span)


def _rows(connection: Connection, name: str, at_once: int, **params: int) -> Iterator[Rows]:
    for batch in QUERIES.batches(connection, f"lake/{name}_facts", rows=at_once, **params):
        for number, day in _DAYS.items():
            if number in batch.schema.names:
                on = batch.column(number).cast(pa.int32()).view(pa.date32())
                batch = batch.drop_columns([number]).append_column(day, on)
        yield name, batch


def _days_of_orders(connection: Connection, files: list[str]) -> tuple[set[date], set[date]]:
    """The days of the orders that the refunds read so far name, however long ago, and the days that
    have nothing but other refunds of these orders: what was taken back before says what is left.
    """
    QUERIES.step(connection, "lake/refund_names")
    QUERIES.step(connection, "kin/kin_names")
    read = lake.readable(kin.files_of(connection, files))
    if not read:
        connection.execute("CREATE OR REPLACE TEMP TABLE order_names AS FROM refund_names")
        return set(), set()
    QUERIES.step(connection, "lake/order_names", files=read)
    found = QUERIES.rows(connection, "lake/refunded_days", files=read)
    return {day for day, only in found if not only}, {day for day, only in found if only}


def reach_of(days: set[date]) -> set[date]:
    """The days of the touches that conversions of `days` may name, and those beside them: of a
    click of ours over midnight that two report, the row that counts may stand there (ADR 0114).
    """
    back = range(-BESIDE, max(WINDOWS) + BESIDE + 1)
    return {day - timedelta(days=k) for day in days for k in back}


def _between(first_on: date, last_on: date) -> set[date]:
    return {first_on + timedelta(days=k) for k in range((last_on - first_on).days + 1)}
