"""Hostile worlds in bare files: what `attribute_files` writes of them, and what it should write.

Tests and `make soak` compare the two.
"""

from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.attribution.bare import attribute_files
from reports.attribution.tests.reference import Conversion, Listing, Row, Touchpoint, World
from reports.attribution.tests.worlds import together, world
from reports.events.contract import MAX_VALUE_FEN

INPUTS = ("touchpoints", "conversions", "listings")


def table(kind: type, rows: Iterable[Any]) -> pa.Table:
    at, text = pa.timestamp("us", "UTC"), pa.string()
    number, flag = pa.int64(), pa.bool_()
    types = {
        "occurred_at": at, "live_from": at, "live_to": at, "value_fen": number,
        "quantity": number, "is_new_customer": flag, "is_new_visitor": flag,
    }  # fmt: skip
    names = [field.name for field in fields(kind) if field.name != "source"]
    schema = pa.schema([(name, types.get(name, text)) for name in names])
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=schema)


def tables(made: World) -> dict[str, pa.Table]:
    return {
        "touchpoints": table(Touchpoint, made.touchpoints),
        "conversions": table(Conversion, made.conversions),
        "listings": table(Listing, made.listings),
    }


def as_parquet(folder: Path, made: World) -> Path:
    for name, rows in tables(made).items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return folder


def written(row: Row) -> tuple[object, ...]:
    """A row of credit as credit.parquet has it, in the order of its columns."""
    return (
        row.conversion.store_id, row.conversion.event_id, row.touchpoint.event_id, row.model,
        row.listing_id, row.touchpoint.note_id, row.level, row.micro, row.fen,
    )  # fmt: skip


def differences(seeds: Iterable[int], *, work_dir: Path, window_days: int) -> list[str]:
    """How credit.parquet of these worlds differs from the reference."""
    made = [world(seed) for seed in seeds]
    as_parquet(work_dir, together(made))
    paths: dict[str, Any] = {name: str(work_dir / f"{name}.parquet") for name in INPUTS}
    out = work_dir / "out"
    attribute_files(**paths, out=out, window_days=window_days, most_value_fen=MAX_VALUE_FEN)
    rows = pq.read_table(out / "credit.parquet").to_pylist()
    found = {tuple(row.values()) for row in rows}
    wanted = {written(row) for w in made for row in w.credit(window_days)}
    return sorted(map(repr, found ^ wanted))
