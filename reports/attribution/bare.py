"""Attribution of bare files: no database, no lake, the same rules and the same SQL."""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.attribution import engine
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.engine import QUERIES
from reports.attribution.staging import Staged, files_at, stage_events, stage_listings
from reports.events.contract import LAKE_CONTRACTS
from reports.events.declared import MOST_FEN, Declared
from reports.events.queries import Connection, readable
from reports.lake import tables as lake

OUTPUTS = ("credit.parquet", "conversions.parquet", "summary.json")


def attribute_files(
    *,
    touchpoints: str,
    conversions: str,
    listings: str,
    out: Path,
    models: Sequence[str] | None = None,
    window_days: int = DEFAULT_WINDOW_DAYS,
    most_value_fen: int = MOST_FEN,
    master: str | None = None,
) -> dict[str, Any]:
    """Write credit.parquet, conversions.parquet and summary.json to `out`; return the summary.

    Each input is a file, a folder or a pattern of CSV, JSONL or Parquet files, plain or packed.
    Amounts are fen, at most `most_value_fen` in a row; times say their zones. `master` is the Spark
    that computes; without one DuckDB does.
    Raises BadInput or EngineUnavailable, and leaves `out` as it was, when one cannot be read.
    """
    paths = {
        "touchpoints": files_at(touchpoints),
        "conversions": files_at(conversions),
        "listings": files_at(listings),
    }
    declared = Declared(most_fen=most_value_fen)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".attribution-", dir=out.parent) as folder:
        work_dir = Path(folder).resolve()
        staged = {
            name: stage_events(paths[name], contract, work_dir=work_dir, declared=declared)
            for name, contract in LAKE_CONTRACTS.items()
        }
        staged["listings"] = stage_listings(paths["listings"], work_dir=work_dir, declared=declared)
        with engine.opened(master, reads=[], work_dir=work_dir) as connection:
            _load(connection, staged)
            engine.prepare(connection, window_days=window_days)
            engine.attribute(
                connection, window_days=window_days, portions="bare/portions", models=models
            )
            summary = {
                "window_days": window_days,
                "rows": {name: found.said() for name, found in staged.items()},
                **_write(connection, work_dir),
            }
        text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
        (work_dir / "summary.json").write_text(text, encoding="utf-8")
        out.mkdir(exist_ok=True)
        for name in OUTPUTS:
            os.replace(work_dir / name, out / name)
    return summary


def _load(connection: Connection, staged: dict[str, Staged]) -> None:
    """Make the relations the engine reads from the staged files."""
    for name in LAKE_CONTRACTS:
        lake.show(connection, name, staged[name].files)
    listings = [readable(file) for file in staged["listings"].files]
    connection.read_parquet(listings).create_view("staged_listings")
    for relation in ("bare/conversions", "bare/touches", "touchpoints", "bare/listings"):
        QUERIES.view(connection, relation)


def _write(connection: Connection, work_dir: Path) -> dict[str, Any]:
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
