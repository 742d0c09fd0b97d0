"""Attribution of bare files: no database, no lake, the same rules and the same SQL.

Rows are judged and read by `reports.events`, exactly as ingest does.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from glob import glob
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from portal import clock
from reports.attribution import engine
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.engine import QUERIES
from reports.events.contract import (
    CONTRACTS,
    PLACEMENTS,
    BadFile,
    Column,
    Contract,
    Type,
)
from reports.events.declared import MOST_FEN, Declared
from reports.events.privacy import plain
from reports.events.queries import readable
from reports.events.reader import Reading
from reports.events.rules import Rules
from reports.events.sentences import fault_sentence

OUTPUTS = ("credit.parquet", "conversions.parquet", "summary.json")
LISTINGS = Contract(
    "listings",
    (
        Column("listing_id", required=True),
        Column("note_id", required=True),
        Column("product_id", required=True),
        Column("store_id", required=True),
        Column("merchant_id"),
        Column("placement", Type.CHOICE, choices=PLACEMENTS),
        Column("live_from", Type.INSTANT, required=True),
        Column("live_to", Type.INSTANT),
    ),
)


class BadInput(Exception):
    """A path that holds nothing that can be read; the message is for people."""


def attribute_files(
    *,
    touchpoints: str,
    conversions: str,
    listings: str,
    out: Path,
    models: Sequence[str] | None = None,
    window_days: int = DEFAULT_WINDOW_DAYS,
    most_value_fen: int = MOST_FEN,
) -> dict[str, Any]:
    """Write credit.parquet, conversions.parquet and summary.json to `out`; return the summary.

    Each input is a file, a folder or a pattern of CSV, JSONL or Parquet files, plain or packed.
    Amounts are fen, at most `most_value_fen` in a row; times say their zones.
    Raises BadInput, and leaves `out` as it was, when one cannot be read.
    """
    inputs = {
        CONTRACTS["touchpoints"]: files_at(touchpoints),
        CONTRACTS["conversions"]: files_at(conversions),
        LISTINGS: files_at(listings),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".attribution-", dir=out.parent) as folder:
        work_dir = Path(folder).resolve()
        rows = {
            contract.name: stage(paths, contract, work_dir, Declared(most_fen=most_value_fen))
            for contract, paths in inputs.items()
        }
        with engine.session(reads=[], work_dir=work_dir) as connection:
            _load(connection, work_dir, rows)
            engine.prepare(connection, window_days=window_days)
            engine.attribute(
                connection, window_days=window_days, portions="bare/portions", models=models
            )
            summary = {"window_days": window_days, "rows": rows, **_write(connection, work_dir)}
        text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
        (work_dir / "summary.json").write_text(text, encoding="utf-8")
        out.mkdir(exist_ok=True)
        for name in OUTPUTS:
            os.replace(work_dir / name, out / name)
    return summary


def files_at(path: str) -> list[Path]:
    """The files a path names, in order: itself, those in a folder below, or those of a pattern."""
    found = [Path(path)] if Path(path).exists() else [Path(name) for name in glob(path)]
    files = {
        file
        for place in found
        for file in (place.rglob("*") if place.is_dir() else [place])
        if file.is_file() and (file == place or not file.name.startswith((".", "_")))
    }
    if not files:
        raise BadInput(_("%(path)s: there is no such file.") % {"path": path})
    return sorted(files)


def stage(
    paths: Sequence[Path], contract: Contract, work_dir: Path, declared: Declared
) -> dict[str, Any]:
    """Write the good rows of the files to one Parquet file, numbered by `row`; count the others."""
    now = clock.now()
    rules = Rules(contract, plain, now, declared=declared)
    if contract is LISTINGS:
        rules = replace(
            rules, earliest=datetime.min.replace(tzinfo=UTC), now=now.replace(year=9998)
        )
    counts: Counter[str] = Counter()
    sent, writer = 0, None
    for path in paths:
        try:
            for checked in Reading(path, rules):
                accepted = checked.accepted.drop_columns("line")
                numbers = pa.array(range(sent, sent + len(accepted)), pa.int64())
                table = accepted.append_column("row", numbers)
                writer = writer or pq.ParquetWriter(
                    work_dir / f"{contract.name}.parquet", table.schema
                )
                writer.write_table(table)
                counts.update(f"{bad.field}: {bad.reason}" for bad in checked.rejected)
                sent += len(accepted)
        except BadFile as error:
            raise BadInput(f"{path}: {fault_sentence(error.fault, error.details)}") from error
    if writer is None:
        raise BadInput(_("%(path)s: no rows.") % {"path": paths[0]})
    writer.close()
    return {
        "sent": sent + counts.total(),
        "accepted": sent,
        "duplicate": 0,
        "quarantined": counts.total(),
        "quarantined_by_reason": dict(sorted(counts.items())),
    }


def _load(
    connection: duckdb.DuckDBPyConnection,
    work_dir: Path,
    rows: dict[str, dict[str, Any]],
) -> None:
    """Make the relations the engine reads from the staged files, and count duplicates."""
    for name in rows:
        staged = connection.read_parquet(readable(work_dir / f"{name}.parquet"))
        staged.create_view(f"staged_{name}")
    for name in CONTRACTS:
        QUERIES.step(connection, f"bare/latest_{name}")
        (duplicate,) = QUERIES.rows(connection, f"bare/repeated_{name}")[0]
        rows[name]["accepted"] -= duplicate
        rows[name]["duplicate"] = duplicate
    for relation in ("bare/conversions", "bare/touches", "touchpoints", "bare/listings"):
        QUERIES.view(connection, relation)


def _write(connection: duckdb.DuckDBPyConnection, work_dir: Path) -> dict[str, Any]:
    """Write the two tables; return what the summary says of them."""
    lost, lost_fen, exceeding, excess_fen = QUERIES.rows(connection, "bare/refunds_aside")[0]
    credit = work_dir / "credit.parquet"
    QUERIES.copy(connection, "bare/credit", credit)
    connection.read_parquet(readable(credit)).create_view("written")
    QUERIES.copy(connection, "bare/levels", work_dir / "conversions.parquet")
    levels = dict(QUERIES.rows(connection, "bare/matched"))
    return {
        "matched": {"conversions": sum(levels.values()), **levels},
        "refunds_without_an_order": {"refunds": lost, "value_fen": lost_fen},
        "refunded_more_than_sold": {"refunds": exceeding, "value_fen": excess_fen},
        "models": {
            model: {"rows": count, "credit_micro": micro, "value_fen": value}
            for model, count, micro, value in QUERIES.rows(connection, "bare/totals")
        },
    }
