"""One event sent more than once: which content holds, what is a duplicate, what nobody can tell."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from portal.jobs.queue import run_now
from reports.events.sentences import reason_sentence
from reports.sources import receiving
from reports.sources.intake import quarantine_path
from reports.sources.models import Batch, Source
from reports.tests.sending import Send, counts, current

pytestmark = pytest.mark.django_db

HEAD = "event_id,occurred_at,user_id,store_id,kind,value_fen,revised_at\n"


def order(
    event_id: str = "c1",
    *,
    value: int = 100,
    kind: str = "order",
    day: str = "31",
    revised: str = "",
) -> str:
    at = f"2026-02-{revised}T00:00:00Z" if revised else ""
    return f"{event_id},2026-01-{day}T08:00:00Z,u1,s1,{kind},{value},{at}\n"


def stands() -> list[Any]:
    return current("conversions", columns="event_id, value_fen, version")


def made_at(moment: str, content: str, folder: Path) -> Batch:
    """Take in a file whose manifest says when it was made."""
    (folder / "a.csv").write_text(content)
    source = Source.objects.get(code="jd")
    said = {"produced_at": moment}
    batch = receiving.receive(
        source, path=folder / "a.csv", file_name="a.csv", by=None, manifest=said
    )
    assert batch.job
    run_now(batch.job)
    batch.refresh_from_db()
    return batch


def test_the_newest_revision_holds_whenever_it_came(send: Send) -> None:
    send(HEAD + order(value=300, revised="03"), source="jd")
    late = send(HEAD + order(value=100, revised="01"), source="jd")
    assert (counts(late), late.corrected) == ((1, 1, 0, 0), 0)
    assert stands() == [("c1", 300, 1)]
    newer = send(HEAD + order(value=400, revised="04"), source="jd")
    assert newer.corrected == 1
    between = send(HEAD + order(value=200, revised="02"), source="jd")
    assert (counts(between), between.corrected) == ((1, 1, 0, 0), 0)
    assert stands() == [("c1", 400, 2)]


def test_an_older_revision_that_came_late_is_there_once(send: Send) -> None:
    send(HEAD + order(value=300, revised="03"), source="jd")
    for more, wanted in [("", (1, 1, 0, 0)), ("\n", (1, 0, 1, 0))]:
        assert counts(send(HEAD + order(value=100, revised="01") + more, source="jd")) == wanted


def test_an_older_revision_leaves_no_day(send: Send) -> None:
    send(HEAD + order(value=300, day="30", revised="03"), source="jd")
    send(HEAD + order(value=100, day="29", revised="01"), source="jd")
    assert current("conversions", columns="day::VARCHAR, value_fen") == [("2026-01-30", 300)]


def test_of_revisions_in_one_file_the_newest_holds_in_any_order(send: Send) -> None:
    rows = [order(value=value, revised=f"0{value // 100}") for value in (200, 300, 100)]
    batch = send(HEAD + "".join(rows), source="jd")
    assert (counts(batch), batch.corrected) == ((3, 3, 0, 0), 2)
    assert stands() == [("c1", 300, 3)]


def test_without_revisions_the_file_that_was_made_later_holds(tmp_path: Path) -> None:
    made_at("2026-02-02T00:00:00Z", HEAD + order(value=200), tmp_path)
    late = made_at("2026-02-01T00:00:00Z", HEAD + order(value=100), tmp_path)
    assert (counts(late), late.corrected) == ((1, 1, 0, 0), 0)
    assert stands() == [("c1", 200, 1)]
    made_at("2026-02-03T00:00:00Z", HEAD + order(value=300), tmp_path)
    assert stands() == [("c1", 300, 2)]


def test_where_nothing_tells_what_was_received_last_holds(send: Send) -> None:
    for value in (100, 200):
        send(HEAD + order(value=value), source="jd")
    assert stands() == [("c1", 200, 2)]


def test_two_contents_in_one_file_are_both_set_aside(send: Send) -> None:
    send(HEAD + order("c0") + order("c1"), source="jd")
    batch = send(HEAD + order("c1", value=200) + order("c2") + order("c1", value=300), source="jd")
    assert counts(batch) == (3, 1, 0, 2)
    assert batch.reasons == {"conflict": 2}
    assert stands() == [("c0", 100, 1), ("c1", 100, 1), ("c2", 100, 1)]
    rows = batch.quarantined_rows.order_by("line")
    assert [(row.line, row.field, row.reason) for row in rows] == [
        (2, "event_id", "conflict"),
        (4, "event_id", "conflict"),
    ]
    assert "300" in rows[1].raw
    assert "u1" not in rows[1].raw
    assert pq.read_table(quarantine_path(batch)).num_rows == 2
    assert "revised_at" in reason_sentence("conflict")


def test_rows_that_could_not_be_read_are_kept_beside_those_that_conflict(send: Send) -> None:
    bad = order("c9", kind="dream")
    batch = send(HEAD + bad + order(value=200) + order(value=300), source="jd")
    assert counts(batch) == (3, 0, 0, 3)
    assert batch.reasons == {"not_a_choice": 1, "conflict": 2}
    assert [row.line for row in batch.quarantined_rows.order_by("line")] == [2, 3, 4]


@pytest.mark.parametrize(
    ("first", "second", "conflicts"),
    [("", "", True), ("01", "", True), ("01", "01", True), ("01", "02", False)],
)
def test_contents_conflict_unless_each_says_another_moment(
    send: Send, first: str, second: str, conflicts: bool
) -> None:
    rows = order(value=200, revised=first) + order(value=300, revised=second)
    assert bool(send(HEAD + rows, source="jd").quarantined) == conflicts


def test_the_same_row_twice_is_no_conflict(send: Send) -> None:
    assert counts(send(HEAD + order() * 3, source="jd")) == (3, 1, 2, 0)


def test_a_correction_never_changes_the_kind(send: Send) -> None:
    send(HEAD + order(revised="01"), source="jd")
    batch = send(HEAD + order("c2") + order(kind="cart", revised="02"), source="jd")
    assert (counts(batch), batch.reasons) == ((2, 1, 0, 1), {"kind_changed": 1})
    (row,) = batch.quarantined_rows.all()
    assert (row.line, row.field) == (3, "kind")
    assert current("conversions", columns="event_id, kind") == [("c1", "order"), ("c2", "order")]


def test_nothing_of_it_counts_twice_when_it_is_sent_again(send: Send) -> None:
    content = order("c1", value=1) + order("c1", value=2) + order("c2") + order("c3", kind="x")
    send(HEAD + content, source="jd")
    assert counts(send(HEAD + content + "\n", source="jd")) == (4, 0, 1, 3)
