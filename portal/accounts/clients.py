"""Whose address a request comes from, behind the proxies in front of the site."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# One subscriber holds all addresses of such a network.
IPV6_PREFIX = 64

Address = IPv4Address | IPv6Address


def address_of(request: HttpRequest) -> str:
    """The client's IP address; empty where the web server knows none.

    Each proxy adds to `X-Forwarded-For` whom it heard from. The header is read from its end, and
    only while the one who wrote the entry is in TRUSTED_PROXIES: what a client writes is never
    believed, however much of it there is. No proxy is passed twice, so neither is a client who sits
    at the address of one.
    """
    client = _parsed(request.META.get("REMOTE_ADDR", ""))
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    passed: set[Address] = set()
    while client and told and client not in passed and _is_proxy(client):
        passed.add(client)
        client = _parsed(told.pop()) or client
    return str(client or "")


def network_of(request: HttpRequest) -> str:
    """What tries are counted by: the client's IPv4 address, or the /64 of an IPv6 one."""
    client = _parsed(address_of(request))
    if isinstance(client, IPv6Address):
        return str(ip_network((client, IPV6_PREFIX), strict=False))
    return str(client or "")


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether one of our own proxies handed it to us, so that its headers may be believed."""
    peer = _parsed(request.META.get("REMOTE_ADDR", ""))
    return bool(peer and _is_proxy(peer))


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
