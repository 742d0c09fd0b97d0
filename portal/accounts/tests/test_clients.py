"""Whose address counts, behind proxies and in front of liars."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.test import RequestFactory

from portal.accounts import clients

PROXY, OTHER_PROXY, CLIENT = "10.0.0.1", "10.0.0.2", "203.0.113.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        # Nobody in between: what the client writes is nobody's word.
        (CLIENT, "", CLIENT),
        (CLIENT, "198.51.100.1", CLIENT),
        # One proxy adds the client to whatever the client has written.
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"198.51.100.1, {CLIENT}", CLIENT),
        (PROXY, f"{PROXY}, {CLIENT}", CLIENT),
        (PROXY, f"nonsense,, {CLIENT}", CLIENT),
        (PROXY, f"{CLIENT},", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, "", PROXY),
        # Two of ours, the outer one first.
        (OTHER_PROXY, f"198.51.100.1, {CLIENT}, {PROXY}", CLIENT),
        # A client whose own network is ours.
        (PROXY, f"{OTHER_PROXY}", OTHER_PROXY),
        # A client at the proxy's own address.
        (PROXY, f"198.51.100.1, {PROXY}", PROXY),
        (PROXY, "198.51.100.1, nonsense", PROXY),
        # The same address in other clothes.
        (PROXY, f"::ffff:{CLIENT}", CLIENT),
        (f"::ffff:{PROXY}", CLIENT, CLIENT),
        (PROXY, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"),
        ("", CLIENT, ""),
    ],
)
def test_the_address_is_what_the_outermost_proxy_of_ours_has_seen(
    settings: Any, peer: str, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = [ip_network(PROXY), ip_network(OTHER_PROXY)]
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    assert clients.address_of(request) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (CLIENT, CLIENT),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", CLIENT),
    ],
)
def test_who_holds_a_whole_network_of_addresses_is_one(address: str, network: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    assert clients.network_of(request) == network
