"""Large and slow requests over a real gunicorn: nothing is read for nobody, and pages go on."""

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from portal.accounts.models import User
from portal.runtime.testing import Web
from portal.uploads.bounds import FORM_BYTES

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/accounts/login/"
HUGE = 300 << 20


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Where bodies that are read would be kept."""
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def web(web_server: Callable[..., Web], spool: Path) -> Web:
    return web_server(TMPDIR=str(spool), WEB_THREADS="4")


FILE, FIELDS = "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"


def head(path: str, person: User | None, *lines: str, kind: str = FILE) -> bytes:
    cookie = []
    if person:
        client = Client()
        client.force_login(person)
        cookie = [f"Cookie: {settings.SESSION_COOKIE_NAME}={client.session.session_key}"]
    first = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}"]
    return "\r\n".join([*first, *cookie, *lines, "", ""]).encode()


@contextmanager
def sending(web: Web, begun: bytes) -> Iterator[socket.socket]:
    """A connection on which a request has begun."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=60) as sender:
        sender.sendall(begun)
        yield sender


def answer_to(web: Web, begun: bytes) -> int:
    """The status that comes back while the rest of the body is still owed; the end follows."""
    file = b"--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n"
    with sending(web, begun + file) as sender:
        received = b""
        while part := sender.recv(65536):
            received += part
        return int(received.split()[1])


def test_three_hundred_megabytes_are_refused_before_they_are_sent(
    web: Web, spool: Path, shop: Merchant, alice: User, ana: User, charlie: User, team: object
) -> None:
    length = f"Content-Length: {HUGE}"
    document = reverse("merchants:application-new", args=[shop.code])
    data = reverse("reports:data-new", args=[shop.code])
    assert answer_to(web, head(PAGE, None, length)) == 413
    assert answer_to(web, head("/nowhere/", None, length)) == 413
    assert answer_to(web, head(document, alice, length)) == 413
    # 300 MB are no more than an event file may have: who asks is what matters.
    assert answer_to(web, head(data, None, length)) == 302
    assert answer_to(web, head(data, ana, length)) == 403
    assert answer_to(web, head(data, charlie, length)) == 404
    assert answer_to(web, head(PAGE, None, "Transfer-Encoding: chunked")) == 411
    assert list(spool.iterdir()) == []


def test_a_form_just_small_enough_is_read_and_its_token_is_asked_for(
    web: Web, alice: User, shop: Merchant
) -> None:
    data = reverse("reports:data-new", args=[shop.code])
    body = b"a=" + b"b" * (FORM_BYTES - 2)
    for path, person, more in ((PAGE, None, 0), (data, alice, 1000)):
        length = f"Content-Length: {len(body) + more}"
        begun = head(path, person, length, "Connection: close", kind=FIELDS)
        with sending(web, begun + body + b"b" * more) as sender:
            assert sender.recv(65536).split()[1] == b"403"


def test_sixty_slow_senders_do_not_keep_a_page_from_anybody(web: Web) -> None:
    assert web.ask(PAGE)[0].status == 200
    begun = head(PAGE, None, "Content-Length: 1000") + b"a"
    with ExitStack() as slow:
        senders = [slow.enter_context(sending(web, begun)) for _ in range(60)]
        for _ in range(5):
            assert web.ask(PAGE)[0].status == 200
        told = [sender for sender in senders if select.select([sender], [], [], 0)[0]]
        assert told
        assert {sender.recv(12) for sender in told} == {b"HTTP/1.1 503"}


@pytest.mark.parametrize("words", ["长" * 1000, "长" * 3000, "long " * 12_000])
def test_a_search_that_fits_into_no_address_is_answered_in_both_languages(
    web: Web, words: str
) -> None:
    answer, body = web.ask(f"/find/?{urlencode({'q': words})}")
    assert (answer.status, answer.headers["Content-Type"]) == (414, "text/html; charset=utf-8")
    assert "输入的内容过长" in body.decode()
    assert "keep a few words" in body.decode()


def test_what_comes_beside_a_request_is_bounded_and_named(web: Web) -> None:
    answer, body = web.ask("/find/", Cookie="a=" + "b" * 9000)
    assert (answer.status, answer.headers["Content-Type"]) == (431, "text/html; charset=utf-8")
    assert "请求附带的内容过长" in body.decode()
    assert "delete the cookies of this site" in body.decode()


def test_a_search_for_a_whole_paragraph_is_read(web: Web) -> None:
    assert web.ask(f"/find/?{urlencode({'q': '长' * 800})}")[0].status == 200
