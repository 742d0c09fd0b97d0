"""The SQL of attribution is in the subset that another engine reads in the same way."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from reports.attribution.engine import CONSTANTS, QUERIES
from reports.attribution.portable import NotPortable, faults, parsed, spark_sql
from reports.events.queries import EVENTS
from reports.lake.tables import QUERIES as LAKE

MACROS: Any = {"shanghai_day": parsed(EVENTS.text("shanghai_day"))}
# Rows of this process (engine.CONSTANTS) and hashes are made by DuckDB, whoever computes the rest.
DUCKDB_ALONE = {*CONSTANTS, "kin/entries", "news/signed_ids"}
FILES = sorted(
    [(QUERIES, str(file.relative_to(QUERIES.folder).with_suffix("")))
     for file in QUERIES.folder.rglob("*.sql")]
    + [(LAKE, file.stem) for file in LAKE.folder.glob("lake_*.sql")],
    key=str,
)  # fmt: skip
VALUES: Any = defaultdict(lambda: 7, models=["linear"], files=["a.parquet"])


def in_spark(text: str) -> str:
    return spark_sql(
        parsed(text),
        values=VALUES,
        variables={"window_us": 7},
        macros=MACROS,
        files=lambda files: "some_files",
    )


@pytest.mark.parametrize(("queries", "name"), FILES, ids=lambda part: str(part))
def test_every_file_is_read_by_another_engine(queries: Any, name: str) -> None:
    if name not in DUCKDB_ALONE:
        said = in_spark(queries.text(name))
        assert not any(word in said.lower() for word in ("$", "int128", "epoch_us", "read_parquet"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT c.* FROM claims AS c", "x.*"),
        ("SELECT * FROM claims AS c JOIN pairs AS p ON p.claim = c.claim", "x.*"),
        ("SELECT p.claim FROM claims AS c JOIN pairs AS p ON p.claim = c.claim", "alias"),
        ("SELECT day AS day FROM claims AS c JOIN pairs AS p ON p.claim = c.claim", "table"),
        ("SELECT p.x AS x FROM c AS c ASOF JOIN p AS p ON p.at <= c.at", "ASOF"),
        ("SELECT c.day AS day, COUNT(*) AS n FROM claims AS c GROUP BY ALL", "GROUP BY ALL"),
        (
            "SELECT c.day AS day FROM c AS c QUALIFY ROW_NUMBER() OVER (ORDER BY c.day) = 1",
            "QUALIFY",
        ),
        ("SELECT list(c.day ORDER BY c.at) AS days FROM claims AS c", "ordered list"),
        ("SELECT string_agg(c.day, ',' ORDER BY c.at) AS days FROM claims AS c", "ordered list"),
        ("SELECT -c.fen // 3 AS fen FROM claims AS c", "may be negative"),
        ("SELECT (c.fen - c.taken) // 3 AS fen FROM claims AS c", "may be negative"),
        ("SELECT (c.sign * c.fen) // 3 AS fen FROM claims AS c", "may be negative"),
        ("SELECT list_cosine(c.a) AS a FROM claims AS c", "DuckDB alone (list_cosine)"),
    ],
)
def test_what_would_mean_something_else_is_refused_by_name(text: str, fault: str) -> None:
    assert any(fault in found for found in faults(parsed(text), MACROS))
    with pytest.raises(NotPortable):
        in_spark(text)


def test_the_subset_says_the_same_in_other_words() -> None:
    said = in_spark(
        "SELECT shanghai_day(epoch_us(t.at)) AS day, SUM(t.fen) AS fen,"
        " CAST(t.fen AS HUGEINT) // 3 AS third FROM read_parquet($files) AS t"
        " WHERE t.age < getvariable('window_us') OR t.age = $window_us"
    )
    assert said == (
        "SELECT (CAST(((UNIX_MICROS(t.at)) + 28800000000) DIV 86400000000 AS INT)) AS day,"
        " SUM((t.fen) * CAST(1 AS DECIMAL(1, 0))) AS fen,"
        " CAST(t.fen AS DECIMAL(38, 0)) DIV 3 AS third FROM some_files AS t"
        " WHERE t.age < 7 OR t.age = 7"
    )


def test_words_of_people_stay_words() -> None:
    """A value that looks like SQL, or ends a text."""
    said = spark_sql(
        parsed("SELECT m.model AS model FROM members AS m WHERE LIST_CONTAINS($models, m.model)"),
        values={"models": ["it's", "a\\' OR 1=1 --"]}, variables={}, macros={}, files=str,
    )  # fmt: skip
    assert "ARRAY('it\\'s', 'a\\\\\\' OR 1=1 --')" in said


def test_no_module_of_the_default_install_imports_the_other_engine() -> None:
    """It is asked for in one place, inside a function."""
    room = Path(QUERIES.folder).parent
    naming = [file.name for file in room.glob("*.py") if "pyspark" in file.read_text()]
    assert set(naming) <= {"spark.py", "engine.py", "engines.py"}
