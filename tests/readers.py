"""The process that reads a file is forked from one that is warm (`tests/reader_nest.py`).

Most tests send a file on their way to something else, and two thirds of its taking in were a Python
that starts. Each file still has a process of its own, of the same limits. Tests that are about this
process have it started as the site does: `@pytest.mark.usefixtures("readers_of_their_own")`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from portal.runtime import places
from reports.sources import sandbox

_started = sandbox._started


class Reader:
    """As much of a Popen as the sandbox asks for."""

    def __init__(self, pid: int, handle: int, stdin: IO[str], stdout: IO[str], end: socket.socket):
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self._handle, self._end = handle, end
        self._code: int | None = None

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> int:
        """How it ended, once it has."""
        if self._code is None:
            self._code = int(self._end.recv(16))
        return self._code

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        with suppress(BrokenPipeError):
            self.stdin.close()
        self.wait()
        self._end.close()
        os.close(self._handle)


class Nest:
    """The warm process; it starts with its first reader and ends with `end`."""

    def __init__(self) -> None:
        self._door: socket.socket | None = None

    def reader(
        self, seconds: str, folder: Path, environment: dict[str, str], errors: IO[bytes]
    ) -> Reader:
        """Start a reader, as `reports.sources.sandbox` does."""
        door = self._door = self._door or _opened(environment)
        to_read, from_us = os.pipe()
        from_it, to_write = os.pipe()
        end, report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asked = {
            "seconds": seconds, "folder": str(folder), "environment": json.dumps(environment)
        }  # fmt: skip
        with report:
            pipes = [to_read, to_write, errors.fileno(), report.fileno()]
            socket.send_fds(door, [json.dumps(asked).encode()], pipes)
        os.close(to_read)
        os.close(to_write)
        pid, [handle], *_ = socket.recv_fds(end, 16, 1)
        return Reader(int(pid), handle, os.fdopen(from_us, "w"), os.fdopen(from_it), end)

    def end(self) -> None:
        if self._door:
            self._door.close()


def _opened(environment: dict[str, str]) -> socket.socket:
    """A socket to a new nest, which ends when this socket is closed."""
    door, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with inside:
        subprocess.Popen(
            [sys.executable, "-m", "tests.reader_nest", str(inside.fileno())],
            pass_fds=[inside.fileno()],
            env={**environment, "TMPDIR": "/tmp"},
            cwd=places.CHECKOUT,
        )
    return door


@pytest.fixture(autouse=True, scope="session")
def readers_are_forked() -> Iterator[None]:
    """Have readers start from the nest."""
    nest = Nest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "_started", nest.reader)
        yield
    nest.end()


@pytest.fixture
def readers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the process that reads files is what the test is about."""
    monkeypatch.setattr(sandbox, "_started", _started)
