"""Real web processes that keep links ready: what they follow, and what a kill takes from them."""

import http.client
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from merchants.links import click_ids, generation
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.openings.models import Opening
from merchants.tests.test_links import BROWSER, spooled
from merchants.tests.test_outage import Answer, ask, click_of, is_right, until
from portal import clock
from portal.runtime.testing import Web
from tests.ruling import another, rewrite


@pytest.fixture
def site(web_server: Callable[..., Web], collected_var: Path, tmp_path: Path) -> Callable[[], Web]:
    """Start the site on this machine: its folder is the test's."""
    (tmp_path / "static").symlink_to(collected_var / "static")
    return lambda: web_server(PORTAL_VAR=str(tmp_path), WEB_WORKERS="2")


def test_what_changes_here_is_followed_at_the_next_click_and_elsewhere_soon_after(
    live_listing: Listing, opening: Opening, site: Callable[[], Web]
) -> None:
    web, owner = site(), live_listing.created_by

    def leads_outside() -> bool:
        """Asked of both processes, as often as it takes to meet them."""
        led = {ask(web, f"/l/{live_listing.code}")[1].partition("?")[0] for _time in range(6)}
        assert len(led) == 1, "both know the same"
        return led == {"https://detail.tmall.com/item.htm"}

    assert leads_outside()
    listing = live_listing
    for _time in range(3):
        listing = listings.pause(listing, by=owner)
        assert not leads_outside()
        listing = listings.resume(listing, by=owner)
        assert leads_outside()
    # A statement tells no signal: as if another machine had made it.
    rewrite(state="closed")
    until(lambda: "/item.htm" not in ask(web, f"/l/{live_listing.code}")[1])
    rewrite(state="open")
    generation.raise_()
    assert leads_outside()
    closes_at = clock.now() + timedelta(seconds=1)
    another(opening, state="closed", effective_at=closes_at)
    seen = [(clock.now(), ask(web, f"/l/{live_listing.code}"), clock.now())]
    while seen[-1][0] <= closes_at + timedelta(seconds=0.2):
        seen.append((clock.now(), ask(web, f"/l/{live_listing.code}"), clock.now()))
    assert all(is_right(*one, closes_at) for one in seen)
    assert "/item.htm" not in seen[-1][1][1]


class Readers:
    """Four readers who follow one link and note each click id that they were given."""

    def __init__(self, code: str) -> None:
        self.port, self.noted, self.ends = 0, list[str](), False
        self._code = code
        self._threads = [threading.Thread(target=self._press, args=[n]) for n in range(4)]

    def begin(self, port: int) -> None:
        self.port = port
        for thread in self._threads:
            thread.start()

    def await_more(self, count: int) -> None:
        enough = len(self.noted) + count
        until(lambda: len(self.noted) >= enough)

    def join(self) -> None:
        self.ends = True
        for thread in self._threads:
            thread.join()

    def _press(self, number: int) -> None:
        press = 0
        while not self.ends:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            with closing(client):
                try:
                    while not self.ends:
                        press += 1
                        known = click_ids.sign("reader", f"{number}-{press}")
                        self.noted.append(click_of(self._ask(client, known)))
                except (OSError, http.client.HTTPException):
                    # Its process was killed. Nobody told him an id, so nobody owes him a click.
                    continue

    def _ask(self, client: http.client.HTTPConnection, known: str) -> Answer:
        headers = {"User-Agent": BROWSER, "Host": "localhost"}
        client.request("GET", f"/l/{self._code}?u={known}", headers=headers)
        answer = client.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location") or ""


def test_no_click_is_lost_or_doubled_when_processes_are_killed(
    live_listing: Listing, site: Callable[[], Web]
) -> None:
    web, readers = site(), Readers(live_listing.code)
    readers.begin(web.port)
    for _kill in range(2):
        readers.await_more(20)
        os.kill(workers_of(web)[0], signal.SIGKILL)
    readers.await_more(20)
    web.kill()
    web = site()
    readers.port = web.port
    readers.await_more(20)
    readers.join()
    web.kill()
    kept = Counter(click["event_id"] for click in spooled())
    assert len(set(readers.noted)) == len(readers.noted) > 80
    assert {kept[click_id] for click_id in readers.noted} == {1}


def workers_of(web: Web) -> list[int]:
    """Its workers now: one that was killed has another one after it."""
    master = web._process.pid
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
