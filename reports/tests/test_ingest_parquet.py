"""What only Parquet can hold: any bytes as text, instants of any fineness, year and zone."""

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal import clock
from reports.events.contract import TOUCHPOINTS, BadFile, Fault, Reason
from reports.events.privacy import plain
from reports.events.reader import Reading
from reports.events.rules import Rules
from reports.sources.models import BatchState
from reports.tests.sending import Send, counts

pytestmark = pytest.mark.django_db

# 2026-01-31 00:00 UTC.
SECONDS = 1_769_817_600
ROUND = 2**64


def file(**columns: Any) -> bytes:
    """Two touchpoints, with these columns instead of their own."""
    own = {
        "event_id": ["t1", "t2"],
        "occurred_at": pa.array([SECONDS, SECONDS], pa.timestamp("s", "UTC")),
        "user_id": ["u1", "u2"],
        "note_id": ["n1", "n1"],
        "kind": ["like", "like"],
    }
    kept = io.BytesIO()
    pq.write_table(pa.table(own | columns), kept)
    return kept.getvalue()


@pytest.mark.parametrize("column", ["event_id", "user_id", "note_id", "kind", "occurred_at"])
@pytest.mark.parametrize("packed", [False, True])
def test_text_that_is_not_utf_8_is_refused_with_its_row(
    send: Send, column: str, packed: bool
) -> None:
    values = pa.array([b"n1", b"\xff\xfe"]).view(pa.string())
    batch = send(file(**{column: values.dictionary_encode() if packed else values}))
    assert batch.state == BatchState.FAILED
    assert "2" in batch.error
    assert "UTF-8" in batch.error


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        ("s", SECONDS + ROUND // 10**6),
        ("ms", SECONDS * 1000 + ROUND // 1000),
        ("ms", 2**62),
        ("us", 2**62),
        ("us", -(2**63)),
    ],
)
def test_an_instant_that_is_too_far_away_does_not_come_round(
    send: Send, unit: str, number: int
) -> None:
    near = SECONDS * {"s": 1, "ms": 1000, "us": 10**6}[unit]
    batch = send(file(occurred_at=pa.array([near, number], pa.timestamp(unit, "UTC"))))
    assert counts(batch) == (2, 1, 0, 1)
    assert batch.reasons == {Reason.TIME_OUT_OF_RANGE: 1}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Mars/Base", "+25:00", None])
def test_a_row_that_is_not_taken_shows_its_instant_whatever_it_is_written_in(
    send: Send, zone: str | None
) -> None:
    fine = SECONDS * 10**9 + 1
    times = pa.array([fine, fine], pa.timestamp("ns", zone))
    batch = send(file(occurred_at=times, kind=["like", "nonsense"]))
    assert counts(batch) == (2, 1, 0, 1) if zone else (2, 0, 0, 2)
    for row in batch.quarantined_rows.all():
        assert "2026-01-31 00:00:00.000000001" in row.raw


def test_a_value_that_is_written_once_and_stands_in_every_row_is_refused(tmp_path: Path) -> None:
    rows = 20_000
    values = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["x" * 120_000])
    same = {"event_id": ["t"] * rows, "user_id": ["u"] * rows, "kind": ["like"] * rows}
    times = pa.array([SECONDS] * rows, pa.timestamp("s", "UTC"))
    (tmp_path / "once.parquet").write_bytes(file(**same, occurred_at=times, note_id=values))
    # Here, without the limits of the child, as bare files are read.
    reading = Reading(tmp_path / "once.parquet", Rules(TOUCHPOINTS, plain, clock.now()))
    with pytest.raises(BadFile) as refused:
        list(reading)
    assert refused.value.fault == Fault.TOO_MUCH_MEMORY


def test_of_columns_that_are_not_ours_little_is_kept(send: Send) -> None:
    others = {f"{number}{'x' * 100_000}": ["1", "1"] for number in range(60)}
    batch = send(file(**others))
    assert counts(batch) == (2, 2, 0, 0)
    *named, others = batch.unknown_columns
    assert len(named) == 50
    assert {len(column["name"]) for column in named} == {100}
    assert others["name"] == ""
