"""Report days of hostile worlds against the slow reference; `make soak` does thousands."""

from pathlib import Path
from typing import Any

import pytest

from reports.attribution.tests import in_the_lake
from reports.events.queries import Queries


@pytest.mark.parametrize(("seeds", "days_at_once"), [(range(150), 90), (range(150, 300), 17)])
def test_every_fact_is_what_the_reference_says(
    tmp_path: Path, settings: Any, seeds: range, days_at_once: int
) -> None:
    """Also where the order of a refund is of other days than those that are computed together, and
    where some days and categories are samples."""
    settings.LAKE_URL = str(tmp_path / "lake")
    assert not in_the_lake.differences(seeds, work_dir=tmp_path, days_at_once=days_at_once)


@pytest.mark.parametrize(
    ("step", "said", "instead"),
    [
        ("sampled_conversions", "ON s.conversion = r.order_claim", "ON s.conversion = r.claim"),
        ("units", "COALESCE(r.order_claim, s.claim)", "s.claim"),
        ("units", "MD5(k.user_id)", "NULL"),
        ("credit_facts", "t.ratio < c.ratio OR", ""),
    ],
)
def test_a_rule_of_samples_that_is_not_kept_is_seen(
    step: str, said: str, instead: str, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    """The twins: a refund apart from its order, a click's user who is nobody, the larger ratio."""
    text = Queries.text

    def changed(queries: Queries, name: str) -> str:
        sql = text(queries, name)
        if not name.endswith(step):
            return sql
        assert said in sql
        return sql.replace(said, instead)

    monkeypatch.setattr(Queries, "text", changed)
    settings.LAKE_URL = str(tmp_path / "lake")
    assert in_the_lake.differences(range(30), work_dir=tmp_path, days_at_once=90)
