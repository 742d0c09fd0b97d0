"""The web worker: slow senders wait for themselves, and never hold all of its threads."""

import select
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

# A body has so long to come, and a second more for each of so many bytes that have come.
GRACE_SECONDS = 15.0
LEAST_BYTES_PER_SECOND = 16 << 10
# What comes with its head, or right behind it, is there already and waits for nobody.
SECONDS_BEHIND_ITS_HEAD = 0.05
# For an answer to arrive before what is still coming is thrown away.
_LINGER_SECONDS = 0.05
TOO_LONG = {
    LimitRequestLine: (414, "URI Too Long"),
    LimitRequestHeaders: (431, "Request Header Fields Too Large"),
}
_BUSY = "提交人数过多，请稍后重试。 Too many are sending just now; try again soon.\n".encode()
_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Retry-After: 15\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(_BUSY), _BUSY)
)


class SteadySocket:
    """The socket of a request: a sender that is slower than bearable is not waited for."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._until = time.monotonic() + GRACE_SECONDS

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, size: int) -> bytes:
        """Raises TimeoutError, an OSError: the body is unreadable."""
        self._sock.settimeout(max(self._until - time.monotonic(), 0.001))
        try:
            data = self._sock.recv(size)
        finally:
            self._sock.settimeout(None)
        self._until += len(data) / LEAST_BYTES_PER_SECOND
        return data


class SteadyWorker(ThreadWorker):
    """At most half of its threads wait for bodies that are still on their way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))

    def handle_request(self, req: Any, conn: Any) -> bool:
        left = _bytes_to_come(req, conn)
        if not left:
            return bool(super().handle_request(req, conn))
        if not self._waiting.acquire(blocking=False):
            self.log.info("A slow request was turned away: as many as may are waited for.")
            conn.sock.sendall(_ANSWER)
            return _ended(conn)
        try:
            conn.parser.unreader.sock = SteadySocket(conn.sock)
            return bool(super().handle_request(req, conn))
        finally:
            conn.parser.unreader.sock = conn.sock
            self._waiting.release()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """What is too long to be read as a request gets a page of ours, not gunicorn's English."""
        if type(exc) not in TOO_LONG:
            super().handle_error(req, client, addr, exc)
            return
        self.log.info("A request was turned away: its address or its head is too long.")
        with suppress(OSError):
            client.sendall(_too_long(*TOO_LONG[type(exc)]))

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        # What nobody has read is not waited for: the connection ends.
        if getattr(conn.parser.mesg.body.reader, "length", 1):
            return _ended(conn)
        return bool(super()._keepalive_after(conn, keepalive))


def _too_long(code: int, reason: str) -> bytes:
    """The whole answer to an address, or a head, of more than the web server reads."""
    # The site is loaded by then; gunicorn reads this module before.
    from django.template.loader import render_to_string

    page = render_to_string(f"{code}.html", {"code": code}).encode()
    head = f"HTTP/1.1 {code} {reason}\r\nContent-Type: text/html; charset=utf-8\r\n"
    return f"{head}Connection: close\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page


def _ended(conn: Any) -> bool:
    """Let the connection end at once: gunicorn's one watching thread would linger for 2 s."""
    conn.close = lambda graceful=False: util.close_graceful(conn.sock, timeout=_LINGER_SECONDS)
    return False


def _bytes_to_come(req: Any, conn: Any) -> int:
    """How much of the body has not arrived; of one that does not say its length, one."""
    length = getattr(req.body.reader, "length", None)
    if length is None:
        return 1
    missing = int(length) - len(conn.parser.unreader.buf.getvalue())
    if missing <= 0:
        return 0
    select.select([conn.sock], [], [], SECONDS_BEHIND_ITS_HEAD)
    try:
        arrived = len(conn.sock.recv(min(missing, 1 << 16), socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        arrived = 0
    return max(missing - arrived, 0)
