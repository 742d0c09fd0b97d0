"""Call an address that people or partners gave us: a public one of the hosts listed for it alone.

The name is looked up once, and the connection goes to the address that was looked at: a name that
means another machine a moment later leads nowhere else. Nothing is followed, and whoever dawdles is
cut off in the middle of a word.
"""

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# For all of it: the name, the connection, the certificate, the question and the answer.
SECONDS = 5.0
# Of an answer no more is read.
MOST_BYTES = 2 * 1024**2

_GIVEN_OUT = IPv6Network("2000::/3")
# Addresses in which one of IPv4 is wrapped: they lead wherever that does.
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))


class Fault(models.TextChoices):
    """Why an address gave no answer."""

    NOT_LISTED = "not_listed", _("The address is not of a host that is listed for it")
    NO_NAME = "no_name", _("Nobody knows the name of the host")
    NOT_PUBLIC = "not_public", _("The name leads to an address that is not public")
    REFUSED = "refused", _("Nobody took the connection")
    NOT_PROVEN = "not_proven", _("The certificate does not prove the host")
    TOO_LATE = "too_late", _("There was no whole answer in time")
    BROKEN = "broken", _("What came was no answer in HTTP")


class Unreachable(Exception):
    """There is no answer, because of `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Answer:
    """What came back: headers by their names in small letters, and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    hosts: Collection[str],
    keep: int = MOST_BYTES,
) -> Answer:
    """Send `body` to `url`, whose host is exactly one of `hosts`; at most `keep` bytes of the
    answer are read. A redirect is an answer like others: it is not followed.

    Raises Unreachable after SECONDS at the latest.
    """
    ends_at = time.monotonic() + SECONDS
    target = _target(url, hosts)
    link = _connected(target, ends_at)
    with _cut_at(link, ends_at) as is_cut:
        try:
            answer = _asked(link, target, body, headers, keep)
        except ssl.SSLError as error:
            raise Unreachable(Fault.TOO_LATE if is_cut() else Fault.NOT_PROVEN) from error
        except (OSError, http.client.HTTPException) as error:
            late = is_cut() or isinstance(error, TimeoutError)
            raise Unreachable(Fault.TOO_LATE if late else Fault.BROKEN) from error
        # An answer that was cut off in its headers ends there, and would pass for a whole one.
        if is_cut():
            raise Unreachable(Fault.TOO_LATE)
        return answer


def _target(url: str, hosts: Collection[str]) -> SplitResult:
    """The parts of an address whose host is listed and that says nothing else."""
    try:
        parts = urlsplit(url)
        is_ours = parts.port != 0 and parts.hostname in hosts and url.isascii()
    except ValueError as error:
        raise Unreachable(Fault.NOT_LISTED) from error
    if not is_ours or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise Unreachable(Fault.NOT_LISTED)
    return parts


def _connected(target: SplitResult, ends_at: float) -> socket.socket:
    """A connection to the first address of the host that takes one; all of them may be called."""
    port = target.port or (443 if target.scheme == "https" else 80)
    found = _looked_up(str(target.hostname), port, ends_at)
    if not all(_may_be_called(str(place[0]), target.scheme) for _family, place in found):
        raise Unreachable(Fault.NOT_PUBLIC)
    fault = Fault.REFUSED
    for family, place in found:
        link = socket.socket(family, socket.SOCK_STREAM)
        try:
            link.settimeout(_left(ends_at))
            link.connect(place)
            return link
        except OSError as error:
            link.close()
            fault = Fault.TOO_LATE if isinstance(error, TimeoutError) else Fault.REFUSED
    raise Unreachable(fault)


def _looked_up(host: str, port: int, ends_at: float) -> list[tuple[int, Any]]:
    """The addresses of a name. A server of names may take longer than we have: then the thread
    that asks it is left behind."""
    found: list[tuple[int, Any]] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            for family, _kind, _protocol, _name, place in socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            ):
                found.append((int(family), place))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_left(ends_at))
    if asking.is_alive():
        raise Unreachable(Fault.TOO_LATE)
    if not found:
        raise Unreachable(Fault.NO_NAME)
    return found


def _may_be_called(address: str, scheme: str) -> bool:
    """Whether the address is everybody's, and not of this machine, this network or nobody's.

    This machine may be called where the site says so, which one with HTTPS never does; it alone
    may be called without encryption.
    """
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if ip.is_loopback:
        return bool(settings.WEBHOOK_LOOPBACK)
    if scheme != "https" or not ip.is_global or ip.is_multicast:
        return False
    if isinstance(ip, IPv6Address):
        return ip in _GIVEN_OUT and not any(ip in tunnel for tunnel in _TUNNELS)
    return True


def _asked(
    link: socket.socket, target: SplitResult, body: bytes, headers: Mapping[str, str], keep: int
) -> Answer:
    port = f":{target.port}" if target.port else ""
    asking = http.client.HTTPConnection(str(target.hostname))
    if target.scheme == "https":
        context = ssl.create_default_context()
        link = context.wrap_socket(link, server_hostname=str(target.hostname))
    asking.sock = link
    try:
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        named = {"Host": f"{target.hostname}{port}", "Connection": "close"}
        asking.request("POST", path, body, {**headers, **named})
        answer = asking.getresponse()
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, known, answer.read(min(keep, MOST_BYTES)))
    finally:
        asking.close()


@contextmanager
def _cut_at(link: socket.socket, ends_at: float) -> Iterator[Callable[[], bool]]:
    """Cut the connection at that moment, however busy it is: a limit of each read would start anew
    with every byte. Says whether it was, and closes it at the end."""
    is_cut = threading.Event()
    # A second handle on the same connection: encryption takes the first one over.
    handle = socket.socket(fileno=os.dup(link.fileno()))

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_left(ends_at), cut)
    timer.daemon = True
    timer.start()
    try:
        yield is_cut.is_set
    finally:
        timer.cancel()
        timer.join()
        handle.close()
        link.close()


def _left(ends_at: float) -> float:
    """Seconds until then; a moment where there are none, since no limit would be none at all."""
    return max(0.001, ends_at - time.monotonic())
