"""Conversions that names tie together: an order, the other lines of its order_id, its refunds.

They may lie years apart. The index beside the lake tells their days, so that whoever asks for some
of them reads these days and not all of history.
"""

from datetime import date

from reports.attribution import engine
from reports.attribution.engine import QUERIES
from reports.events import naming
from reports.events.queries import Connection
from reports.events.sheets import Entries
from reports.lake import index
from reports.lake import tables as lake
from reports.lake.index import Index

NAMES = (naming.ORDERS, naming.REFUNDS)


def files_of(connection: Connection, files: list[str]) -> list[str]:
    """Of the lake's files of conversions those of the days that have kin of what `kin_names` names.

    `kin_names` is a table with store_id (of the lake) and name: an event_id or an order_id. It
    grows by the names of the kin. A day too many may be among them, none is missing.
    """
    found: set[date] = set()
    asked, names = 0, _count(connection)
    while names > asked:
        found |= _days(_entries(connection), files)
        asked = names
        near = lake.readable(lake.of_days(files, found))
        if near:
            QUERIES.step(connection, "kin/kin_found", files=near)
            QUERIES.add(connection, "kin/more_names", to="kin_names")
            connection.execute("DROP TABLE kin_found")
        names = _count(connection)
    return lake.of_days(files, found)


def _days(entries: Entries, files: list[str]) -> set[date]:
    there = [(lake.below(file), lake.day_of(file)) for file in files]
    return set().union(
        *(index.days_of(Index("conversions", name), entries, there) for name in NAMES)
    )


def _entries(connection: Connection) -> Entries:
    # Hashes are DuckDB's, whichever engine found the names.
    with engine.beside(connection, "kin_names") as here:
        naming.prepare(here)
        found: Entries = here.execute(QUERIES.text("kin/entries")).fetchnumpy()["entry"]
    return found


def _count(connection: Connection) -> int:
    ((names,),) = QUERIES.rows(connection, "kin/count")
    return int(names)
