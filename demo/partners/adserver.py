"""The demo's ad server: a partner's program that speaks with the portal over HTTP alone.

`POST /announce` takes what the portal tells, `GET /health` says how it goes, and `POST /control`
(JSON, this machine only) makes it misbehave. Twice a minute it tells the portal what was spent.
"""

import http.client
import json
import threading
from base64 import b32encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from demo.partners import pacing, visits
from demo.partners.adserver_state import State
from demo.partners.pacing import Order, Paced
from demo.plan.period import BUSINESS_ZONE, business_day
from portal import clock
from portal.webhooks import signing

# Of one message: no more boosts than the portal takes, whosever the rows are.
MOST_ROWS = 200
MOST_BYTES = 64_000
MOST_DELAY_S = 60
# What is told of one act comes in several messages: nothing is spent before the last of them.
CALM = timedelta(seconds=15)
PATIENCE_S = 30
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

# How soon it notices that it is to end.
_LOOK_S = 0.05


@dataclass
class Moods:
    """How it misbehaves, as `/control` last said."""

    fail: int = 0
    repeat: int = 0
    delay_s: float = 0
    reorder: bool = False
    vanished_until: datetime = LONG_AGO


@dataclass(frozen=True)
class Visits:
    """A file of visits, and the hours that it has."""

    path: Path
    hours: Sequence[Paced]


@dataclass
class AdServer:
    """One ad server, of the endpoint `code` of the portal at `portal_url`.

    `heard_by` are the keys that the portal signs with, `signs_by` those for what is sent.
    """

    portal_url: str
    code: str
    heard_by: Sequence[bytes]
    signs_by: Sequence[bytes]
    state: State
    moods: Moods = field(default_factory=Moods)

    def due(self, now: datetime) -> list[Paced]:
        """What the portal does not know yet: hours that were never told, and those that changed.

        An hour that changed, or that a stop told late took away, is told by a higher revision.
        """
        corrections = self.state.corrections()
        found: list[Paced] = []
        for order in self.state.orders(heard_until=now - CALM):
            found += _due(order, self.state.told(order.boost_id), corrections, now)
        return found

    def tell(self, now: datetime) -> int:
        """Tell the portal all that is due; how many rows it took. One call at a time."""
        if now < self.moods.vanished_until:
            return 0
        taken = 0
        for rows in _messages(self.due(now)):
            if not self._post(rows, now):
                break
            self.state.keep_told(rows)
            taken += len(rows)
        return taken

    def write_visits(self, folder: Path, now: datetime) -> Visits | None:
        """What the community sees of clicks since the business day on which this server was begun:
        a file in `folder`, and the hours that are in it; None where there is nothing new."""
        first = datetime.combine(business_day(self.state.begun_at(now)), time(), BUSINESS_ZONE)
        orders = {order.boost_id: order for order in self.state.orders(heard_until=now)}
        hours = [hour for hour in self.state.unvisited(first) if orders[hour.boost_id].note_id]
        if not hours:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"visits-{now:%Y%m%dT%H%M%S}.csv"
        visits.write(path, orders, hours)
        return Visits(path, hours)

    def _post(self, rows: Sequence[Paced], now: datetime) -> bool:
        """Whether the portal answered that it has them. The next look sends what it has not."""
        sent = reversed(rows) if self.moods.reorder else rows
        said = {
            "type": "delivery.rows",
            "timestamp": now.isoformat(),
            "data": {"rows": [row.as_json() for row in sent]},
        }
        body = json.dumps(said).encode()
        message_id = "ads_" + b32encode(token_bytes(16)).decode().rstrip("=").lower()
        times = 1
        if self.moods.repeat:
            self.moods.repeat -= 1
            times = 2
        try:
            answers = [self._sent(message_id, body) for _time in range(times)]
        except (OSError, http.client.HTTPException):
            return False
        return set(answers) == {200}

    def _sent(self, message_id: str, body: bytes) -> int:
        portal = urlsplit(self.portal_url)
        headers = signing.sign(self.signs_by, message_id, clock.now(), body)
        headers["Content-Type"] = "application/json"
        client = http.client.HTTPConnection(
            portal.hostname or "", portal.port or 80, timeout=PATIENCE_S
        )
        try:
            client.request("POST", f"/api/v1/deliveries/{self.code}", body, headers)
            answer = client.getresponse()
            answer.read()
            return answer.status
        finally:
            client.close()

    def announced(self, headers: dict[str, str], body: bytes) -> int:
        """Take what the portal tells; the status that it gets."""
        now = clock.now()
        try:
            message_id = signing.check(self.heard_by, headers, body, now)
        except signing.Forged:
            return 401
        if self.moods.fail:
            self.moods.fail -= 1
            return 500
        try:
            self.state.hear(message_id, json.loads(body)["data"], now)
        except (KeyError, TypeError, ValueError):
            return 422
        return 204

    def control(self, asked: dict[str, Any]) -> None:
        """Misbehave as asked. Raises KeyError, TypeError or ValueError for what it cannot."""
        moods = self.moods
        moods.fail = int(asked.get("fail", moods.fail))
        moods.repeat = int(asked.get("repeat", moods.repeat))
        moods.delay_s = min(float(asked.get("delay_s", moods.delay_s)), MOST_DELAY_S)
        moods.reorder = bool(asked.get("reorder", moods.reorder))
        if "vanish_s" in asked:
            moods.vanished_until = clock.now() + timedelta(seconds=float(asked["vanish_s"]))
        if "correct" in asked:
            corrected = asked["correct"]
            factor = float(corrected["factor"])
            if not 0 <= factor <= 100:
                raise ValueError("factor is from 0 to 100")
            hour_at = datetime.fromisoformat(corrected["hour"]).astimezone(UTC)
            self.state.correct(str(corrected["boost"]), hour_at, factor)


