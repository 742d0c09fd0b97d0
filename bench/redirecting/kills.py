"""kill -9 of web processes, and of all of them with their master, while readers note their clicks.

A reader who was sent on was told a click id. After the last kill each of these has to stand in the
spool once.
"""

import http.client
import json
import os
import random
import signal
import threading
from collections import Counter
from contextlib import ExitStack, closing
from urllib.parse import parse_qs, urlsplit

from bench.redirecting import site

READERS, BETWEEN = 16, 200
_LOOK_SECONDS = 0.02


class _Readers:
    def __init__(self, codes: list[str], host: str) -> None:
        self.port, self.noted, self.ends = 0, list[str](), False
        self._codes, self._headers = codes, {
            "Host": host, "X-Forwarded-Proto": "https",
            "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148",
        }  # fmt: skip
        self.threads = [threading.Thread(target=self._press) for _ in range(READERS)]

    def await_more(self, count: int, running: site.Site) -> None:
        enough, pause = len(self.noted) + count, threading.Event()
        while len(self.noted) < enough and running.process.poll() is None:
            pause.wait(_LOOK_SECONDS)

    def _press(self) -> None:
        while not self.ends:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            with closing(client):
                try:
                    while not self.ends:
                        client.request(
                            "GET", f"/l/{random.choice(self._codes)}", headers=self._headers
                        )
                        answer = client.getresponse()
                        answer.read()
                        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
                        self.noted.extend(asked["nl_click"])
                except (OSError, http.client.HTTPException):
                    continue


def run(kills: int, codes: list[str], host: str) -> int:
    """Exit status: 0 when each click that a reader was told stands in the spool once."""
    from merchants.links import spool

    readers = _Readers(codes, host)
    with ExitStack() as stack:
        running = stack.enter_context(site.running())
        readers.port = running.port
        for thread in readers.threads:
            thread.start()
        for number in range(kills):
            readers.await_more(random.randrange(1, BETWEEN), running)
            if number % 4 == 3:
                running.kill()
                running = stack.enter_context(site.running())
                readers.port = running.port
            else:
                os.kill(random.choice(running.workers()), signal.SIGKILL)
        readers.await_more(BETWEEN, running)
        readers.ends = True
        for thread in readers.threads:
            thread.join()
    lines = (json.loads(line) for path in spool.rotate() for line in spool.lines(path))
    kept = Counter(line.get("event_id") for line in lines)
    lost = [click for click in readers.noted if not kept[click]]
    twice = [click for click, count in kept.items() if count > 1]
    untold = kept.total() - len(readers.noted)
    print(
        f"{kills} kills, {len(readers.noted):,} readers were sent on: {len(lost)} of their clicks"
        f" lost, {len(twice)} doubled; {untold:,} clicks written of which nobody was told"
    )
    return int(bool(lost or twice))
