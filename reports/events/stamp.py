"""The columns ingest adds to a row, and the schema of the lake's tables."""

import pyarrow as pa

from reports.events.contract import Contract, Type
from reports.events.rules import READ_AS

_TYPES = {**READ_AS, Type.USER: pa.binary()}


def schema(contract: Contract) -> pa.Schema:
    """Columns of a lake table without its partition `day`.

    `line` is the row's line in the file of `batch_id`; `version` counts the contents an event has
    had, from 1, and the highest is the one that holds.
    """
    stored = [(c.stored_as, _TYPES.get(c.type, pa.string())) for c in contract.columns]
    added = [
        ("source", pa.string()),
        ("batch_id", pa.int64()),
        ("line", pa.int64()),
        ("version", pa.int32()),
    ]
    return pa.schema([*stored, *added])


def stamped(table: pa.Table, *, source: str, batch_id: int) -> pa.Table:
    """Accepted rows with the columns of the lake."""
    line = table["line"]
    table = table.drop_columns(["line"])
    rows = len(table)
    return (
        table.append_column("source", pa.repeat(pa.scalar(source), rows))
        .append_column("batch_id", pa.repeat(pa.scalar(batch_id, pa.int64()), rows))
        .append_column("line", line)
        .append_column("version", pa.repeat(pa.scalar(1, pa.int32()), rows))
    )
