"""Pytest plugin (`-p portal.runtime.testing`): real servers for the tests, thrown away after them.

It is imported before Django's settings are. Without DATABASE_URL it starts an own PostgreSQL, and
without a broker an own Valkey. Everything the tests write goes to a temporary folder.

With `-n`, xdist starts processes that inherit the servers of the first one. They share its
PostgreSQL, where each has a database of its own, but not its broker: a worker would take the
messages of another process's test.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.runtime import environment, garbage, places
from portal.runtime.postgres import Cluster, same_server
from portal.runtime.processes import spawn
from portal.runtime.valkey import Valkey

_var = Path(tempfile.mkdtemp(prefix="notelink-tests-"))
_servers: list[Cluster | Valkey] = []


def _start_servers() -> None:
    os.environ["PORTAL_VAR"] = str(_var)
    # Nothing is collected, and nobody is told so at every request.
    (_var / "static").mkdir()
    environment.fill_for_this_machine()
    if not os.environ.get("DATABASE_URL"):
        cluster = Cluster(_var / "postgres", log=_var / "log/postgres.log", durable=False)
        cluster.start()
        _servers.append(cluster)
        os.environ["DATABASE_URL"] = cluster.url
    another_process = os.environ.get("TESTS_BROKER_URL")
    if os.environ.get("CELERY_BROKER_URL", "memory://") in ("memory://", another_process):
        valkey = Valkey(_var / "valkey", log=_var / "log/valkey.log")
        valkey.start()
        _servers.append(valkey)
        os.environ["CELERY_BROKER_URL"] = os.environ["TESTS_BROKER_URL"] = valkey.url


# Until all tests are collected (`tests/garbage.py`): what is loaded meanwhile stays.
garbage.look_later()
_start_servers()


def pytest_unconfigure() -> None:
    """Stop the servers and remove what they kept."""
    for server in _servers:
        server.remove()
    shutil.rmtree(_var, ignore_errors=True)


class Worker:
    """A real Celery worker process (two pool children) on the test database and broker."""

    def __init__(self, database: str, log: Path, **variables: str) -> None:
        self.log = log
        self._variables = {"DATABASE_URL": same_server(database), **variables}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; returns when the worker takes messages."""
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-c", "2"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("wb") as log:
            self._process = spawn(
                command,
                on_parent_death=signal.SIGKILL,
                output=log,
                cwd=places.CHECKOUT,
                env={**os.environ, **self._variables},
            )
        self.await_line(b" ready.")

    def kill(self) -> None:
        """Kill the worker and its pool at once, as a power cut would."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def end(self, number: signal.Signals) -> None:
        """Ask the worker to end, as systemd or a terminal does; returns when it has."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    def await_line(self, text: bytes) -> None:
        """Return when the log has a line with `text`; fail when the worker ends before."""
        assert self._process
        for _ in range(1500):
            if text in self.log.read_bytes():
                return
            try:
                self._process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            break
        raise AssertionError(f"the worker does not say {text!r}:\n{self.log.read_text()}")


class Web:
    """A real gunicorn (one process, four threads) on a socket of the test's own."""

    def __init__(self, log: Path, **variables: str) -> None:
        self.log = log
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        descriptor = listener.fileno()
        plain = {"HTTPS": "0", "WEB_WORKERS": "1", "WEB_BIND": f"fd://{descriptor}"}
        with log.open("wb") as output, listener:
            # The socket is open already: a request waits in its queue until the server is ready.
            self._process = spawn(
                [sys.executable, "-m", "gunicorn", "-c", "python:portal.runtime.web"],
                on_parent_death=signal.SIGKILL,
                output=output,
                cwd=places.CHECKOUT,
                env={**os.environ, **plain, **variables},
                pass_fds=[descriptor],
            )

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """The server's answer, and its body, as it went over the wire."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            client.request(method, path, headers=headers)
            answer = client.getresponse()
            return answer, answer.read()
        finally:
            client.close()

    def stop(self) -> None:
        """End the server as a machine that goes down does; its log is complete afterwards."""
        self._process.terminate()
        self._process.wait()

    def kill(self) -> None:
        """End the server and its workers at once."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def broker() -> Iterator[str]:
    """The address of the broker, without messages of other tests before and after."""
    from portal.celery import app

    app.control.purge()
    yield os.environ["CELERY_BROKER_URL"]
    app.control.purge()


@pytest.fixture(scope="session")
def collected_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PORTAL_VAR in which the static files are collected, as production has it."""
    folder = tmp_path_factory.mktemp("collected")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    variables = {**os.environ, "PORTAL_VAR": str(folder)}
    subprocess.run(command, check=True, cwd=places.CHECKOUT, env=variables)
    return folder


@pytest.fixture
def web_server(
    collected_var: Path, transactional_db: None, tmp_path: Path
) -> Iterator[Callable[..., Web]]:
    """Start real web servers on the test database: `web_server(WEB_THREADS="1")`."""
    from django.db import connection

    started: list[Web] = []

    def start(**variables: str) -> Web:
        database = {"DATABASE_URL": same_server(str(connection.settings_dict["NAME"]))}
        place = {"PORTAL_VAR": str(collected_var)}
        web = Web(tmp_path / f"web-{len(started)}.log", **{**database, **place, **variables})
        started.append(web)
        return web

    yield start
    for web in started:
        web.kill()


@pytest.fixture
def celery_worker(
    broker: str, transactional_db: None, tmp_path: Path
) -> Iterator[Callable[..., Worker]]:
    """Start real workers: `worker = celery_worker()`; all end with the test."""
    from django.db import connection

    started: list[Worker] = []

    def start(**variables: str) -> Worker:
        log = tmp_path / f"worker-{len(started)}.log"
        worker = Worker(str(connection.settings_dict["NAME"]), log, **variables)
        started.append(worker)
        worker.start()
        return worker

    yield start
    for worker in started:
        worker.kill()
