"""A value has one meaning, whatever the container that brings it.

Every value is written as text into CSV, JSONL and Parquet of each type of text, and as a value of
its own kind into JSON and Parquet of each type that can hold it; all of them are read as one.
"""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.events import rules
from reports.events.contract import Reason
from reports.events.declared import Declared
from reports.events.tests.meanings import (
    AT,
    FEN,
    GRID,
    NOWHERE,
    TEN,
    YUAN,
    expected,
    meanings,
    read,
    said,
    table,
)

TEXTS = [
    pa.string(), pa.large_string(), pa.string_view(),
    pa.dictionary(pa.int32(), pa.string()), pa.dictionary(pa.int8(), pa.large_string()),
]  # fmt: skip


@pytest.mark.parametrize("name", GRID)
def test_text_means_the_same_in_every_container(name: str, tmp_path: Path) -> None:
    column, declared, forms = GRID[name]
    texts, meant = list(forms), expected(column, list(forms.values()))
    rows = table(column, pa.array(texts)).to_pylist()
    with (tmp_path / "a.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for container in ("a.csv", "a.jsonl"):
        found = read(tmp_path / container, declared)
        assert meanings(found, column, len(texts)) == meant, container
    for sent in TEXTS:
        values = pa.array(texts, sent) if not pa.types.is_dictionary(sent) else _packed(texts, sent)
        assert said(tmp_path / "a.parquet", column, values, declared) == meant, sent


def _packed(texts: list[str], sent: pa.DataType) -> pa.Array:
    return pa.array(texts, sent.value_type).dictionary_encode().cast(sent)


@pytest.mark.parametrize("literal", ["4.21E+17", "421.0", "4.21e2"])
def test_a_json_number_with_a_fraction_is_no_id(literal: str, tmp_path: Path) -> None:
    row = json.dumps({"event_id": "0", "occurred_at": AT, "store_id": "s1", "kind": "order"})
    (tmp_path / "a.jsonl").write_text(row[:-1] + f', "order_id": {literal}}}\n')
    assert read(tmp_path / "a.jsonl", FEN) == {0: ("order_id", Reason.DAMAGED_ID)}


def test_a_time_without_zone_is_taken_by_a_declared_zone_alone(tmp_path: Path) -> None:
    texts = ["2026-11-20 10:00:00", "2026/11/20 10:00", AT, "2026-02-30 10:00"]
    without = [Reason.NO_ZONE, Reason.NO_ZONE, TEN, Reason.NOT_A_TIME]
    found = said(tmp_path / "a.parquet", "occurred_at", pa.array(texts), NOWHERE)
    assert found == expected("occurred_at", without)


def test_a_clock_that_shows_a_time_twice_or_never_says_no_instant(tmp_path: Path) -> None:
    berlin = Declared(zone="Europe/Berlin")
    texts = ["2026-10-25 02:30", "2026-03-29 02:30", "2026-10-25 02:30+01:00", "2026-07-01 02:30"]
    found = said(tmp_path / "a.parquet", "occurred_at", pa.array(texts), berlin)
    assert found == [
        ("occurred_at", Reason.NOT_A_TIME),
        ("occurred_at", Reason.NOT_A_TIME),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 7, 1, 0, 30, tzinfo=UTC),
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(
        st.text(st.sampled_from("0123456789.,+-Ee¥元分 '=\"\t年月日:/TZ是order"), max_size=12),
        min_size=1,
        max_size=30,
    )
)
@pytest.mark.parametrize("column", ["order_id", "value_fen", "revised_at", "is_new_customer"])
def test_whatever_is_written_containers_agree(
    column: str, values: list[str], tmp_path: Path
) -> None:
    rows = table(column, pa.array(values)).to_pylist()
    with (tmp_path / "a.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    in_parquet = said(tmp_path / "a.parquet", column, pa.array(values), YUAN)
    for container in ("a.csv", "a.jsonl"):
        found = read(tmp_path / container, YUAN)
        assert meanings(found, column, len(values)) == in_parquet, container


def test_without_reading_what_is_meant_nothing_of_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twins: no guards stripped, no damage seen."""
    guarded, damaged = pa.array(["'4210", '="4210"']), pa.array(["4.21E+17"])
    monkeypatch.setattr("reports.events.plain_text.meant", lambda text: text)
    monkeypatch.setattr(rules, "_DAMAGED", "^$")
    assert said(tmp_path / "a.parquet", "order_id", guarded, FEN) == guarded.to_pylist()
    assert said(tmp_path / "b.parquet", "order_id", damaged, FEN) == damaged.to_pylist()
