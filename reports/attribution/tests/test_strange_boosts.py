"""Touches under boosts that are none of the merchant's make one fact with those under none."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reports.attribution import engine, samples
from reports.attribution.tests.test_credit_splitting import relations
from reports.attribution.tests.test_worlds_in_the_lake import break_rule

OWN, FOREIGN, UNKNOWN = "own", "foreign", "unknown"
SPAN = {"first_day": 0, "last_day": 99, "window_days": 30}


def facts(work_dir: Path) -> list[tuple[Any, Any]]:
    """Boost and millionths of each fact of an order that is touched under no boost, under one that
    nobody knows, under another merchant's, and under one of its own."""
    with engine.session(reads=[], work_dir=work_dir) as connection:
        tables = relations([(100, [1, 2, 3, 4], False)])
        boosts = pa.array([None, UNKNOWN, FOREIGN, OWN], pa.string())
        touches = tables["touchpoints"]
        at = touches.schema.get_field_index("boost_id")
        tables["touchpoints"] = touches.set_column(at, "boost_id", boosts)
        for name, table in tables.items():
            connection.register(name, table)
        connection.execute(
            "CREATE TEMP TABLE known_listings AS SELECT 'l' AS listing_id, 1 AS listing,"
            " 2 AS note, 3 AS merchant_id, 'note_body' AS placement, 'tmall' AS store_kind"
        )
        connection.execute(
            "CREATE TEMP TABLE known_boosts AS SELECT * FROM (VALUES ($own, 11, 3),"
            " ($foreign, 12, 4)) AS v (external_id, boost_id, merchant_id)",
            {"own": OWN, "foreign": FOREIGN},
        )
        engine.prepare(connection, window_days=30)
        samples.none(connection)
        engine.attribute(connection, window_days=30)
        (found,) = engine.QUERIES.batches(connection, "lake/credit_facts", rows=10, **SPAN)
    return sorted(((row["boost_id"], row["linear_micro"]) for row in found.to_pylist()), key=str)


def test_they_are_one_with_what_has_no_boost(tmp_path: Path) -> None:
    assert facts(tmp_path) == [(11, 250_000), (None, 750_000)]


@pytest.mark.parametrize(
    ("said", "instead"),
    [("b.boost_id IS NULL", "FALSE"), ("AND b.merchant_id = l.merchant_id", "")],
)
def test_without_the_rule_they_stand_apart(
    said: str, instead: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_rule(monkeypatch, "strange_boosts", said, instead)
    assert facts(tmp_path) != [(11, 250_000), (None, 750_000)]
