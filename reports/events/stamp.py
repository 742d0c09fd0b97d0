"""The columns ingest adds to a row, and the schema of the lake's tables."""

from datetime import datetime

import pyarrow as pa

from reports.events.contract import TOUCHPOINTS, Contract, Type
from reports.events.instants import INSTANT
from reports.events.own_clicks import SIGNED
from reports.events.rules import READ_AS

_TYPES = {**READ_AS, Type.USER: pa.binary()}


def schema(contract: Contract) -> pa.Schema:
    """Columns of a lake table without its partition `day`.

    `line` is the row's line in the file of `batch_id`; `version` counts the contents an event has
    had, from 1, and the highest is the one that holds; one below 1 came when a newer one was there.
    `produced_at` is when the file was made, where its sender said so. `signed`: see `own_clicks`.
    """
    stored = [(c.stored_as, _TYPES.get(c.type, pa.string())) for c in contract.columns]
    added = [
        ("source", pa.string()),
        ("batch_id", pa.int64()),
        ("line", pa.int64()),
        ("version", pa.int32()),
        ("produced_at", INSTANT),
    ]
    signed = [("signed", SIGNED)] if contract is TOUCHPOINTS else []
    return pa.schema([*stored, *added, *signed])


def stamped(
    table: pa.Table,
    *,
    source: str,
    batch_id: int,
    produced_at: datetime | None = None,
    signed: pa.Array | None = None,
) -> pa.Table:
    """Accepted rows with the columns of the lake; `signed` is of touchpoints alone."""
    line = table["line"]
    table = table.drop_columns(["line"])
    rows = len(table)
    table = (
        table.append_column("source", pa.repeat(pa.scalar(source), rows))
        .append_column("batch_id", pa.repeat(pa.scalar(batch_id, pa.int64()), rows))
        .append_column("line", line)
        .append_column("version", pa.repeat(pa.scalar(1, pa.int32()), rows))
        .append_column("produced_at", pa.repeat(pa.scalar(produced_at, INSTANT), rows))
    )
    return table if signed is None else table.append_column("signed", signed)
