"""The site under load: gunicorn as production runs it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


class Site:
    """A running gunicorn, and what it has cost so far."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.port, self.process = port, process

    def workers(self) -> list[int]:
        """The pids of its web processes."""
        kept = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in kept.read_text().split()]

    def cpu_s(self) -> tuple[float, float]:
        """What its web processes have worked so far, and PostgreSQL for them, in seconds."""
        return sum(map(_cpu_s, self.workers())), sum(map(_cpu_s, _backends()))

    def kill(self) -> None:
        """End it and its web processes at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running() -> Iterator[Site]:
    """The site of the environment, on a port of its own, which takes requests from now on."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    fd = listener.fileno()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:portal.runtime.web"],
        env={**os.environ, "WEB_BIND": f"fd://{fd}", "TRUSTED_PROXIES": "127.0.0.1"},
        pass_fds=[fd], start_new_session=True,
    )  # fmt: skip
    site = Site(process, listener.getsockname()[1])
    # It is the site's from here on: where that ends nobody waits for it.
    listener.close()
    try:
        yield site
    finally:
        site.kill()


def _cpu_s(process: int) -> float:
    """User and system time of all threads of a process, also of those that have ended."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(stat[11]) + int(stat[12])) / _TICK


def _backends() -> list[int]:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in rows]
