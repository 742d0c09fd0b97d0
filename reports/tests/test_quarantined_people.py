"""Whoever is named in a row that is not taken rests nowhere: no page, download, row or file."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from portal.accounts.models import User
from reports.sources.models import Batch
from reports.tests.sending import HEAD, ROW, Send, counts

pytestmark = pytest.mark.django_db
PERSON = "secret-person"
NAMES = HEAD.strip().split(",")
GOOD = {
    "event_id": "t1", "occurred_at": "2026-01-31T08:00:00Z", "user_id": "u1", "note_id": "n1",
    "kind": "viewed-by-nobody",
}  # fmt: skip

# A field too much, one too few, a person in each field, in quotes, behind blanks, in other letters.
ROWS = [
    f"t2,2026-01-31T08:00:00Z,u1,n1,view,{PERSON}", f"t2,{PERSON},n1,view", f"{PERSON}",
    f"t2,,{PERSON},n1,view", f"{PERSON},,u1,n1,view", f"t2,{PERSON},u1,n1,view",
    f"t2,,u1,{PERSON},view", f"t2,,u1,n1,{PERSON}", f't2,,"{PERSON}","n1",view',
    f't2,,u1,"{PERSON}, and more",view', f't2,2026-01-31T08:00:00Z,"{PERSON},n1,view',
    f"t2,,u1, {PERSON} ,view", f"t2;2026-01-31T08:00:00Z;{PERSON};n1;view",
]  # fmt: skip


def rests(batch: Batch) -> list[str]:
    """The places in which the person is found: files and tables of the site."""
    files = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()]
    found = [str(path) for path in files if PERSON in path.read_bytes().decode("latin1").lower()]
    for path in files:
        if path.suffix == ".parquet" and PERSON in str(pq.read_table(path).to_pydict()).lower():
            found.append(f"{path} unpacked")
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(row_to_json(q)::text) FROM reports_quarantinedrow q")
        found += [row for (row,) in cursor.fetchall() if PERSON in row]
        cursor.execute("SELECT lower(row_to_json(b)::text) FROM reports_batch b")
        found += [row for (row,) in cursor.fetchall() if PERSON in row]
    return found


def test_a_person_in_a_csv_row_that_is_not_taken_rests_nowhere(send: Send) -> None:
    rows = [*(row.replace(PERSON, PERSON.upper()) for row in ROWS), *ROWS]
    batch = send(HEAD + ROW + "\n".join(rows) + "\n")
    assert counts(batch) == (1 + len(rows), 1, 0, len(rows))
    assert rests(batch) == []


def test_a_person_in_a_json_row_that_is_not_taken_rests_nowhere(send: Send) -> None:
    values: list[Any] = [PERSON, [PERSON], {"user_id": PERSON}, {PERSON: 1}]
    names = [*NAMES, "userId", "who", PERSON]
    rows = [json.dumps({**GOOD, name: value}) for name in names for value in values]
    batch = send("\n".join(rows))
    assert counts(batch) == (len(rows), 0, 0, len(rows))
    assert rests(batch) == []


def test_a_person_in_a_parquet_row_that_is_not_taken_rests_nowhere(send: Send) -> None:
    names, written = [*NAMES, "who"], BytesIO()
    rows = [{"who": "nobody", **GOOD, name: PERSON} for name in names]
    pq.write_table(pa.Table.from_pylist(rows), written)
    batch = send(written.getvalue())
    assert counts(batch) == (len(rows), 0, 0, len(rows))
    assert rests(batch) == []


def test_page_and_download_show_what_is_recognised(send: Send, admin: User, client_of: Any) -> None:
    batch = send(f"{HEAD.strip()},buyer\nt2345678,,{PERSON},n1,vieww,{PERSON}\n")
    shown = "t2…78,,***,***,vieww,***"
    assert batch.quarantined_rows.get().raw == shown
    client = client_of(admin)
    page = client.get(batch.get_absolute_url()).content.decode()
    download = client.get(reverse("reports:batch-quarantine", args=[batch.pk])).getvalue().decode()
    for answer in (page, download):
        assert shown in answer
        assert PERSON not in answer
