"""Every row of a file is accounted for: what is wrong with one is quarantined with its line."""

import json

import pytest

from merchants.companies.models import Merchant
from merchants.stores.models import Store
from portal.accounts.models import User
from reports.events.contract import CONTRACTS
from reports.events.sentences import reason_sentence
from reports.tests.sending import HEAD, ORDERS, ROW, Send, counts, current

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("t2,2026-01-31T08:00:00,u1,n1,click", "occurred_at", "no_zone"),
        ("t2,20260131080000,u1,n1,click", "occurred_at", "not_a_time"),
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
    [("-1", "out_of_range"), (str(10**9 + 1), "above_bound"), ("1.5", "not_an_integer"),
     ("NaN", "not_an_integer")],
)  # fmt: skip
def test_a_value_is_a_sane_number_of_fen(send: Send, value: str, reason: str) -> None:
    batch = send(ORDERS + f"c1,2026-01-31T08:00:00Z,u1,s1,order,{value}\n", source="jd")
    assert counts(batch) == (1, 0, 0, 1)
    assert batch.reasons == {reason: 1}


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    choices = CONTRACTS["touchpoints"].choices("kind")
    assert "Use one of: view, like" in reason_sentence("not_a_choice", choices=choices)


def test_an_unknown_value_stays_unknown(send: Send) -> None:
    send(ORDERS + "c1,2026-01-31T08:00:00Z,u1,s1,order,\n", source="jd")
    assert current("conversions", columns="event_id, value_fen") == [("c1", None)]


def test_an_order_that_names_nobody_is_an_order_and_a_refund_needs_nobody(send: Send) -> None:
    head = ORDERS.replace("\n", ",refund_of\n")
    order, refund = ",s1,order,100,\n", ",s1,refund,100,c1\n"
    at = "2026-01-31T08:00:00Z,"
    assert counts(send(f"{head}c1,{at}{order}r1,{at}{refund}", source="jd")) == (2, 2, 0, 0)
    found = current("conversions", columns="event_id, user_key, click_id")
    assert found == [("c1", None, None), ("r1", None, None)]


def test_a_record_may_hold_line_breaks_and_later_lines_keep_their_numbers(send: Send) -> None:
    head = HEAD.replace("\n", ",title\n")
    batch = send(head + ROW.replace("\n", ',"a\nb"\n') + "t2,,u1,n1,view,x\n")
    assert counts(batch) == (2, 1, 0, 1)
    assert batch.quarantined_rows.get().line == 4
    assert batch.unknown_columns == [{"name": "title", "values": 2, "type": "text"}]


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
