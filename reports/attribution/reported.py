"""Whose rows count where a merchant and the marketplace report the same store; see reported.sql."""

from datetime import date

import pyarrow as pa

from reports.attribution.engine import QUERIES
from reports.events.queries import Connection
from reports.lake import tables as lake

_OVERRULED = pa.schema({name: pa.string() for name in ("source", "store_id", "event_id")})


def show(
    connection: Connection,
    nouns: dict[str, pa.Table],
    files: list[str],
    *,
    days: set[date],
) -> None:
    """Name those of `lake_conversions` that count `reported`.

    `files` are all of the lake's conversions, `days` those that were read. Only where a merchant
    has said something himself of these days it is looked for in what his marketplace says of any.
    """
    sources = nouns["sources"].to_pylist()
    own = {s["code"]: s["marketplace"] for s in sources if s["merchant_id"] is not None}
    said = {
        own[lake.source_of(file)]
        for file in lake.of_days(files, days)
        if lake.source_of(file) in own
    }
    theirs = {s["code"] for s in sources if s["merchant_id"] is None and s["marketplace"] in said}
    beside = [file for file in files if lake.source_of(file) in theirs]
    if beside:
        QUERIES.step(connection, "lake/overruled", files=lake.readable(beside))
    else:
        connection.register("overruled", _OVERRULED.empty_table())
    QUERIES.view(connection, "lake/reported")
