"""A throw-away cluster and broker, started as the user who runs the tests."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from portal.runtime.postgres import Cluster, is_running
from portal.runtime.valkey import Valkey


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A folder whose path alone is longer than a socket's may be."""
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    folder.mkdir(parents=True)
    return folder


def test_a_cluster_starts_keeps_its_rows_and_leaves_nothing(deep: Path) -> None:
    cluster = Cluster(deep / "postgres", log=deep / "postgres.log", durable=False)
    cluster.start()
    with psycopg.connect(cluster.url) as connection:
        connection.execute("create table kept as select 1 as one")
    cluster.stop()
    assert not is_running(cluster)

    cluster.start()
    assert is_running(cluster)
    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("select one from kept").fetchone() == (1,)
    cluster.remove()
    assert not cluster.data.exists()
    assert not cluster.sockets.exists()


def test_a_pid_file_of_somebody_else_does_not_stop_a_start(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", log=tmp_path / "postgres.log", durable=False)
    cluster.start()
    cluster.stop()
    # What a machine that lost power leaves: a number that another program has by now.
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    cluster.start()
    cluster.remove()


def test_a_cluster_of_a_checkout_is_closed_to_others(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", log=tmp_path / "postgres.log", durable=False)
    cluster.start()
    assert cluster.sockets.stat().st_mode & 0o077 == 0
    assert cluster.data.stat().st_mode & 0o077 == 0
    cluster.remove()


def test_valkey_keeps_its_messages_over_a_restart(deep: Path) -> None:
    import redis

    valkey = Valkey(deep / "valkey", log=deep / "valkey.log")
    valkey.start()
    with redis.Redis(unix_socket_path=str(valkey.socket)) as client:
        client.rpush("celery", "look")
    valkey.stop()
    assert not valkey.is_running()

    valkey.start()
    with redis.Redis(unix_socket_path=str(valkey.socket)) as client:
        assert client.lrange("celery", 0, -1) == [b"look"]
    valkey.remove()


def test_a_command_that_needs_no_database_starts_none(tmp_path: Path) -> None:
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**plain, "PORTAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "postgres").exists()
