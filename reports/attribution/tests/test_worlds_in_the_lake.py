"""Report days of hostile worlds against the slow reference; `make soak` does thousands."""

from pathlib import Path
from typing import Any

import pytest

from reports.attribution.tests import in_the_lake


@pytest.mark.parametrize(("seeds", "days_at_once"), [(range(150), 90), (range(150, 300), 17)])
def test_every_fact_is_what_the_reference_says(
    tmp_path: Path, settings: Any, seeds: range, days_at_once: int
) -> None:
    """Also where the order of a refund is of other days than those that are computed together."""
    settings.LAKE_URL = str(tmp_path / "lake")
    assert not in_the_lake.differences(seeds, work_dir=tmp_path, days_at_once=days_at_once)
