"""What tests of ingest send, and what became of it. The fixture `send` sends it."""

from collections.abc import Callable
from typing import Any

import duckdb

from reports.lake import tables as lake
from reports.sources.models import Batch

HEAD = "event_id,occurred_at,user_id,note_id,kind\n"
ROW = "t1,2026-01-31T08:00:00+08:00,u1,n1,click\n"
ORDERS = "event_id,occurred_at,user_id,store_id,kind,value_fen\n"

Send = Callable[..., Batch]


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return batch.sent, batch.accepted, batch.duplicate, batch.quarantined


def current(
    table: str = "touchpoints", *, columns: str = "event_id", files: list[str] | None = None
) -> list[Any]:
    """The rows that hold in some files of the lake, by default in all."""
    with duckdb.connect() as con:
        lake.show(con, table, lake.files(table) if files is None else files)
        return con.execute(f"SELECT {columns} FROM lake_{table} ORDER BY event_id").fetchall()
