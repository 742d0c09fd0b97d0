"""Keeps the long-running children alive: restarts what ends, stops all at the end."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from portal.runtime import places
from portal.runtime.processes import spawn

_FIRST_DELAY, _LAST_DELAY = 0.5, 8.0
# A child that lived this long had started well: its next failure counts as the first.
_HEALTHY_SECONDS = 60.0
_LOOK_SECONDS = 0.2
# A request or a task that takes longer is cut off: its transaction rolls back, its job goes on
# with the next worker.
_STOP_SECONDS = 3.0
_LOG_BYTES = 10_000_000


class Stopped(BaseException):
    """Somebody asked this process to end (Ctrl-C, or a signal)."""


class Child(Protocol):
    """What can be kept alive: an embedded server or one of our own processes."""

    name: str
    log: Path

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def exit_code(self) -> int | None: ...


class Service:
    """One of our own processes; its output goes to `var/log/<name>.log`."""

    def __init__(
        self, name: str, command: Sequence[str | Path], *, fds: Sequence[int] = ()
    ) -> None:
        self.name = name
        self.log = places.var() / "log" / f"{name}.log"
        self._command = command
        self._fds = fds
        self._process: subprocess.Popen[bytes] | None = None
        self._kill_at = 0.0

    def start(self) -> None:
        """Start the process; call it from the main thread."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._process = spawn(
                self._command,
                on_parent_death=signal.SIGKILL,
                output=log,
                cwd=places.CHECKOUT,
                pass_fds=self._fds,
            )

    def exit_code(self) -> int | None:
        """The exit code of a process that has ended; None while it runs."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """Ask the process to end; its seconds begin to count."""
        if self._process:
            self._kill_at = time.monotonic() + _STOP_SECONDS
            self._process.terminate()

    def stop(self) -> None:
        """Return when the process has ended; kill it and its session when its time is over."""
        if self._process is None:
            return
        if not self._kill_at:
            self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, self._kill_at - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@dataclass
class _Watch:
    """One child and when it may start again."""

    child: Child
    delay: float = _FIRST_DELAY
    started_at: float = field(default_factory=time.monotonic)
    restart_at: float | None = None

    def tend(self) -> None:
        """Notice that the child has ended, or start it again when it is time."""
        now = time.monotonic()
        if self.restart_at is not None:
            if now >= self.restart_at:
                self.restart_at, self.started_at = None, now
                self.child.start()
        elif (code := self.child.exit_code()) is not None:
            if now - self.started_at > _HEALTHY_SECONDS:
                self.delay = _FIRST_DELAY
            self.restart_at = now + self.delay
            cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            name, log = self.child.name, self.child.log
            print(f"{name} ended ({cause}); again in {self.delay:g} s, see {log}", flush=True)
            self.delay = min(self.delay * 2, _LAST_DELAY)

    def quiet_seconds(self) -> float:
        """For how long nothing has to be done, unless the child ends."""
        if self.restart_at is None:
            return _LAST_DELAY
        return max(0.0, self.restart_at - time.monotonic())


class Supervisor:
    """Starts children, keeps them alive while `run` runs, and stops them in reverse order."""

    def __init__(self) -> None:
        self._watches: list[_Watch] = []

    def start(self, child: Child) -> None:
        """Start `child` and keep it alive from now on."""
        child.start()
        self._watches.append(_Watch(child))

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Tend the children until `until` is true; without it, until this process is stopped."""
        with _bell() as bell:
            while until is None or not until():
                for watch in self._watches:
                    watch.tend()
                waits = [watch.quiet_seconds() for watch in self._watches]
                select.select(
                    [bell], [], [], min([*waits, _LOOK_SECONDS if until else _LAST_DELAY])
                )
                with contextlib.suppress(BlockingIOError):
                    bell.recv(4096)

    def stop(self) -> None:
        """Stop our own processes all at once, then the servers they use, the last started first.

        Another Ctrl-C changes nothing.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children = [watch.child for watch in reversed(self._watches)]
        self._watches.clear()
        for child in children:
            if isinstance(child, Service):
                child.ask_to_stop()
        for child in children:
            child.stop()


def stop_on_signals() -> None:
    """Have Ctrl-C, SIGTERM and a closed terminal raise `Stopped` in the main thread."""

    def stop(number: int, frame: object) -> None:
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


@contextlib.contextmanager
def _bell() -> Iterator[socket.socket]:
    """A socket that becomes readable whenever a child ends or a signal comes."""
    reader, writer = socket.socketpair()
    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield reader
        finally:
            signal.set_wakeup_fd(before)
