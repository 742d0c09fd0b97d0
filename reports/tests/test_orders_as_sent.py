"""Order files as tools and people make them: each row is taken as it is meant, or told why not."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports.events.sentences import reason_sentence
from reports.lake import tables as lake
from reports.tests.sending import Send, counts, current

pytestmark = pytest.mark.django_db

HEAD = "event_id,occurred_at,user_id,store_id,kind,order_id,quantity,value_fen\n"


def row(event_id: str, *, user: str = "u1", kind: str = "order", value: object = 19900) -> str:
    return f"{event_id},2026-11-20T10:00:00+08:00,{user},284,{kind},{event_id},1,{value}\n"


def test_ids_that_a_spreadsheet_has_rounded_are_refused_with_the_way_to_keep_them(
    send: Send,
) -> None:
    batch = send(HEAD + "".join(row("4.21000E+18", user=f"u{at}") for at in range(3)), source="jd")
    assert counts(batch) == (3, 0, 0, 3)
    assert batch.reasons == {"damaged_id": 3}
    assert "ids as text" in reason_sentence("damaged_id")


def test_amounts_above_the_bound_of_a_line_change_no_other_order(send: Send) -> None:
    send(HEAD + row("c1"), source="jd")
    large = "".join(row(f"big{at}", value=999_999_999_999_999_999) for at in range(12))
    batch = send(HEAD + large, source="jd")
    assert (counts(batch), batch.reasons) == ((12, 0, 0, 12), {"above_bound": 12})
    assert current("conversions", columns="event_id, value_fen") == [("c1", 19900)]


def test_blanks_around_values_mean_nothing(send: Send) -> None:
    rows = [
        row("sp1", kind="order "), row("sp3", user="u1 "), row("sp4 "), row("sp4"),
        row("sp5", value=" 19900"),
    ]  # fmt: skip
    assert counts(send(HEAD + "".join(rows), source="jd")) == (5, 4, 1, 0)
    found = current("conversions", columns="event_id, order_id, kind, value_fen")
    assert found == [(name, name, "order", 19900) for name in ("sp1", "sp3", "sp4", "sp5")]
    with_lake = current("conversions", columns="COUNT(DISTINCT user_key) OVER (), event_id")
    assert {users for users, _event in with_lake} == {1}


def test_a_tab_that_keeps_ids_text_is_no_part_of_them(send: Send) -> None:
    assert counts(send(HEAD + row("tab1\t") + row("tab2\t"), source="jd")) == (2, 2, 0, 0)
    assert current("conversions", columns="event_id, order_id") == [
        ("tab1", "tab1"),
        ("tab2", "tab2"),
    ]


def test_parquet_times_without_a_zone_are_never_utc_in_silence(send: Send) -> None:
    kept = io.BytesIO()
    times = pa.array([1_795_136_400, 1_795_215_600], pa.timestamp("s"))
    columns = {"event_id": ["pn1", "pn2"], "store_id": ["284"] * 2, "kind": ["order"] * 2}
    pq.write_table(pa.table({**columns, "occurred_at": times}), kept)
    batch = send(kept.getvalue(), source="jd")
    assert (counts(batch), batch.reasons) == ((2, 0, 0, 2), {"no_zone": 2})
    assert lake.files("conversions") == []
