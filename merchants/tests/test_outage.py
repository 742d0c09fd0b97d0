"""PostgreSQL is killed, stopped and started again while readers follow links: none is let down.

The web server is a real one, and so is its PostgreSQL: one of the test's own, filled with what the
test has set up.
"""

import http.client
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from merchants.links import click_ids, local_copy
from merchants.listings.models import Listing
from merchants.openings.models import Opening
from merchants.tests.test_links import BROWSER, spooled
from portal import clock
from portal.runtime.postgres import Cluster, _binaries, same_server
from portal.runtime.testing import Web
from tests.ruling import another

REQUESTS, READERS = 10_000, 8
Answer = tuple[int, str]


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("own")
    cluster = Cluster(folder / "postgres", log=folder / "postgres.log", durable=False)
    cluster.start()
    yield cluster
    cluster.remove()


@pytest.fixture
def site(
    postgres: Cluster, web_server: Callable[..., Web], collected_var: Path, tmp_path: Path
) -> Callable[[], Web]:
    """Start the site on the own PostgreSQL, with all that the test has committed so far."""

    def start() -> Web:
        return web_server(DATABASE_URL=postgres.url, PORTAL_VAR=str(tmp_path), WEB_WORKERS="2")

    (tmp_path / "static").symlink_to(collected_var / "static")
    return start


def fill(postgres: Cluster) -> None:
    """Copy the database of the test."""
    programs = _binaries(postgres.run_as)
    ours = same_server(str(connection.settings_dict["NAME"]))
    dump = subprocess.run(
        [programs / "pg_dump", "--no-owner", ours], check=True, capture_output=True
    )
    subprocess.run(
        [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", postgres.url],
        check=True, input=dump.stdout, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def processes(postgres: Cluster) -> list[int]:
    """The server's own process, and those of its connections."""
    server = int((postgres.data / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{server}/task/{server}/children").read_text()
    return [server, *map(int, children.split())]


def signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, number)


def until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _look in range(6000):
        if is_so():
            return
        pause.wait(0.05)
    raise AssertionError("it never came to be")


def is_copied(code: str) -> bool:
    try:
        return bool(local_copy.find(code))
    except local_copy.NoCopy:
        return False


def ask(web: Web, path: str) -> Answer:
    answer, _body = web.ask(path, **{"User-Agent": BROWSER, "Host": "localhost"})
    return answer.status, answer.getheader("Location") or ""


class Crowd:
    """Readers who follow one link, a few at a time, each with a connection that stays open."""

    def __init__(self, web: Web, code: str) -> None:
        self.answers: list[Answer] = []
        self._port, self._code = web.port, code
        self._threads = [
            threading.Thread(target=self._press, args=[number]) for number in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    def await_answers(self, count: int) -> None:
        until(lambda: len(self.answers) >= count)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _press(self, number: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        with closing(client):
            for press in range(REQUESTS // READERS):
                known = click_ids.sign("reader", f"{number}-{press}")
                path = f"/l/{self._code}?u={known}" if press % 2 else f"/l/{self._code}"
                client.request("GET", path, headers={"User-Agent": BROWSER, "Host": "localhost"})
                answer = client.getresponse()
                answer.read()
                self.answers.append((answer.status, answer.getheader("Location") or ""))


def click_of(answer: Answer) -> str:
    [click_id] = parse_qs(urlsplit(answer[1]).query)["nl_click"]
    return click_id


def test_ten_thousand_readers_do_not_notice_that_postgresql_is_killed_and_comes_back(
    live_listing: Listing, postgres: Cluster, site: Callable[[], Web]
) -> None:
    fill(postgres)
    web = site()
    until(lambda: is_copied(live_listing.code))
    crowd = Crowd(web, live_listing.code)
    crowd.await_answers(REQUESTS // 5)
    signal_all(processes(postgres), signal.SIGKILL)
    crowd.await_answers(REQUESTS // 2)
    postgres.start()
    crowd.join()
    assert {status for status, _where in crowd.answers} == {302}
    # Where the machine is so busy that the copy is not fresh, it leads to what is sold here.
    places = {urlsplit(where).path for _status, where in crowd.answers}
    assert "/item.htm" in places
    assert places <= {"/item.htm", f"/p/{live_listing.fallback_id}/"}
    acknowledged = sorted(click_of(answer) for answer in crowd.answers)
    assert len(acknowledged) == REQUESTS
    assert sorted(click["event_id"] for click in spooled()) == acknowledged
    assert {click["kind"] for click in spooled()} == {"click"}
    assert ask(web, "/l/nosuchcode")[0] == 404


def test_what_was_to_close_closes_at_its_second_whatever_became_of_postgresql(
    live_listing: Listing, opening: Opening, postgres: Cluster, site: Callable[[], Web]
) -> None:
    closes_at = clock.now() + timedelta(seconds=20)
    another(opening, state="closed", effective_at=closes_at)
    fill(postgres)
    web = site()
    until(lambda: is_copied(live_listing.code))
    stopped = processes(postgres)
    signal_all(stopped, signal.SIGSTOP)
    try:
        seen = [(clock.now(), ask(web, f"/l/{live_listing.code}"), clock.now())]
        web.stop()
        web = site()
        while seen[-1][0] <= closes_at:
            seen.append((clock.now(), ask(web, f"/l/{live_listing.code}"), clock.now()))
        assert all(is_right(*one, closes_at) for one in seen)
        for path in ("/l/nosuchcode", f"/p/{live_listing.fallback_id}/", "/find/?q=x"):
            assert ask(web, path) == (200, "")
        assert len(spooled()) == len(seen)
    finally:
        signal_all(stopped, signal.SIGCONT)
    until(lambda: ask(web, "/l/nosuchcode")[0] == 404)


def is_right(
    asked_at: datetime, answer: Answer, answered_at: datetime, closes_at: datetime
) -> bool:
    status, where = answer
    place = urlsplit(where).path
    if answered_at < closes_at:
        return (status, place) == (302, "/item.htm")
    return status == 302 and (asked_at < closes_at or place.startswith("/p/"))