def serve(server: AdServer, host: str, port: int) -> ThreadingHTTPServer:
    """Answer at an address, in a thread of its own, until `shutdown` is called."""
    http_server = ThreadingHTTPServer((host, port), partial(_Handler, server))
    http_server.daemon_threads = True
    threading.Thread(target=http_server.serve_forever, args=[_LOOK_S], daemon=True).start()
    return http_server


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE_S

    def __init__(self, server: AdServer, *given: Any) -> None:
        self._ads = server
        super().__init__(*given)

    def do_GET(self) -> None:
        if self._is_away():
            return
        if self.path == "/health":
            self._answer(200, {"heard": self._ads.state.heard_ids()})
        else:
            self._answer(404)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        if self.path == "/control":
            self._answer(self._controlled(body))
        elif self.path != "/announce":
            self._answer(404)
        elif not self._is_away():
            threading.Event().wait(self._ads.moods.delay_s)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(self._ads.announced(headers, body))

    def _controlled(self, body: bytes) -> int:
        # A page in a browser cannot send this type unasked.
        if self.headers.get("Content-Type") != "application/json":
            return 415
        try:
            self._ads.control(json.loads(body))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return 422
        return 204

    def _is_away(self) -> bool:
        """Whether it has vanished: the connection ends without a word."""
        is_away = clock.now() < self._ads.moods.vanished_until
        self.close_connection = self.close_connection or is_away
        return is_away

    def _answer(self, status: int, told: dict[str, Any] | None = None) -> None:
        body = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _due(
    order: Order,
    told: dict[tuple[str, datetime], Paced],
    corrections: dict[tuple[str, datetime], float],
    now: datetime,
) -> Iterator[Paced]:
    wanted = {(row.boost_id, row.hour_at): row for row in pacing.hours(order, now)}
    for key in told.keys() - wanted.keys():
        # It was spent before the server heard that the boost had paused or ended.
        wanted[key] = pacing.priced(order, key[1], 0, now)
    for key, row in sorted(wanted.items()):
        factor = corrections.get(key)
        if factor is not None:
            row = pacing.priced(order, row.hour_at, int(row.spend_fen * factor), now)
        known = told.get(key)
        if known is None:
            yield row
        elif replace(known, revision=row.revision) != row:
            yield replace(row, revision=max(row.revision, known.revision + 1))


def _messages(rows: Sequence[Paced]) -> Iterator[list[Paced]]:
    """`rows` in parts, none of which is too large for one message."""
    for begin in range(0, len(rows), MOST_ROWS):
        yield list(rows[begin : begin + MOST_ROWS])
