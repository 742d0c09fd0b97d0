"""Only public addresses of listed hosts are called, once, within a time and a size."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from portal import fetching
from portal.fetching import Fault, Unreachable
from portal.webhooks.tests.partner import Partner, says


@pytest.fixture
def partner() -> Iterator[Partner]:
    one = Partner()
    yield one
    one.close()


def ask(url: str, *hosts: str, keep: int = 100) -> fetching.Answer:
    return fetching.post(url, b"{}", headers={}, hosts=hosts, keep=keep)


def fault_of(url: str, *hosts: str) -> Fault:
    with pytest.raises(Unreachable) as caught:
        ask(url, *hosts)
    return caught.value.fault


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Each name leads to these addresses; the names that were looked up."""
    asked: list[str] = []

    def look_up(host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        found = [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in addresses]
        return [(family, 1, 6, "", (one, port)) for family, one in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where connections were begun to; none of them is made."""
    began: list[Any] = []

    class Closed(socket.socket):
        def connect(self, place: Any) -> None:
            began.append(place)
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "socket", Closed)
    return began


NOT_PUBLIC = [
    "127.0.0.1", "127.8.8.8", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "240.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.8", "::ffff:127.0.0.1",
    "64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1", "2001:db8::1", "::10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_connection_is_begun_to_what_is_not_public(
    address: str, settings: Any, monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    settings.WEBHOOK_LOOPBACK = False
    named(monkeypatch, address)
    assert fault_of("https://partner.example/", "partner.example") == Fault.NOT_PUBLIC
    named(monkeypatch, "93.184.216.34", address)
    assert fault_of("https://partner.example/", "partner.example") == Fault.NOT_PUBLIC
    assert connected == []


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_what_is_public_is_called(
    address: str, monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    named(monkeypatch, address)
    assert fault_of("https://partner.example/", "partner.example") == Fault.REFUSED
    assert connected == [(address, 443)]


def test_a_name_is_looked_up_once_and_the_connection_goes_there(
    settings: Any, monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    """A second look would find this machine."""
    settings.WEBHOOK_LOOPBACK = False
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    asked: list[str] = []

    def look_up(host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", (one, port)) for one in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert fault_of("https://partner.example/", "partner.example") == Fault.REFUSED
    assert asked == ["partner.example"]
    assert connected == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/", "https://partner.example.other.example/",
        "https://sub.partner.example/", "https://partner.example@other.example/",
        "https://me@partner.example/", "ftp://partner.example/", "file:///etc/passwd", "//x", "",
        "https://partner.example:0/", "https://partner.example:x/", "https://[::1/",
        "https://partner.example/ä", "gopher://partner.example/",
    ],
)  # fmt: skip
def test_only_hosts_that_are_listed_are_looked_up(
    url: str, monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    asked = named(monkeypatch, "93.184.216.34")
    assert fault_of(url, "partner.example") == Fault.NOT_LISTED
    assert (asked, connected) == ([], [])


def test_without_encryption_only_this_machine_is_called(
    monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    named(monkeypatch, "93.184.216.34")
    assert fault_of("http://partner.example/", "partner.example") == Fault.NOT_PUBLIC
    assert connected == []


@pytest.mark.parametrize("is_let", [True, False])
def test_this_machine_is_called_where_the_site_says_so(
    partner: Partner, settings: Any, is_let: bool
) -> None:
    settings.WEBHOOK_LOOPBACK = is_let
    if is_let:
        assert ask(partner.url, "127.0.0.1").status == 200
    else:
        assert fault_of(partner.url, "127.0.0.1") == Fault.NOT_PUBLIC
    assert len(partner.received) == int(is_let)


def test_an_address_reaches_its_partner_whole(partner: Partner) -> None:
    answer = fetching.post(
        partner.url, b"\0\xff", headers={"x-one": "1"}, hosts={"127.0.0.1"}, keep=1
    )
    [one] = partner.received
    assert (one.body, one.headers["x-one"]) == (b"\0\xff", "1")
    assert one.headers["host"] == f"127.0.0.1:{partner.server.server_port}"
    assert (answer.status, answer.body) == (200, b"o")


def test_a_redirect_is_not_followed(partner: Partner) -> None:
    partner.answers = [says(302, location=partner.url)]
    assert ask(partner.url, "127.0.0.1").status == 302
    assert len(partner.received) == 1


@pytest.mark.parametrize("way", ["says_nothing", "dribbles"])
def test_who_dawdles_is_cut_off(
    partner: Partner, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    partner.answers = [getattr(partner, way)]
    assert fault_of(partner.url, "127.0.0.1") == Fault.TOO_LATE


def test_a_server_of_names_that_gives_no_answer_is_left(
    monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.1)
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: over.wait(10) and [])
    assert fault_of("https://partner.example/", "partner.example") == Fault.TOO_LATE
    over.set()


def test_nobody_at_home_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*asked: Any, **more: Any) -> list[Any]:
        raise socket.gaierror

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert fault_of(f"http://127.0.0.1:{port}/", "127.0.0.1") == Fault.REFUSED
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert fault_of("https://partner.example/", "partner.example") == Fault.NO_NAME


def test_a_certificate_that_proves_another_host_is_refused(partner: Partner) -> None:
    """A server that speaks no TLS at all proves nothing either."""
    url = partner.url.replace("http://", "https://")
    assert fault_of(url, "127.0.0.1") == Fault.NOT_PROVEN
    assert partner.received == []


def test_what_is_no_http_is_said(partner: Partner) -> None:
    def another(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-hello\r\n")

    partner.answers = [another]
    assert fault_of(partner.url, "127.0.0.1") == Fault.BROKEN


def test_of_a_long_answer_only_the_beginning_is_read(partner: Partner) -> None:
    partner.answers = [says(200, b"x" * 300_000)]
    assert ask(partner.url, "127.0.0.1", keep=2048).body == b"x" * 2048
