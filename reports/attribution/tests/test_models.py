"""Models are a closed set: Python and SQL know the same ones, and an unknown one gets nothing."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reports.attribution import engine, samples
from reports.attribution.choices import Model
from reports.attribution.engine import QUERIES
from reports.attribution.tests.test_credit_splitting import relations
from reports.attribution.weights import decay_weights
from reports.events.queries import Queries

UNKNOWN = "shapley"
SPAN = {"first_day": 0, "last_day": 99, "window_days": 30}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An order of 100 fen with three touchpoints of one listing."""
    with engine.session(reads=[], work_dir=tmp_path) as opened:
        for name, table in relations([(100, [1, 2, 3], False)]).items():
            opened.register(name, table)
        opened.execute(
            "CREATE TEMP TABLE known_listings AS SELECT 'l' AS listing_id, 1 AS listing,"
            " 2 AS note, 3 AS merchant_id, 'note_body' AS placement, 'tmall' AS store_kind"
        )
        opened.execute(
            "CREATE TEMP TABLE known_boosts (external_id VARCHAR, boost_id BIGINT,"
            " merchant_id BIGINT)"
        )
        engine.prepare(opened, window_days=30)
        samples.none(opened)
        yield opened


def models_of_bare_files(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    engine.attribute(connection, window_days=30, portions="bare/portions")
    return models_found(connection, "bare/credit", at=3)


def models_of_the_lake(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    """Those whose columns a fact has with something in them."""
    engine.attribute(connection, window_days=30)
    (fact,) = QUERIES.batches(connection, "lake/credit_facts", rows=10, **SPAN)
    return sorted(
        name.removesuffix("_micro")
        for name in fact.schema.names
        if name.endswith("_micro") and fact.column(name).null_count == 0
    )


def models_found(
    connection: duckdb.DuckDBPyConnection, name: str, *, at: int, **params: int
) -> list[Any]:
    return sorted({row[at] for row in QUERIES.rows(connection, name, **params)})


def test_python_and_sql_know_the_same_models(connection: duckdb.DuckDBPyConnection) -> None:
    assert QUERIES.rows(connection, "members") == [(model,) for model in Model.values]


def test_every_model_gives_credit_to_files_and_to_the_lake(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert models_of_bare_files(connection) == sorted(Model.values)
    assert models_of_the_lake(connection) == sorted(Model.values)


def test_a_member_that_no_column_belongs_to_finds_no_rows(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("INSERT INTO members VALUES ($1)", [UNKNOWN])
    assert UNKNOWN not in models_of_bare_files(connection)


def test_with_an_else_it_would(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the last of the models as everybody's, as it once stood there."""
    written = Queries.text

    def with_else(queries: Queries, name: str) -> str:
        return written(queries, name).replace("WHEN 'position_based' THEN", "ELSE")

    monkeypatch.setattr(Queries, "text", with_else)
    connection.execute("INSERT INTO members VALUES ($1)", [UNKNOWN])
    assert UNKNOWN in models_of_bare_files(connection)


def test_a_model_that_is_not_asked_for_is_not_there(connection: duckdb.DuckDBPyConnection) -> None:
    asked = [Model.LINEAR.value, UNKNOWN]
    engine.attribute(connection, window_days=30, portions="bare/portions", models=asked)
    assert models_found(connection, "bare/credit", at=3) == [Model.LINEAR]


# What the weights are made of. Who changes it raises the version of the models that weigh otherwise
# now (`choices.py`), and writes both down here.
WEIGHTS = "26fe4be1fa4544cf"
VERSIONS = {"last_touch": 1, "first_touch": 1, "linear": 1, "time_decay": 1, "position_based": 1}


def weights(rules: str) -> str:
    return hashlib.sha256(f"{rules}{decay_weights()}".encode()).hexdigest()[:16]


def test_models_weigh_as_their_versions_say() -> None:
    rules = " ".join((QUERIES.folder / "shares.sql").read_text(encoding="utf-8").split())
    assert {model.value: model.version for model in Model} == VERSIONS
    assert weights(rules) == WEIGHTS
    # The twin: of four touches the first of position_based gets 5 instead of 4 tenths.
    assert weights(rules.replace("2 * (p.n - 2)", "3 * (p.n - 2)")) != WEIGHTS
