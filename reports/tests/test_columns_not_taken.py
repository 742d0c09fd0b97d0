"""Columns that are not ours: named, counted, never kept."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.utils import translation

from portal.accounts.models import User
from reports.sources.models import Batch
from reports.tests.sending import HEAD, ROW, Send

pytestmark = pytest.mark.django_db

PHONE = "13800138000"


def two_rows(container: str) -> bytes:
    """Two touchpoints with a phone in one of them, and a name in none."""
    rows: list[dict[str, Any]] = [
        dict(zip(HEAD.strip().split(","), ROW.strip().split(","), strict=True))
        | {"event_id": f"t{at}", "phone": PHONE if at else None, "buyer": None}
        for at in range(2)
    ]
    match container:
        case "csv":
            lines = [",".join(rows[0]), *(",".join(v or "" for v in r.values()) for r in rows)]
            return "\n".join(lines).encode()
        case "jsonl":
            return "\n".join(map(json.dumps, rows)).encode()
        case _:
            kept = io.BytesIO()
            text = pa.schema([(name, pa.string()) for name in rows[0]])
            pq.write_table(pa.Table.from_pylist(rows, schema=text), kept)
            return kept.getvalue()


@pytest.mark.parametrize("container", ["csv", "jsonl", "parquet"])
def test_a_column_that_is_not_ours_is_counted_and_its_values_rest_nowhere(
    send: Send, container: str
) -> None:
    batch = send(two_rows(container))
    told = {column["name"]: column for column in batch.unknown_columns}
    assert told["phone"] == {"name": "phone", "values": 1, "type": "text"}
    assert told["buyer"]["values"] == 0
    files = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()]
    assert not [path for path in files if PHONE.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("value", "kind"), [(5, "number"), (True, "flag"), ([1], "nested"), ("x", "text")]
)
def test_the_type_of_its_values_is_told(send: Send, value: object, kind: str) -> None:
    row = dict(zip(HEAD.strip().split(","), ROW.strip().split(","), strict=True))
    batch = send(json.dumps({**row, "more": value}))
    assert batch.unknown_columns == [{"name": "more", "values": 1, "type": kind}]


def test_a_name_that_few_rows_have_is_counted_and_not_told(send: Send) -> None:
    """An id may stand where a name should."""
    row = dict(zip(HEAD.strip().split(","), ROW.strip().split(","), strict=True))
    rows = [{**row, "event_id": f"t{at}", f"person-{at}": 1} for at in range(9)]
    batch = send("\n".join(map(json.dumps, rows)))
    assert batch.unknown_columns == [{"name": "", "values": 9, "type": "number"}]


def test_the_page_tells_of_it_in_both_languages(send: Send, admin: User, client_of: Any) -> None:
    batch = send(two_rows("csv"))
    page = client_of(admin).get(batch.get_absolute_url()).content.decode()
    assert "phone: 1 value, text" in page
    assert "Not taken, and not kept" in page
    with translation.override("zh-hans"):
        assert batch.not_taken[0] == "phone：1 个值，文本"


def test_of_an_older_batch_the_names_are_told() -> None:
    assert Batch(unknown_columns=["phone"]).not_taken == ["phone"]
