"""What `make run` keeps alive, and what is left when it is gone."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from portal.runtime import places
from portal.runtime.postgres import same_server
from portal.runtime.supervisor import Service, Supervisor

# A runner like `make run`'s, with a cluster and a child that has a child of its own.
RUNNER = """
import sys
from pathlib import Path
from portal.runtime.postgres import Cluster
from portal.runtime.supervisor import Service, Supervisor
here = Path(sys.argv[1])
cluster = Cluster(here / "postgres", log=here / "postgres.log", durable=False)
supervisor = Supervisor()
supervisor.start(cluster)
supervisor.start(Service("sleeper", ["sleep", "600"]))
print(cluster.data, flush=True)
supervisor.run()
"""


def _run_refused(**variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "portal.runtime.run"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        cwd=places.CHECKOUT,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in _run_refused(PORT=port, PORTAL_VAR=str(tmp_path))


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    address = "postgresql://portal@127.0.0.1:1/portal"
    said = _run_refused(DATABASE_URL=address, PORT=_free_port(), PORTAL_VAR=str(tmp_path))
    assert "DATABASE_URL" in said


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    assert str(tmp_path / "var") in _run_refused(PORTAL_VAR=str(tmp_path / "var"))


@pytest.mark.parametrize("name", ["WEB_WORKERS", "WEB_THREADS", "WEB_BIND", "LOG_LEVEL"])
def test_a_variable_that_only_a_child_reads_is_named_before_anything_starts(
    tmp_path: Path, name: str
) -> None:
    said = _run_refused(**{name: "many"}, PORT=_free_port(), PORTAL_VAR=str(tmp_path))
    assert f"{name} is 'many'" in said
    assert not (tmp_path / "postgres").exists()


def test_a_killed_runner_leaves_no_process(tmp_path: Path) -> None:
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=places.CHECKOUT,
        env={**os.environ, "PORTAL_VAR": str(tmp_path)},
    )
    assert runner.stdout
    runner.stdout.readline()
    family = [os.pidfd_open(pid) for pid in _descendants(runner.pid)]
    # The postmaster with its helpers, and the sleeper.
    assert len(family) > 4
    runner.kill()
    runner.wait()
    for descriptor in family:
        assert select.select([descriptor], [], [], 20)[0], "a process outlived its runner"
        os.close(descriptor)


def test_a_killed_service_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    supervisor = Supervisor()
    service = Service("lives", ["sh", "-c", "echo alive; exec sleep 600"])
    supervisor.start(service)
    supervisor.run(until=_says(service.log, times=1))
    pid = _descendants(os.getpid())[-1]
    os.kill(pid, signal.SIGKILL)
    supervisor.run(until=_says(service.log, times=2))
    service.stop()
    assert service.exit_code() == -signal.SIGTERM


def test_a_service_that_does_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    supervisor = Supervisor()
    service = Service("deaf", ["sh", "-c", "trap '' TERM; sleep 600 & echo alive; wait"])
    supervisor.start(service)
    supervisor.run(until=_says(service.log, times=1))
    family = [os.pidfd_open(pid) for pid in _descendants(os.getpid())[-2:]]
    service.stop()
    assert service.exit_code() == -signal.SIGKILL
    for descriptor in family:
        assert select.select([descriptor], [], [], 20)[0], "its own child lives on"
        os.close(descriptor)


def test_a_run_on_another_database_answers_invents_nothing_and_stops(tmp_path: Path) -> None:
    database = f"run_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    url, port = same_server(database), _free_port()
    variables = {"DATABASE_URL": url, "PORT": port, "PORTAL_VAR": str(tmp_path), "HTTPS": "0"}
    here: Any = {"cwd": places.CHECKOUT, "env": {**os.environ, **variables}}
    static = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(static, check=True, **here)
    runner = subprocess.Popen(
        [sys.executable, "-m", "portal.runtime.run"], stdout=subprocess.PIPE, text=True, **here
    )
    assert runner.stdout
    assert f"http://localhost:{port}" in runner.stdout.readline()
    assert "Ctrl-C" in runner.stdout.readline() + runner.stdout.readline()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
    runner.send_signal(signal.SIGINT)
    assert runner.wait() == 0
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


def _says(log: Path, *, times: int) -> Callable[[], bool]:
    return lambda: log.read_text().count("alive") >= times


def _descendants(pid: int) -> list[int]:
    """Children of `pid` and theirs, oldest first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return sorted(found, key=_started)


def _started(pid: int) -> int:
    """When a process began, in clock ticks; its number does not tell, since numbers are reused."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])
