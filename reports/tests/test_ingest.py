"""Every event counts once: rows that came before, corrections, and the files that hold them."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reports.lake import tables as lake
from reports.sources.models import Batch
from reports.tests.sending import HEAD, ORDERS, ROW, Send, counts, current

pytestmark = pytest.mark.django_db

REAL = settings.BASE_DIR.parent / "shared" / "data"


@pytest.mark.parametrize(
    ("folder", "accepted", "quarantined"),
    [("taobao-2017", 78_228, 1), ("sessions-2019", 13_159, 145)],
)
def test_real_touchpoints_go_through_the_command(
    folder: str, accepted: int, quarantined: int
) -> None:
    file = REAL / folder / "touchpoints.csv.gz"
    if not file.exists():
        pytest.skip(f"The real data is not at {file}.")
    for _ in range(2):
        out = StringIO()
        with pytest.raises(CommandError, match=f"{quarantined} of .* rows were not taken"):
            call_command("ingest", "community", str(file), json=True, stdout=out)
        (answer,) = json.loads(out.getvalue())
        assert (answer["accepted"], answer["duplicate"]) == (accepted, 0)
        assert answer["reasons"] == {"missing": quarantined}
    assert len(current()) == accepted
    assert Batch.objects.count() == 1


def test_the_same_bytes_are_the_same_batch(send: Send) -> None:
    assert send(HEAD + ROW).pk == send(HEAD + ROW).pk


def test_rows_that_came_before_are_duplicates(send: Send) -> None:
    send(HEAD + ROW)
    again = send(HEAD + ROW + ROW.replace("t1", "t2") + ROW.replace("t1", "t2"))
    assert counts(again) == (3, 1, 2, 0)
    assert current() == [("t1",), ("t2",)]


def test_a_batch_of_duplicates_only_is_taken_in(send: Send) -> None:
    send(HEAD + ROW)
    assert counts(send(HEAD + ROW + ROW)) == (2, 0, 2, 0)


def test_the_same_key_of_another_source_is_another_event(send: Send) -> None:
    send(HEAD + ROW)
    assert counts(send(HEAD + ROW + "\n", source="links")) == (1, 1, 0, 0)


def test_a_correction_holds_and_both_versions_stay(send: Send) -> None:
    send(HEAD + ROW)
    corrected = send(HEAD + ROW.replace("n1", "n2"))
    assert (counts(corrected), corrected.corrected) == ((1, 1, 0, 0), 1)
    assert current(columns="event_id, note_id, version") == [("t1", "n2", 2)]
    assert len(lake.files("touchpoints")) == 2


def test_a_correction_may_move_an_event_to_another_day_and_back(send: Send) -> None:
    send(HEAD + ROW)
    send(HEAD + ROW.replace("01-31", "02-02"))
    assert current(columns="version, day::VARCHAR, event_id") == [(2, "2026-02-02", "t1")]
    old_day = [file for file in lake.files("touchpoints") if "01-31" in file]
    assert current(files=old_day) == []
    send(HEAD + ROW + "\n")
    assert current(columns="version, day::VARCHAR, event_id") == [(3, "2026-01-31", "t1")]


def test_an_event_that_moves_three_times_counts_only_where_it_now_is(send: Send) -> None:
    for day in ("01", "02", "03", "04"):
        send(HEAD + ROW.replace("01-31", f"02-{day}"))
    files = lake.files("touchpoints")
    counted = {
        day: current(columns="version", files=[file for file in files if f"02-{day}" in file])
        for day in ("01", "02", "03", "04")
    }
    assert counted == {"01": [], "02": [], "03": [], "04": [(4,)]}
    assert counts(send(HEAD + ROW.replace("01-31", "02-04") + "\n")) == (1, 0, 1, 0)


def test_stores_number_their_orders_independently(send: Send) -> None:
    row = "c1,2026-01-31T08:00:00Z,u1,{},order,{}\n"
    send(ORDERS + row.format("s1", 100), source="jd")
    other = send(ORDERS + row.format("s2", 200), source="jd")
    assert (counts(other), other.corrected) == ((1, 1, 0, 0), 0)
    corrected = send(ORDERS + row.format("s2", 300), source="jd")
    assert corrected.corrected == 1
    stand = current("conversions", columns="event_id, store_id, value_fen")
    assert sorted(stand) == [("c1", "s1", 100), ("c1", "s2", 300)]


def test_files_of_lost_attempts_are_deleted_after_a_day(send: Send) -> None:
    send(HEAD + ROW)
    (kept,) = lake.files("touchpoints")
    young, old = (Path(kept).with_name(f"community.9.{fence}-0.parquet") for fence in (1, 2))
    for orphan in (young, old):
        orphan.write_bytes(b"left")
    os.utime(old, (0, 0))
    os.utime(kept, (0, 0))
    assert lake.sweep() == 1
    assert (Path(kept).exists(), young.exists(), old.exists()) == (True, True, False)
    assert current() == [("t1",)]
