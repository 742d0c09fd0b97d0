"""Report days of hostile worlds against the slow reference; `make soak` does thousands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from reports.attribution import days
from reports.attribution.choices import WINDOWS
from reports.attribution.tests import in_the_lake, told
from reports.events.queries import Queries

# Worlds that hold every case at least once.
SOME, WINDOW = 24, max(WINDOWS)
Known = tuple[str, told.Told, days.Versions, dict[str, Any]]
Compare = Callable[[Path], list[str]]


@pytest.mark.parametrize(("seeds", "days_at_once"), [(range(120), 90), (range(120, 180), 30)])
def test_every_fact_is_what_the_reference_says(
    tmp_path: Path, settings: Any, seeds: range, days_at_once: int
) -> None:
    """Also where the order of a refund is of other days than those that are computed together, and
    where some days and categories are samples."""
    settings.LAKE_URL = str(tmp_path / "lake")
    assert not in_the_lake.differences(seeds, work_dir=tmp_path, days_at_once=days_at_once)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Some worlds in a lake of their own, and what is to be computed of them."""
    folder = tmp_path_factory.mktemp("lake")
    made = in_the_lake.worlds(range(SOME))
    whole = told.together(made)
    with override_settings(LAKE_URL=str(folder)):
        versions = in_the_lake.bring_in(whole.rows)
    expected = in_the_lake.expected((one.world for one in made), windows=[WINDOW])
    return str(folder), whole, versions, expected


@pytest.fixture
def some_worlds(known: Known, settings: Any, monkeypatch: Any) -> Compare:
    """How the facts that are computed now differ from what the reference says of some worlds."""
    settings.LAKE_URL, whole, versions, expected = known
    monkeypatch.setattr(days, "WINDOWS", (WINDOW,))

    def compared(work_dir: Path) -> list[str]:
        found = in_the_lake.computed(whole, versions, work_dir, 90)
        return in_the_lake.told_apart(found, expected)

    return compared


def test_the_worlds_of_the_twins_are_computed_as_the_reference_says(
    some_worlds: Compare, tmp_path: Path
) -> None:
    assert some_worlds(tmp_path) == []


@pytest.mark.parametrize(
    ("step", "said", "instead"),
    [
        ("sampled_conversions", "ON s.conversion = r.order_claim", "ON s.conversion = r.claim"),
        ("units", "COALESCE(r.order_claim, s.claim)", "s.claim"),
        ("units", "MD5(k.user_id)", "NULL"),
        ("weighed", "t.ratio < c.ratio OR", ""),
    ],
)
def test_a_rule_of_samples_that_is_not_kept_is_seen(
    step: str, said: str, instead: str, some_worlds: Compare, tmp_path: Path, monkeypatch: Any
) -> None:
    """The twins: a refund apart from its order, a click's user who is nobody, the larger ratio."""
    break_rule(monkeypatch, step, said, instead)
    assert some_worlds(tmp_path)


@pytest.mark.parametrize(
    ("step", "said", "instead"),
    [
        ("reported", "AND u.event_id IS NULL", ""),
        ("reported", "AND z.day IS NULL", ""),
        ("lake_touchpoints", "AND d.event_id IS NULL", ""),
        ("lake_touchpoints", "AND COALESCE(b.source, t.source) = t.source", ""),
        ("lake_touchpoints", "= COALESCE(c.version, 1)", ">= 1"),
        ("conversion_facts", "COALESCE(n.place, 1) = 1", "1 = 1"),
    ],
)
def test_a_row_that_does_not_count_and_is_counted_is_seen(
    step: str, said: str, instead: str, some_worlds: Compare, tmp_path: Path, monkeypatch: Any
) -> None:
    """The twins: what a merchant says beside his marketplace, clicks of ours that others bring,
    versions that were corrected, and lines of one order."""
    break_rule(monkeypatch, step, said, instead)
    assert some_worlds(tmp_path)


@pytest.mark.parametrize(
    ("step", "said", "instead"),
    [
        ("assists", "OR p.last_note <> p.note)", "OR TRUE)"),
        ("assists", "OR (p.note_before = p.last_note AND p.note_one = p.last_note)", ""),
        ("joint_orders", "k.kind = 'order'", "TRUE"),
    ],
)
def test_an_assist_that_is_none_is_seen(
    step: str, said: str, instead: str, some_worlds: Compare, tmp_path: Path, monkeypatch: Any
) -> None:
    """The twins: an order that assists the note that has the credit, one that assists nobody
    because its first note has it; a visit."""
    break_rule(monkeypatch, step, said, instead)
    assert some_worlds(tmp_path)


def break_rule(monkeypatch: Any, step: str, said: str, instead: str) -> None:
    """Have one statement of SQL say something else."""
    text = Queries.text

    def changed(queries: Queries, name: str) -> str:
        sql = text(queries, name)
        if name.rpartition("/")[2] != step:
            return sql
        assert said in sql
        return sql.replace(said, instead)

    monkeypatch.setattr(Queries, "text", changed)
