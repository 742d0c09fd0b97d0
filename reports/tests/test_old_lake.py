"""A lake that was written before some of its columns is read on, and written on."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings

from reports.events.contract import LAKE_CONTRACTS
from reports.events.privacy import keyed
from reports.events.stamp import schema
from reports.lake import commits
from reports.lake import tables as lake
from reports.tests.sending import HEAD, ORDERS, ROW, Send, counts, current

pytestmark = pytest.mark.django_db

# The columns that came later.
LATER = {
    "touchpoints": {"arm", "produced_at", "signed"},
    "conversions": {"is_new_visitor", "revised_at", "produced_at"},
}
AT = datetime(2026, 1, 31, tzinfo=UTC)


def written_before(table: str, *, source: str, batch_id: int, **row: object) -> None:
    """A batch of one row in the lake as it was, in its own schema."""
    from deltalake import CommitProperties, DeltaTable, Transaction
    from deltalake.transaction import AddAction

    new = schema(LAKE_CONTRACTS[table])
    old = pa.schema([field for field in new if field.name not in LATER[table]])
    folder = lake.path(table)
    folder.mkdir(parents=True, exist_ok=True)
    of_table = old.append(pa.field("day", pa.date32()))
    DeltaTable.create(folder, of_table, mode="ignore", partition_by=["day"])
    part = f"day={date(2026, 1, 31)}/{source}.{batch_id}.1-0.parquet"
    file = Path(folder, part)
    file.parent.mkdir(parents=True, exist_ok=True)
    own = {"source": source, "batch_id": batch_id, "line": 2, "version": 1, "occurred_at": AT}
    user = keyed(settings.USER_HASH_KEY.encode()[:64])(pa.array(["u1"]))[0].as_py()
    pq.write_table(pa.Table.from_pylist([{**own, "user_key": user, **row}], schema=old), file)
    name = f"batch-{batch_id}"
    said = CommitProperties(
        custom_metadata={name: '{"days": ["2026-01-31"]}'},
        app_transactions=[Transaction(name, 1)],
    )
    add = AddAction(part, file.stat().st_size, {"day": "2026-01-31"}, 0, True, '{"numRecords": 1}')
    DeltaTable(folder).create_write_transaction(
        [add], "append", of_table, ["day"], commit_properties=said
    )


def test_an_old_lake_keeps_its_rows_and_takes_new_ones(send: Send) -> None:
    written_before(
        "touchpoints", source="community", batch_id=901, event_id="t1", note_id="n1", kind="click"
    )
    again = send(HEAD + ROW)
    assert counts(again) == (1, 0, 1, 0)
    arms = send(HEAD.replace("\n", ",arm\n") + ROW.replace("t1", "t2").replace("\n", ",control\n"))
    assert counts(arms) == (1, 1, 0, 0)
    assert current(columns="event_id, kind, arm") == [
        ("t1", "click", None),
        ("t2", "click", "control"),
    ]
    assert commits.committed(lake.open_table("touchpoints"), 901) is not None


def test_an_old_order_keeps_its_key(send: Send) -> None:
    """Its id has a guard that files lose today, and it stays another order; nothing is lost."""
    order = {"store_id": "s1", "kind": "order", "value_fen": 100}
    written_before("conversions", source="jd", batch_id=902, event_id="c1", **order)
    written_before("conversions", source="jd", batch_id=903, event_id="'c2", **order)
    new = "c1,2026-01-31T00:00:00Z,u1,s1,order,{}\n"
    assert counts(send(ORDERS + new.format(100), source="jd")) == (1, 0, 1, 0)
    corrected = send(ORDERS + new.format(200), source="jd")
    assert (counts(corrected), corrected.corrected) == ((1, 1, 0, 0), 1)
    found = current("conversions", columns="event_id, value_fen, version, revised_at")
    assert found == [("'c2", 100, 1, None), ("c1", 200, 2, None)]


def test_a_table_learns_its_columns_once() -> None:
    written_before(
        "touchpoints", source="community", batch_id=904, event_id="t1", note_id="n1", kind="click"
    )
    before = lake.open_table("touchpoints").version()
    assert lake.current_version("touchpoints") == before
    there = {field.name for field in lake.open_table("touchpoints").schema().fields}
    assert there == {*schema(LAKE_CONTRACTS["touchpoints"]).names, "day"}
