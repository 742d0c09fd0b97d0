"""A partner whom nobody knows: a server of its own, which keeps what it was sent and checks it with
nothing of ours."""

import hashlib
import hmac
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = int | Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Received:
    """One message, as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found

    def is_signed_with(self, secret: str) -> bool:
        """By the words of the specification: HMAC-SHA256 over id, moment and body, in base64."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        digest = hmac.new(b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
        own = f"v1,{b64encode(digest.digest()).decode()}"
        return own in self.headers["webhook-signature"].split(" ")


@dataclass
class Partner:
    """Gives `answers` one after another, then `always` the same: a status, or what a function
    does with the handler."""

    answers: list[Answer] = field(default_factory=list)
    always: Answer = 200
    received: list[Received] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                known = {name.lower(): value for name, value in self.headers.items()}
                partner.received.append(Received(known, body))
                answer = partner.answers.pop(0) if partner.answers else partner.always
                if callable(answer):
                    answer(self)
                else:
                    self.send_response(answer)
                    self.send_header("content-length", "2")
                    self.end_headers()
                    self.wfile.write(b"ok")

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hooks?from=portal"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]

    def says_nothing(self, handler: BaseHTTPRequestHandler) -> None:
        """Takes it, and leaves whoever sent it waiting."""
        self.over.wait(10)

    def dribbles(self, handler: BaseHTTPRequestHandler) -> None:
        """One byte after another, without end: each comes in time."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
        while not self.over.wait(0.01):
            handler.wfile.write(b"y")

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def says(
    status: int, body: bytes = b"", **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer with headers: `says(429, retry_after="60")`."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer
