"""Which engine computes, by the setting and by --engine; what is said where it is not there."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import reports.attribution
from merchants.companies.models import Merchant
from portal.jobs.models import JobState
from reports.attribution import runs
from reports.attribution.engines import INSTALL, Engine
from reports.attribution.models import Run
from reports.attribution.tests.in_files import INPUTS, as_parquet
from reports.attribution.tests.steps import attribute
from reports.attribution.tests.worlds import world

SPARK = "spark://127.0.0.1:7077"


@pytest.fixture
def no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyspark is not installed."""
    monkeypatch.delitem(sys.modules, "reports.attribution.spark", raising=False)
    monkeypatch.delattr(reports.attribution, "spark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", None)


def _of_files(folder: Path, **options: Any) -> None:
    as_parquet(folder, world(1))
    paths = {name: str(folder / f"{name}.parquet") for name in INPUTS}
    call_command("attribute_files", **paths, out=folder / "out", **options)


@pytest.mark.usefixtures("no_spark")
def test_who_has_no_spark_is_told_what_installs_it(tmp_path: Path, settings: Any) -> None:
    settings.ATTRIBUTION_ENGINE = SPARK
    with pytest.raises(CommandError, match=INSTALL) as refused:
        _of_files(tmp_path, engine="spark")
    assert refused.value.returncode == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_spark")
def test_nobody_is_asked_for_spark_who_wants_duckdb(tmp_path: Path, settings: Any) -> None:
    settings.ATTRIBUTION_ENGINE = SPARK
    _of_files(tmp_path, engine="duckdb")
    assert (tmp_path / "out" / "credit.parquet").exists()


@pytest.mark.django_db
def test_spark_without_an_address_is_refused_before_anything_runs(tmp_path: Path) -> None:
    for ask in (
        lambda: _of_files(tmp_path, engine="spark"),
        lambda: attribute(date(2026, 1, 1), date(2026, 1, 1), engine="spark"),
    ):
        with pytest.raises(CommandError, match="ATTRIBUTION_ENGINE") as refused:
            ask()
        assert refused.value.returncode == 2
    assert not Run.objects.exists()


@pytest.mark.usefixtures("no_spark")
def test_a_run_keeps_the_engine_that_was_asked_for(shop: Merchant, settings: Any) -> None:
    """Whichever worker takes it, and whatever is configured by then."""
    settings.ATTRIBUTION_ENGINE = SPARK
    day = date(2026, 1, 1)
    by_setting = runs.request(first_on=day, last_on=day, by=None)
    by_name = runs.request(first_on=day, last_on=day, by=None, engine=Engine.DUCKDB)
    assert [by_setting.engine, by_name.engine] == ["spark", "duckdb"]
    with pytest.raises(CommandError, match=INSTALL):
        attribute(day, day)
    by_setting.refresh_from_db()
    assert by_setting.job is not None
    assert (by_setting.job.state, by_setting.published_at) == (JobState.FAILED, None)
    attribute(day, day, engine="duckdb")
    by_name.refresh_from_db()
    assert by_name.published_at
