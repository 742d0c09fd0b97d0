"""A real Spark, a master and two workers, gives the numbers that DuckDB gives.

`make soak ARGS="--engines 2000"` compares more worlds, all of the real data, and every window.
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
# Of the real data one user in so many; soak compares all.
OF_USERS = 8
REAL = django_settings.BASE_DIR.parent / "shared" / "data"


def test_both_engines_give_one_fingerprint_and_nothing_is_left_of_a_java_that_dies(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hostile worlds and real data in bare files, by command; hostile worlds in the lake.

    One test: the cluster is started once. The folders are called as hostile ones are.
    """
    from reports.attribution import spark

    monkeypatch.setattr(days, "WINDOWS", (15,))
    place = tmp_path / "空 格 #ü [x]"
    with cluster.running(tmp_path / "spark") as master:
        with spark.running(master):
            settings.ATTRIBUTION_ENGINE = master
            inputs = in_both.inputs(WORLDS, REAL, place / "in", of_users=OF_USERS)
            found = [in_both.of_files(inputs, place / name, name) for name in ("duckdb", "spark")]
            assert found[0]["credit"].num_rows > (200 if REAL.is_dir() else 20)
            assert found[0] == found[1]
            settings.LAKE_URL = str(place / "lake")
            lake = in_both.a_lake(WORLDS)
            by_duckdb, by_spark = (in_both.of_days(lake, place, at) for at in (None, master))
            assert by_duckdb == by_spark
            assert by_duckdb["credit"]
            assert by_duckdb["touch"]
            kill_java()
        # The next application would ask the dead Java, and so would all others of this process.
        assert left() == (None, None, None)


def kill_java() -> None:
    """End the process of Java that speaks for this one."""
    from pyspark import SparkContext

    java = SparkContext._gateway.proc
    java.kill()
    java.wait()


def left() -> tuple[object, ...]:
    """What this process knows of an application and its Java."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    held = (SparkContext._gateway, SparkContext._active_spark_context)
    return (*held, SparkSession._instantiatedSession)


def test_a_spark_that_is_away_is_said_by_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        pytest.raises(EngineUnavailable, match=f"spark://127.0.0.1:{port}"),
        engine.opened(f"spark://127.0.0.1:{port}", reads=[], work_dir=tmp_path),
    ):
        raise AssertionError("nobody listens there")
