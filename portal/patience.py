"""How long a request waits for the database.

A server that is stopped, or behind a network that drops everything, refuses nothing: whoever asks
it waits for ever. PostgreSQL's own time limits end with it, so the limit is kept on this side.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from django.db import connection

_LOOK_SECONDS = 0.1


@dataclass
class _Watch:
    """The connections that are waited for, each with the moment at which it is cut."""

    waiting: dict[socket.socket, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    somebody_waits: threading.Event = field(default_factory=threading.Event)
    is_running: bool = False

    def begin(self, link: socket.socket, until: float) -> None:
        with self.lock:
            self.waiting[link] = until
            if not self.is_running:
                threading.Thread(target=self._cut_the_late, daemon=True).start()
                self.is_running = True
        self.somebody_waits.set()

    def end(self, link: socket.socket) -> None:
        with self.lock:
            self.waiting.pop(link, None)
        link.close()

    def _cut_the_late(self) -> None:
        while True:
            self.somebody_waits.wait()
            with self.lock:
                for link in [
                    one for one, until in self.waiting.items() if until < time.monotonic()
                ]:
                    del self.waiting[link]
                    with suppress(OSError):
                        link.shutdown(socket.SHUT_RDWR)
                if not self.waiting:
                    self.somebody_waits.clear()
            time.sleep(_LOOK_SECONDS)


_watch = _Watch()


def _forget() -> None:
    """In a child process no thread of its parent lives on."""
    global _watch
    _watch = _Watch()


os.register_at_fork(after_in_child=_forget)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Ask the database, and have its connection cut after `seconds`: then whoever waits for an
    answer gets an OperationalError. To connect takes as long as DATABASES allows.
    """
    until = time.monotonic() + seconds
    with ExitStack() as watched:
        known = connection.connection
        if known is not None and not known.closed:
            watched.enter_context(_watched(until))
        # It is asked whether it still works, and may be replaced.
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        if connection.connection is not known:
            watched.enter_context(_watched(until))
        yield


@contextmanager
def _watched(until: float) -> Iterator[None]:
    # A second handle on the same socket: should the connection be closed meanwhile, its number may
    # be another file's by the time it would be cut.
    link = socket.socket(fileno=os.dup(connection.connection.fileno()))
    _watch.begin(link, until)
    try:
        yield
    finally:
        _watch.end(link)
