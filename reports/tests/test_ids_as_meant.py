"""The same id is the same in a file and in the portal, however it was typed, in any container."""

import json
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.companies.models import Merchant
from merchants.stores.models import Store
from portal import clock, meaning
from portal.accounts.models import User
from reports.events import plain_text, rules
from reports.events.contract import CONTRACTS
from reports.events.meant import meant
from reports.events.privacy import plain
from reports.events.reader import Reading
from reports.tests.sending import Send, counts, current

AS_TYPED = ["ＢＵＧ－１", "\ufeffBUG\u200b-1", " BUG-1\u3000", "BUG\u20101"]


def rows(ids: list[str]) -> list[dict[str, str]]:
    return [
        {"event_id": one, "occurred_at": "2026-01-31T08:00:00+08:00", "user_id": " ｕ1",
         "note_id": "n\u200d1", "kind": "like "}
        for one in ids
    ]  # fmt: skip


def in_container(container: str, ids: list[str], folder: Path) -> bytes | str:
    table, path = pa.Table.from_pylist(rows(ids)), folder / "a"
    match container:
        case "csv":
            pa.csv.write_csv(table, path)
        case "parquet":
            pq.write_table(table, path)
        case _:
            return "\n".join(json.dumps(row) for row in rows(ids))
    return path.read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize("container", ["csv", "jsonl", "parquet"])
def test_an_id_is_what_was_meant_in_every_container(
    send: Send, tmp_path: Path, container: str
) -> None:
    """The first is taken, the others are the same event again."""
    assert counts(send(in_container(container, AS_TYPED, tmp_path))) == (4, 1, 3, 0)
    assert current(columns="event_id, note_id, kind") == [("BUG-1", "n1", "like")]


def taken(path: Path) -> list[str]:
    judged = Reading(path, rules.Rules(CONTRACTS["touchpoints"], plain, clock.now()))
    return [one for checked in judged for one in checked.accepted["event_id"].to_pylist()]


def test_without_the_cleaning_none_of_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_container("csv", AS_TYPED, tmp_path)
    assert taken(tmp_path / "a") == ["BUG-1"] * 4
    monkeypatch.setattr(plain_text, "meant", lambda text: text)
    assert taken(tmp_path / "a") == []


@pytest.mark.django_db
def test_a_store_is_recognised_however_its_id_was_typed(
    send: Send, shop: Merchant, tmall_store: Store, alice: User
) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) for one in tmall_store.external_id)
    text = (
        "event_id,occurred_at,user_id,store_id,kind,value_fen\n"
        f"c1,2026-01-31T08:00:00Z,u1,{wide}, ｏｒｄｅｒ,\uff11\uff10\uff10 \n"
    )
    assert counts(send(text, source="taobao_tmall")) == (1, 1, 0, 0)
    assert current("conversions", columns="store_id, kind, value_fen") == [
        (tmall_store.external_id, "order", 100)
    ]


def _is_pictured(text: str) -> bool:
    return bool(meaning._SHAPING.search(text))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn")), max_size=8))
def test_whole_columns_are_cleaned_as_one_typed_id_is(text: str) -> None:
    alone = any(unicodedata.normalize("NFKC", one).startswith(" ") for one in text)
    # In a form nobody pastes what a spreadsheet puts around a text.
    guarded = "'" in text or "=" in text
    if not alone and not guarded and not _is_pictured(text):
        assert meant(pa.array([text])).to_pylist() == [meaning.identifier(text)]


@pytest.mark.parametrize("kept", ["A B", "a\x00b", "x" * 201, "order-1", ""])
def test_what_the_cleaning_does_not_know_stays_as_it_was_sent(kept: str) -> None:
    assert meant(pa.array([kept, None])).to_pylist() == [kept, None]


def test_a_column_of_plain_ids_is_not_copied() -> None:
    column = pa.array(["order-1", "order-2"])
    assert meant(column) is column
