"""Every row of a file is accounted for: accepted, duplicate or quarantined."""

import gzip
import json
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from merchants.models import Merchant, Store
from portal.accounts.models import User
from portal.jobs.queue import run_now
from reports import ingest, lake
from reports.events.contract import CONTRACTS
from reports.ingest.sentences import reason_sentence
from reports.models import Batch, Source
from reports.models.batch import BatchState

pytestmark = pytest.mark.django_db

HEAD = "event_id,occurred_at,user_id,note_id,kind\n"
ROW = "t1,2026-01-31T08:00:00+08:00,u1,n1,click\n"
ORDERS = "event_id,occurred_at,user_id,store_id,kind,value_fen\n"
# 270 MB in 270 KB: packed pieces one after the other are one gzip file.
BOMB = gzip.compress(f"{HEAD.strip()},title\n".encode()) + 300 * gzip.compress(
    (ROW.strip() + "," + "x" * 900_000 + "\n").encode()
)
REAL = settings.BASE_DIR.parent / "shared" / "data"

Send = Callable[..., Batch]


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Send some bytes to a source and take them in here and now."""

    def sending(
        content: bytes | str, *, source: str = "community", merchant: Merchant | None = None
    ) -> Batch:
        path = tmp_path / "sent"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        batch = ingest.receive(
            Source.objects.get(code=source),
            path=path,
            file_name="sent.csv",
            by=None,
            merchant=merchant,
        )
        path.unlink()
        assert batch.job is not None
        run_now(batch.job)
        batch.refresh_from_db()
        return batch

    return sending


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return batch.sent, batch.accepted, batch.duplicate, batch.quarantined


def current(table: str = "touchpoints", *, columns: str = "event_id") -> list[Any]:
    files = lake.files(table)
    if not files:
        return []
    query = f"SELECT {columns} FROM ({lake.current_rows(table)}) ORDER BY event_id"
    with duckdb.connect() as con:
        return con.execute(query, {"files": files}).fetchall()


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
        call_command("ingest", "community", str(file), json=True, stdout=out)
        (answer,) = json.loads(out.getvalue())
        assert (answer["accepted"], answer["duplicate"]) == (accepted, 0)
        assert answer["reasons"] == {"missing": quarantined}
    assert len(current()) == accepted
    assert Batch.objects.count() == 1


def test_user_ids_never_rest(send: Send) -> None:
    batch = send(
        HEAD + ROW.replace("u1", "secret-person") + "t2,,secret-person,n1,view\nt3,secret-person\n"
    )
    assert counts(batch) == (3, 1, 0, 2)
    for path in Path(settings.VAR_DIR).rglob("*"):
        assert not path.is_file() or b"secret-person" not in path.read_bytes()
    raws = list(batch.quarantined_rows.values_list("line", "reason", "raw"))
    assert raws == [(3, "missing", "t2,,***,n1,view"), (4, "broken_record", "***,***")]


def test_user_ids_never_rest_however_json_spells_them(send: Send) -> None:
    rest = '"occurred_at":"2026-01-31T08:00:00Z","note_id":"n1","kind":"buy"'
    lines = [
        f'{{"event_id":"t1","user_id":["secret-person"],{rest}}}',
        f'{{"event_id":"t2","user_id":{{"a":"secret-person"}},{rest}}}',
        f'{{"event_id":"t3","user_id":"secret-person","user_id":"u2",{rest}}}',
        f'{{"event_id":"t4","user\\u005fid":"secret-person",{rest}}}',
        f'{{"event_id":"t5","more":{{"user_id":"secret-person"}},"user_id":"u2",{rest}}}',
        '{"event_id":"t6","user_id":"secret-person',
    ]
    batch = send("\n".join(lines))
    assert counts(batch) == (6, 0, 0, 6)
    raws = list(batch.quarantined_rows.order_by("line").values_list("raw", flat=True))
    assert not any("secret-person" in raw for raw in raws)
    assert all('"user_id": "***"' in raw for raw in raws[:5])
    assert raws[5] == "(unreadable, not kept)"


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
    corrected = send(HEAD + ROW.replace("click", "view"))
    assert (counts(corrected), corrected.corrected) == ((1, 1, 0, 0), 1)
    assert current(columns="event_id, kind, version") == [("t1", "view", 2)]
    assert len(lake.files("touchpoints")) == 2


def test_a_correction_may_move_an_event_to_another_day_and_back(send: Send) -> None:
    send(HEAD + ROW)
    send(HEAD + ROW.replace("01-31", "02-02"))
    assert current(columns="version, day::VARCHAR, event_id") == [(2, "2026-02-02", "t1")]
    old_day = [file for file in lake.files("touchpoints") if "01-31" in file]
    with duckdb.connect() as con:
        assert con.execute(lake.current_rows("touchpoints"), {"files": old_day}).fetchall() == []
    send(HEAD + ROW + "\n")
    assert current(columns="version, day::VARCHAR, event_id") == [(3, "2026-01-31", "t1")]


def test_an_event_that_moves_three_times_counts_only_where_it_now_is(send: Send) -> None:
    for day in ("01", "02", "03", "04"):
        send(HEAD + ROW.replace("01-31", f"02-{day}"))
    files = lake.files("touchpoints")
    with duckdb.connect() as con:
        counted = {
            day: con.execute(
                f"SELECT version FROM ({lake.current_rows('touchpoints')})",
                {"files": [file for file in files if f"02-{day}" in file]},
            ).fetchall()
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


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("t2,2026-01-31T08:00:00,u1,n1,click", "occurred_at", "not_a_time"),
        ("t2,2026-02-30T08:00:00Z,u1,n1,click", "occurred_at", "not_a_time"),
        ("t2,1970-01-01T08:00:00Z,u1,n1,click", "occurred_at", "time_out_of_range"),
        ("t2,2999-01-01T08:00:00Z,u1,n1,click", "occurred_at", "time_out_of_range"),
        (",2026-01-31T08:00:00Z,u1,n1,click", "event_id", "missing"),
        ("t2,2026-01-31T08:00:00Z,,n1,click", "user_id", "missing"),
        ("t2,2026-01-31T08:00:00Z,u1,n1,buy", "kind", "not_a_choice"),
        (f"t2,2026-01-31T08:00:00Z,u1,{'n' * 201},view", "note_id", "too_long"),
        ("t2,2026-01-31T08:00:00Z,u1,n\x00,view", "note_id", "control_character"),
        ("t2,2026-01-31T08:00:00Z,u1,n1,view,more", "", "broken_record"),
        ('t2,2026-01-31T08:00:00Z,u1,"n1,view', "", "broken_record"),
    ],
)
def test_a_bad_touchpoint_is_quarantined_with_its_line(
    send: Send, row: str, field: str, reason: str
) -> None:
    batch = send(HEAD + ROW + row + "\n" + ROW.replace("t1", "t3"))
    assert counts(batch) == (3, 2, 0, 1)
    found = batch.quarantined_rows.get()
    assert (found.line, found.field, found.reason) == (3, field, reason)


@pytest.mark.parametrize(
    ("value", "reason"),
    [("-1", "out_of_range"), (str(10**18), "out_of_range"), ("1.5", "not_an_integer"),
     ("NaN", "not_an_integer")],
)  # fmt: skip
def test_a_value_is_a_sane_number_of_fen(send: Send, value: str, reason: str) -> None:
    batch = send(ORDERS + f"c1,2026-01-31T08:00:00Z,u1,s1,order,{value}\n", source="jd")
    assert counts(batch) == (1, 0, 0, 1)
    assert batch.reasons == {reason: 1}


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    choices = CONTRACTS["touchpoints"].choices("kind")
    assert "Use one of: view, like" in reason_sentence("not_a_choice", choices=choices)


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


def test_an_unknown_value_stays_unknown(send: Send) -> None:
    send(ORDERS + "c1,2026-01-31T08:00:00Z,u1,s1,order,\n", source="jd")
    assert current("conversions", columns="event_id, value_fen") == [("c1", None)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n", "The file is empty."),
        (HEAD.encode(), "no rows"),
        (b"event_id,kind\n1,2\n", "The header lacks: occurred_at"),
        (b"note_id," + HEAD.encode() + b"n," + ROW.encode(), "twice: note_id"),
        (b"x\0y," + HEAD.encode() + b"n," + ROW.encode(), "control characters"),
        (gzip.compress((HEAD + ROW * 9999).encode())[:-20], "damaged"),
        ((HEAD + ROW).encode() + "t2,笔记".encode("gbk"), "Line 3 is not UTF-8"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (bytes(range(255, 0, -1)) * 9, "Line 1 is not UTF-8"),
        ((HEAD + ROW).encode() + b"x" * 100_000_000, "Line 3 is longer than 1 MB"),
        (BOMB, "200 times"),
        (b"PAR1 and no more", "damaged"),
    ],
    ids=["empty", "blank", "no rows", "header", "twice", "nul in header", "cut gzip", "gbk",
         "xlsx", "junk", "long line", "bomb", "cut parquet"],
)  # fmt: skip
def test_a_bad_file_gets_one_sentence_and_changes_nothing(
    send: Send, content: bytes, sentence: str
) -> None:
    batch = send(content)
    assert batch.state == BatchState.FAILED
    assert sentence in batch.error
    assert counts(batch) == (0, 0, 0, 0)
    assert lake.files("touchpoints") == []
    assert not list((Path(settings.VAR_DIR) / "inbox").iterdir())


def test_every_format_gives_the_same_rows(send: Send, tmp_path: Path) -> None:
    rows = [
        {"event_id": f"t{at}", "occurred_at": "2026-01-31T08:00:00+08:00", "user_id": "u1",
         "note_id": '笔"记,', "kind": "like"}
        for at in range(5)
    ]  # fmt: skip
    jsonl = "\n".join(json.dumps(row) for row in rows)
    table = pa.Table.from_pylist(rows)
    pa.csv.write_csv(table, tmp_path / "a.csv")
    times = pa.array(["2026-01-31T00:00:00Z"] * 5).cast(pa.timestamp("us", "UTC"))
    pq.write_table(table.set_column(1, "occurred_at", times), tmp_path / "a.parquet")
    files = [(tmp_path / name).read_bytes() for name in ("a.csv", "a.parquet")]
    assert counts(send(jsonl)) == (5, 5, 0, 0)
    for content in files:
        assert counts(send(content)) == (5, 0, 5, 0)
        assert counts(send(gzip.compress(content))) == (5, 0, 5, 0)
        zstd = pa.Codec("zstd").compress(content, asbytes=True)
        assert counts(send(zstd)) == (5, 0, 5, 0)


def test_a_record_may_hold_line_breaks_and_later_lines_keep_their_numbers(send: Send) -> None:
    head = HEAD.replace("\n", ",title\n")
    batch = send(head + ROW.replace("\n", ',"a\nb"\n') + "t2,,u1,n1,view,x\n")
    assert counts(batch) == (2, 1, 0, 1)
    assert batch.quarantined_rows.get().line == 4
    assert batch.unknown_columns == ["title"]


def test_nested_json_is_quarantined(send: Send) -> None:
    good = {"event_id": "t1", "occurred_at": "2026-01-31T08:00:00Z", "user_id": "u1",
            "note_id": 7, "kind": "view"}  # fmt: skip
    lines = [good, {**good, "note_id": {"a": 1}}, ["t"], {**good, "event_id": "t2"}]
    batch = send("\n".join(map(json.dumps, lines)) + "\n" + "[" * 100_000)
    assert batch.reasons == {"nested": 1, "broken_record": 2}
    assert counts(batch) == (5, 2, 0, 3)


def test_a_merchant_may_send_only_rows_of_its_own_stores(
    send: Send, shop: Merchant, tmall_store: Store, alice: User
) -> None:
    row = "c{},2026-01-31T08:00:00Z,u1,{},order,100\n"
    content = ORDERS + row.format(1, tmall_store.external_id) + row.format(2, "another")
    batch = send(content, source="taobao_tmall", merchant=shop)
    assert counts(batch) == (2, 1, 0, 1)
    assert batch.reasons == {"store_not_yours": 1}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["nowhere", "x.csv"], "There is no source 'nowhere'"), (["jd", "x.csv"], "No such file")],
)
def test_the_command_names_what_is_wrong(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("ingest", *arguments)
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "said",
    [{"rows": 2}, {"value_fen": 99}, {"sha256": "0"}, {"period": ["2026-02-01", "2026-02-02"]}],
)
def test_a_manifest_that_tells_something_else_is_refused(
    said: dict[str, Any], tmp_path: Path
) -> None:
    file, manifest = tmp_path / "a.csv", tmp_path / "a.json"
    file.write_text(ORDERS + "c1,2026-01-31T08:00:00Z,u1,s1,order,100\n")
    manifest.write_text(json.dumps(said))
    with pytest.raises(CommandError, match="The manifest says"):
        call_command("ingest", "jd", str(file), manifest=manifest)
    assert lake.files("conversions") == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"rows": "1"}, "manifest's rows"),
        ({"value_fen": 1.5}, "manifest's value_fen"),
        ({"sha256": 5}, "manifest's sha256"),
        ({"period": 5}, "manifest's period"),
        ({"period": ["2026-02-01"]}, "manifest's period"),
        ({"period": ["2026-02-30", "2026-03-01"]}, "manifest's period"),
        ([], "not a JSON object"),
    ],
)
def test_a_manifest_of_another_form_is_refused_before_anything_is_kept(
    said: Any, sentence: str, tmp_path: Path
) -> None:
    file, manifest = tmp_path / "a.csv", tmp_path / "a.json"
    file.write_text(ORDERS + "c1,2026-01-31T08:00:00Z,u1,s1,order,100\n")
    manifest.write_text(json.dumps(said))
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("ingest", "jd", str(file), manifest=manifest)
    assert refused.value.returncode == 2
    assert not Batch.objects.exists()
