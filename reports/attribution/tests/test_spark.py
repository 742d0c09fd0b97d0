"""A real Spark, a master and two workers, gives the numbers that DuckDB gives.

`make soak ARGS="--engines 2000"` compares more worlds, and every window.
"""

import socket
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from reports.attribution import days, engine
from reports.attribution.engines import EngineUnavailable
from reports.attribution.tests import cluster, in_both

pytestmark = pytest.mark.skipif(
    not cluster.is_there(), reason=f"Spark or its Java is not here: {cluster.WANTED}"
)
WORLDS = range(6)
REAL = django_settings.BASE_DIR.parent / "shared" / "data"


def test_both_engines_give_one_fingerprint(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hostile worlds and the real data in bare files, by command; hostile worlds in the lake.

    One test: the cluster is started once. The folders are called as hostile ones are.
    """
    from reports.attribution import spark

    monkeypatch.setattr(days, "WINDOWS", (15,))
    place = tmp_path / "空 格 #ü [x]"
    with cluster.running(tmp_path / "spark") as master, spark.running(master):
        settings.ATTRIBUTION_ENGINE = master
        inputs = in_both.inputs(WORLDS, REAL, place / "in")
        found = [in_both.of_files(inputs, place / name, name) for name in ("duckdb", "spark")]
        assert found[0]["credit"].num_rows > 200
        assert found[0] == found[1]
        settings.LAKE_URL = str(place / "lake")
        lake = in_both.a_lake(WORLDS)
        by_duckdb, by_spark = (in_both.of_days(lake, place, at) for at in (None, master))
        assert by_duckdb == by_spark
        assert by_duckdb["credit"]
        assert by_duckdb["touch"]


def test_after_its_java_has_died_nothing_of_an_application_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next one would ask the dead Java, and so would all others of this process."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    from reports.attribution import spark

    monkeypatch.setenv("JAVA_HOME", cluster.java_home() or "")
    with spark.running("local[1]"):
        java = SparkContext._gateway.proc
        java.kill()
        java.wait()
    left = (SparkContext._gateway, SparkContext._active_spark_context)
    assert (*left, SparkSession._instantiatedSession) == (None, None, None)


def test_a_spark_that_is_away_is_said_by_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        pytest.raises(EngineUnavailable, match=f"spark://127.0.0.1:{port}"),
        engine.opened(f"spark://127.0.0.1:{port}", reads=[], work_dir=tmp_path),
    ):
        raise AssertionError("nobody listens there")
