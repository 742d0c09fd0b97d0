"""Touchpoints that make one fact are split as one, where none of the others lies between them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from reports.attribution import engine, samples
from reports.attribution.engine import QUERIES
from reports.attribution.tests.test_credit_splitting import (
    CONVERSION,
    DAYS,
    HOUR_US,
    LISTING,
    TOUCHPOINT,
    table,
)
from reports.attribution.tests.test_worlds_in_the_lake import break_rule

SPAN = {"first_day": 0, "last_day": 99, "window_days": DAYS}
Touch = tuple[str, str, int]
# A touchpoint's id, its note, and how many hours before the order it is.
FOLLOWING = [("t1", "a", 30), ("t2", "a", 4), ("t3", "b", 3)]
TANGLED = [("t1", "a", 4), ("t2", "b", 3), ("t3", "a", 2)]
AT_ONCE = [("t1", "a", 4), ("t2", "b", 3), ("t3", "a", 3)]


def facts(work_dir: Path, touches: Sequence[Touch]) -> list[dict[str, Any]]:
    """Facts of an order of 100 fen at noon, whose notes have a listing each."""
    at = (DAYS * 24 + 12) * HOUR_US
    of_all = {"user_id": "u", "store_id": "s", "product_id": "p"}
    tables = {
        "touchpoints": table(
            [{"touchpoint_id": name, "touched_at": at - hours * HOUR_US, "user_id": "u",
              "note_id": note, "kind": "view"} for name, note, hours in touches],
            TOUCHPOINT,
        ),
        "conversions": table(
            [{**of_all, "conversion": 1, "source": "", "event_id": "o", "converted_at": at,
              "kind": "order", "value_fen": 100}],
            CONVERSION,
        ),
        "listings": table(
            [{**of_all, "listing_id": f"l{note}", "note_id": note, "live_from": -1}
             for note in ("a", "b")],
            LISTING,
        ),
    }  # fmt: skip
    with engine.session(reads=[], work_dir=work_dir) as connection:
        for name, made in tables.items():
            connection.register(name, made)
        connection.execute(
            "CREATE TEMP TABLE known_listings AS SELECT v.listing_id, v.note AS listing, v.note,"
            " 3 AS merchant_id, 'note_body' AS placement, 'tmall' AS store_kind"
            " FROM (VALUES ('la', 1), ('lb', 2)) AS v (listing_id, note)"
        )
        connection.execute(
            "CREATE TEMP TABLE known_boosts (external_id VARCHAR, boost_id BIGINT,"
            " merchant_id BIGINT)"
        )
        engine.prepare(connection, window_days=DAYS)
        samples.none(connection)
        engine.attribute(connection, window_days=DAYS)
        (found,) = QUERIES.batches(connection, "lake/credit_facts", rows=10, **SPAN)
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def by_note(work_dir: Path, touches: Sequence[Touch], column: str) -> dict[int, int]:
    summed: dict[int, int] = {}
    for fact in facts(work_dir, touches):
        summed[fact["note_id"]] = summed.get(fact["note_id"], 0) + (fact[column] or 0)
    return summed


@pytest.mark.parametrize("touches", [TANGLED, AT_ONCE])
def test_touchpoints_of_others_between_them_have_their_place(
    touches: Sequence[Touch], tmp_path: Path
) -> None:
    assert by_note(tmp_path, touches, "position_based_fen") == {1: 80, 2: 20}
    assert by_note(tmp_path, touches, "first_touch_fen") == {1: 100, 2: 0}


@pytest.mark.parametrize(
    ("touches", "said", "instead"),
    [(TANGLED, "THEN 1 ELSE 0", "THEN 0 ELSE 0"), (AT_ONCE, "<= b.most", "< b.most")],
)
def test_without_the_look_they_have_not(
    touches: Sequence[Touch], said: str, instead: str, tmp_path: Path, monkeypatch: Any
) -> None:
    break_rule(monkeypatch, "several", said, instead)
    assert by_note(tmp_path, touches, "position_based_fen") != {1: 80, 2: 20}


def test_a_note_of_several_bundles_has_a_part_in_an_order_once(
    tmp_path: Path, monkeypatch: Any
) -> None:
    """And the twin, in which it has one for each of them."""
    assert by_note(tmp_path, FOLLOWING, "last_touch_assists_by_note") == {1: 1, 2: 0}
    break_rule(monkeypatch, "assists", "OR p.note_before <> p.note)", "OR TRUE)")
    assert by_note(tmp_path, FOLLOWING, "last_touch_assists_by_note") == {1: 2, 2: 0}
