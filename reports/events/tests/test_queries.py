"""SQL and Python agree on what both have to know."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest

from merchants.marketplaces.placements import Placement
from reports.events.contract import PLACEMENTS
from reports.events.parts import by_day
from reports.events.queries import EVENTS

MIDNIGHT_IN_SHANGHAI = datetime(2026, 1, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "instant",
    [
        MIDNIGHT_IN_SHANGHAI - timedelta(microseconds=1),
        MIDNIGHT_IN_SHANGHAI,
        MIDNIGHT_IN_SHANGHAI + timedelta(hours=23, minutes=59),
        datetime(2000, 1, 1, tzinfo=UTC),
    ],
)
def test_the_day_of_an_instant_is_the_same_in_sql_and_in_the_names_of_files(
    instant: datetime,
) -> None:
    instants = pa.table({"occurred_at": pa.array([instant], pa.timestamp("us", "UTC"))})
    with duckdb.connect() as con:
        EVENTS.run(con, "shanghai_day")
        con.register("instants", instants)
        ((days,),) = con.execute(
            "SELECT shanghai_day(epoch_us(i.occurred_at)) FROM instants AS i"
        ).fetchall()
    ((day, _),) = by_day(instants)
    assert date(1970, 1, 1) + timedelta(days=days) == day


def test_placements_of_events_are_those_of_listings() -> None:
    """Two lists: the process that reads hostile files starts without Django."""
    assert list(PLACEMENTS) == Placement.values
