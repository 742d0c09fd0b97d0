"""Facts that had a row for each model are kept when the models become columns."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

MOVES = import_module("reports.migrations.0016_credit_by_model_columns")
# The tables as they were, beside those of today.
BEFORE = """
CREATE SCHEMA before;
SET LOCAL search_path = before;
CREATE TABLE reports_creditfact ("on" date, report_day_id bigint, "row" int, merchant_id bigint,
    listing_id bigint, note_id bigint, boost_id bigint, placement text, store_kind text, kind text,
    level text, model text, window_days smallint, credit_micro bigint, value_fen bigint)
    PARTITION BY RANGE ("on");
CREATE TABLE reports_creditfact_202603 PARTITION OF reports_creditfact
    FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
CREATE TABLE reports_creditfact_other PARTITION OF reports_creditfact DEFAULT;
CREATE TABLE reports_reportday (id bigint, "on" date, superseded_at timestamptz,
    stale_at timestamptz, has_touch_days boolean DEFAULT TRUE);
"""


@pytest.fixture
def moved() -> None:
    """An order that two notes share, one without a value, and a day beyond all months."""
    march, long_ago = "2026-03-05", "2013-02-01"
    facts = [
        (march, 1, 1, 7, "order", "last_touch", 1_000_000, 100),
        (march, 1, 2, 7, "order", "linear", 500_000, 50),
        (march, 1, 3, 8, "order", "linear", 500_000, 50),
        (march, 1, 4, 8, "order", "linear", 2_000_000, None),
        (long_ago, 2, 1, 7, "order", "linear", 1_000_000, 9),
    ]
    with connection.cursor() as cursor:
        cursor.execute(BEFORE)
        for on, report_day, row, listing, kind, model, micro, fen in facts:
            cursor.execute(
                "INSERT INTO reports_creditfact VALUES (%s, %s, %s, 1, %s, 1, NULL, 'note_body',"
                " 'tmall', %s, 'product', %s, 15, %s, %s)",
                [on, report_day, row, listing, kind, model, micro, fen],
            )
        cursor.execute(
            "INSERT INTO reports_reportday VALUES (1, '2026-03-05', NULL),"
            " (2, '2013-02-01', now()), (3, '2026-03-06', NULL)"
        )
        for operation in MOVES.Migration.operations:
            for done in getattr(operation, "database_operations", []):
                if "creditfact" in done.sql:
                    cursor.execute(done.sql)
        cursor.execute(MOVES.STALE)


def asked(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[Any] = cursor.fetchall()
    return rows


@pytest.mark.usefixtures("moved")
def test_the_models_of_a_fact_stand_side_by_side_and_unknown_values_apart() -> None:
    assert asked(
        "SELECT report_day_id, listing_id, last_touch_micro, last_touch_fen, linear_micro,"
        " linear_fen, first_touch_micro, touched_on FROM reports_creditfact ORDER BY 1, 2, 4, 6"
    ) == [
        (1, 7, 1_000_000, 100, 500_000, 50, None, None),
        (1, 8, None, None, 500_000, 50, None, None),
        (1, 8, None, None, 2_000_000, None, None, None),
        (2, 7, None, None, 1_000_000, 9, None, None),
    ]


@pytest.mark.usefixtures("moved")
def test_months_stay_what_they_were_and_rows_are_numbered_anew() -> None:
    assert asked("SELECT count(*) FROM reports_creditfact_202603") == [(3,)]
    assert asked("SELECT count(*) FROM reports_creditfact_other") == [(1,)]
    assert asked('SELECT array_agg("row" ORDER BY "row") FROM reports_creditfact_202603') == [
        ([1, 2, 3],)
    ]


@pytest.mark.usefixtures("moved")
def test_a_day_with_credit_is_stale_and_does_not_know_its_touch_days() -> None:
    assert asked(
        "SELECT id, has_touch_days, stale_at IS NOT NULL FROM reports_reportday ORDER BY id"
    ) == [(1, False, True), (2, False, False), (3, True, False)]
