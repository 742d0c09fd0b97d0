"""The page of all settings: every variable that is read has a row, and the page is what is made."""

import ast
from typing import Any

import pytest

from portal.runtime import reference
from portal.runtime.variables import GROUPS, Variable


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> dict[str, Variable]:
    """The rows of the site, which a test may change."""
    rows = dict(GROUPS["The site"])
    monkeypatch.setitem(GROUPS, "The site", rows)
    return rows


def test_the_page_is_true() -> None:
    assert reference.complaints() == []


def test_a_variable_without_a_row_is_named(site: dict[str, Variable]) -> None:
    del site["SITE_NAME"]
    assert reference.complaints() == ["SITE_NAME is read and has no row in variables.py."]


def test_a_row_that_nothing_reads_is_named(site: dict[str, Variable]) -> None:
    site["SITE_SMELL"] = Variable("What it smells of.")
    assert reference.complaints() == ["SITE_SMELL has a row in variables.py and is never read."]


def test_a_stale_page_is_named(site: dict[str, Variable]) -> None:
    site["SITE_NAME"] = Variable("Something else.")
    (said,) = reference.complaints()
    assert "settings.md is stale" in said


def test_the_check_fails_and_says_so(
    site: dict[str, Variable], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    del site["SITE_NAME"]
    monkeypatch.setattr("sys.argv", ["reference", "--check"])
    with pytest.raises(SystemExit, match="1"):
        reference.main()
    assert "SITE_NAME" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "value", "default"),
    [
        ('env.number("X", 8, least=1, most=9)', "1 to 9", "8"),
        ('env.flag("X", default=True)', "1 or 0", "1"),
        ('env.choice("X", "A", ("A", "B"))', "A, B", "A"),
        ('env.address("X", schemes=("http", "https"))', "`http://` `https://`", None),
        ('env.engine("X", "duckdb")', "`duckdb` or `spark://host:port`", "duckdb"),
        ('env.text("X", "")', "text", "none"),
        ('env.words("X", ["a", "b"])', "words, by commas", "a, b"),
        ('env.secret("X")', "16 characters or more", None),
    ],
)
def test_values_and_defaults_are_taken_from_the_line(
    line: str, value: str, default: str | None
) -> None:
    reading = reference.reading_of(ast.parse(line, mode="eval").body)
    assert reading == reference.Reading("X", value, default)
