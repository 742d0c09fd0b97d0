"""A file is read whatever its format, or refused as a whole with one sentence."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reports.lake import tables as lake
from reports.sources.models import Batch, BatchState
from reports.tests.sending import HEAD, ORDERS, ROW, Send, counts

pytestmark = pytest.mark.django_db

# 270 MB in 270 KB: packed pieces one after the other are one gzip file.
BOMB = gzip.compress(f"{HEAD.strip()},title\n".encode()) + 300 * gzip.compress(
    (ROW.strip() + "," + "x" * 900_000 + "\n").encode()
)
ZSTD = pa.Codec("zstd")
# A frame of zstd that readers skip, as tools write them for notes of their own.
SKIPPED = b"\x5a\x2a\x4d\x18" + (9).to_bytes(4, "little") + b"of a tool"


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
        (gzip.compress((HEAD + ROW).encode())[:-1], "damaged"),
        (gzip.compress((HEAD + ROW).encode()) + b"\0\0and more", "damaged"),
        (BOMB + b"\0" * 999, "200 times"),
        (SKIPPED, "The file is empty."),
        (SKIPPED[:-1], "damaged"),
        (SKIPPED + ZSTD.compress(gzip.decompress(BOMB), asbytes=True), "200 times"),
        ((HEAD + ROW).encode() + "t2,笔记".encode("gbk"), "Line 3 is not UTF-8"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (bytes(range(255, 0, -1)) * 9, "Line 1 is not UTF-8"),
        ((HEAD + ROW).encode() + b"x" * 100_000_000, "Line 3 is longer than 1 MB"),
        (BOMB, "200 times"),
        (b"PAR1 and no more", "damaged"),
    ],
    ids=["empty", "blank", "no rows", "header", "twice", "nul in header", "cut gzip",
         "gzip without its last byte", "gzip before something", "bomb before zeros",
         "nothing but a skipped frame", "cut skipped frame", "bomb behind a skipped frame", "gbk",
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
        zstd = ZSTD.compress(content, asbytes=True)
        assert counts(send(zstd)) == (5, 0, 5, 0)


def test_a_packed_file_is_read_with_what_tools_put_around_it(send: Send) -> None:
    head, row = gzip.compress(HEAD.encode()), gzip.compress(ROW.encode())
    zstd = ZSTD.compress((HEAD + ROW).encode(), asbytes=True)
    # Filled up to a whole block, in one member, between two, and for longer than is read at once.
    assert counts(send(head + row + b"\0" * 9)) == (1, 1, 0, 0)
    assert counts(send(head + b"\0" * 200_000 + row + b"\0" * 512)) == (1, 0, 1, 0)
    for framed in (SKIPPED + zstd, SKIPPED * 2 + zstd, zstd + SKIPPED):
        assert counts(send(framed)) == (1, 0, 1, 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["nowhere", "x.csv"], "There is no source 'nowhere'"), (["jd", "x.csv"], "No such file")],
)
def test_the_command_names_what_is_wrong(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("ingest", *arguments)
    assert refused.value.returncode == 2


def test_the_command_ends_well_only_when_every_row_of_every_file_was_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "c{},2026-01-31T08:00:00Z,u1,s1,{},100\n"
    contents = {
        "good.csv": ORDERS + row.format(1, "order"),
        "half.csv": ORDERS + row.format(2, "order") + row.format(3, "nonsense"),
        "bad.csv": "no,header\n1,2\n",
        "last.csv": ORDERS + row.format(4, "order"),
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    files = [str(tmp_path / name) for name in contents]
    call_command("ingest", "jd", files[0])
    capsys.readouterr()
    with pytest.raises(CommandError) as refused:
        call_command("ingest", "jd", *files, json=True)
    assert refused.value.returncode == 2
    said = str(refused.value)
    assert "\n" not in said
    assert "half.csv: 1 of 2 rows were not taken." in said
    assert "bad.csv: The header lacks" in said
    assert "good.csv" not in said
    answers = json.loads(capsys.readouterr().out)
    assert [answer["file"] for answer in answers] == list(contents)
    assert ["error" in answer for answer in answers] == [False, False, True, False]


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
        ({"period": ["2026-03-01", "2026-02-01"]}, "manifest's period"),
        ({"period": ["2024-03-01", "2026-02-01"]}, "manifest's period"),
        ({"period": {"first_on": "2026-02-01"}}, "manifest's period"),
        ({"rows": True}, "manifest's rows"),
        ({"rows": -1}, "manifest's rows"),
        ({"is_whole": "yes"}, "manifest's is_whole"),
        ({"is_whole": True}, "manifest's is_whole .* Name its days"),
        ({"period_rows": 7}, "manifest's period_rows .* Name its days"),
        ({"produced_at": "2026-02-01T02:00"}, "manifest's produced_at"),
        ({"produced_at": "2999-02-01T02:00Z"}, "produced_at lies more than a day ahead"),
        ({"sampling_ratio": "1"}, "manifest's sampling_ratio"),
        ({"sampling_ratio": 0}, "manifest's sampling_ratio"),
        ({"sampling_ratio": 1.1}, "manifest's sampling_ratio"),
        ({"row": 1}, "key row is not known. Known are: rows, value_fen"),
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


@pytest.mark.parametrize(
    "period", [["2026-01-31", "2026-02-02"], {"first_on": "2026-01-31", "last_on": "2026-02-02"}]
)
def test_what_a_manifest_says_of_its_period_stands_on_the_batch(
    period: Any, tmp_path: Path
) -> None:
    file, manifest = tmp_path / "a.csv", tmp_path / "a.json"
    file.write_text(ORDERS + "c1,2026-01-31T08:00:00Z,u1,s1,order,100\n")
    said = {
        "rows": 1,
        "value_fen": 100,
        "period": period,
        "is_whole": True,
        "period_rows": 3,
        "produced_at": "2026-02-03T02:00:00+08:00",
        "sampling_ratio": 1.0,
    }
    manifest.write_text(json.dumps(said))
    call_command("ingest", "jd", str(file), manifest=manifest)
    batch = Batch.objects.get()
    assert (str(batch.period_first_on), str(batch.period_last_on)) == ("2026-01-31", "2026-02-02")
    assert batch.is_whole
    assert batch.period_rows == 3
    assert batch.period_value_fen == 100
    assert str(batch.produced_at) == "2026-02-02 18:00:00+00:00"
