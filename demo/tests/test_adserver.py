"""The demo's ad server behind real HTTP: what it hears, what it says, and how it misbehaves."""

import http.client
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import settling
from campaigns.delivery.models import AdServer as Known
from campaigns.delivery.models import DeliveryHour, DeliveryRow, QuarantinedDelivery
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost, a_boost, money  # noqa: F401 - fixtures
from demo.partners import adserver
from demo.partners.adserver import AdServer
from demo.partners.adserver_state import State
from demo.partners.pacing import HOUR
from portal import clock
from portal.accounts.models import User
from portal.webhooks import signing
from portal.webhooks.models import Endpoint, EndpointState, Message
from portal.webhooks.sending import send_waiting
from portal.webhooks.signing import Direction

CODE = "demo-ads"
KEYS = {direction: signing.key_of(CODE, direction, 1) for direction in Direction}
RUNNING: dict[str, Any] = {
    "boost_id": "b1",
    "sequence": 2,
    "state": "running",
    "budget_fen": 70_000,
    "daily_cap_fen": None,
    "day_part": "whole",
}


def opened(tmp_path: Path, portal_url: str = "http://127.0.0.1:9") -> AdServer:
    """The ad server as it is after a start; its state is that of the start before."""
    return AdServer(
        portal_url=portal_url,
        code=CODE,
        heard_by=[KEYS[Direction.OUT]],
        signs_by=[KEYS[Direction.IN]],
        state=State(tmp_path / "adserver.sqlite"),
    )


class Client:
    """Whoever speaks to the ad server at its address."""

    def __init__(self, server: AdServer) -> None:
        self.server = server
        self.http = adserver.serve(server, "127.0.0.1", 0)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        client = http.client.HTTPConnection("127.0.0.1", self.http.server_port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            client.request(method, path, body, named)
            return client.getresponse().status
        finally:
            client.close()

    def control(self, **asked: Any) -> int:
        return self.ask(
            "POST", "/control", json.dumps(asked).encode(), Content_Type="application/json"
        )

    def announce(self, name: str, data: object, *, key: bytes = KEYS[Direction.OUT]) -> int:
        body = json.dumps({"type": "boost.changed", "data": data}).encode()
        headers = signing.sign([key], name, clock.now(), body)
        return self.ask("POST", "/announce", body, **headers)


@pytest.fixture
def client(tmp_path: Path, settings: Any) -> Iterator[Client]:
    """The ad server at an address of this machine; no portal listens to it."""
    made = Client(opened(tmp_path))
    yield made
    made.http.shutdown()
    made.http.server_close()
    made.server.state.close()


def lasting() -> dict[str, Any]:
    """A boost that has run for six hours and goes on for days."""
    now = clock.now()
    return {
        **RUNNING,
        "ends_at": (now + timedelta(days=3)).isoformat(),
        "spans": [[(now - 6 * HOUR).isoformat(), None]],
    }


def test_only_the_portal_is_heard_and_each_message_once(client: Client) -> None:
    told = lasting()
    assert client.announce("m1", told, key=KEYS[Direction.IN]) == 401
    assert client.announce("m1", {"boost_id": "b1"}) == 422
    assert client.announce("m1", told) == 204
    assert client.announce("m1", told) == 204
    assert client.server.state.heard_ids() == 1
    assert client.ask("GET", "/health") == 200
    assert client.ask("GET", "/elsewhere") == 404


def test_the_highest_sequence_holds_whatever_comes_last(client: Client) -> None:
    told = lasting()
    client.announce("m3", {**told, "sequence": 3, "state": "paused"})
    client.announce("m2", told)
    (order,) = client.server.state.orders(heard_until=clock.now())
    assert (order.sequence, order.state) == (3, "paused")


def test_it_goes_on_where_it_was_stopped(client: Client, tmp_path: Path) -> None:
    client.announce("m2", lasting())
    later = clock.now() + adserver.CALM
    due = client.server.due(later)
    assert len(due) in (6, 7)
    client.server.state.keep_told(due)
    again = opened(tmp_path)
    assert again.due(later) == []
    assert again.state.heard_ids() == 1
    again.state.close()


def test_nothing_is_said_while_announcements_come_in(client: Client) -> None:
    client.announce("m2", lasting())
    assert client.server.due(clock.now()) == []


def test_what_was_told_of_hours_after_a_stop_is_taken_back(client: Client) -> None:
    told = lasting()
    client.announce("m2", told)
    later = clock.now() + adserver.CALM
    client.server.state.keep_told(client.server.due(later))
    stopped_at = clock.now() - 4 * HOUR
    spans = [[told["spans"][0][0], stopped_at.isoformat()]]
    client.announce("m3", {**told, "sequence": 3, "state": "stopped", "spans": spans})
    later += 2 * adserver.CALM
    corrected = client.server.due(later)
    assert {row.spend_fen for row in corrected if row.hour_at > stopped_at} == {0}
    assert all(row.is_final for row in corrected)
    before = client.server.state.told("b1")
    assert all(row.revision > before["b1", row.hour_at].revision for row in corrected)
    client.server.state.keep_told(corrected)
    assert client.server.due(later) == []


def test_it_misbehaves_as_asked(client: Client) -> None:
    told = lasting()
    assert client.control(fail=1) == 204
    assert client.announce("m2", told) == 500
    assert client.announce("m2", told) == 204
    assert client.control(correct={"boost": "b1", "hour": "never", "factor": 2}) == 422
    assert client.ask("POST", "/control", b'{"fail": 9}', Content_Type="text/plain") == 415
    assert client.control(vanish_s=60) == 204
    with pytest.raises(http.client.RemoteDisconnected):
        client.announce("m3", told)
    assert client.server.tell(clock.now()) == 0
    assert client.control(vanish_s=0) == 204
    assert client.announce("m3", told) == 204


@pytest.mark.django_db(transaction=True)
def test_a_boost_is_told_spends_is_corrected_and_settles(
    client: Client,
    live_server: LiveServer,
    money: None,  # noqa: F811 - the fixture
    a_boost: RequestBoost,  # noqa: F811
    alice: User,
    manager: User,
) -> None:
    """From the outbox to the release, over two real doors."""
    endpoint = Endpoint.objects.create(
        code=CODE,
        url=f"http://127.0.0.1:{client.http.server_port}/announce",
        status=EndpointState.ON,
        off_cause="",
    )
    Known.objects.create(endpoint=endpoint, name_zh="广告", name_en="Ads")
    server = client.server
    server.portal_url = live_server.url
    began = clock.start_of(clock.today() - timedelta(days=1))
    with clock.at(began - HOUR):
        boost = boosts.submit(a_boost(starts_on=clock.day_of(began)), by=alice)
        decisions.approve(boost, version=boost.version, by=manager)
    with clock.at(began):
        schedule.start_due()
    send_waiting(endpoint.pk)
    assert not Message.objects.waiting().exists()

    client.control(repeat=1, reorder=True)
    now = clock.now() + adserver.CALM
    assert server.tell(now) >= 24
    assert server.tell(now) == 0
    boost = said_is_captured(boost, server)
    assert 0 < boost.captured_fen < boost.budget_fen
    assert not QuarantinedDelivery.objects.exists()

    first = DeliveryHour.objects.of(boost).filter(spend_fen__gt=0).earliest("hour_at")
    client.control(
        correct={"boost": boost.external_id, "hour": first.hour_at.isoformat(), "factor": 0.5}
    )
    before_fen = boost.captured_fen
    assert server.tell(now) == 1
    boost = said_is_captured(boost, server)
    assert boost.captured_fen == before_fen - first.spend_fen + first.spend_fen // 2

    boosts.stop(boost, by=alice, reason="Sold out.")
    send_waiting(endpoint.pk)
    server.tell(clock.now() + adserver.CALM)
    assert settling.settle_due() == 1
    boost = said_is_captured(boost, server)
    assert boost.settled_at
    assert verify().broken == []


def said_is_captured(boost: Boost, server: AdServer) -> Boost:
    """What the portal captured is what the ad server knows to have said, hour by hour."""
    boost = Boost.objects.get(pk=boost.pk)
    hours = {hour.hour_at: hour for hour in DeliveryHour.objects.of(boost)}
    told = server.state.told(boost.external_id)
    assert {hour_at: hour.captured_fen for hour_at, hour in hours.items()} == {
        hour_at: row.spend_fen for (_boost, hour_at), row in told.items()
    }
    assert sum(row.spend_fen for row in told.values()) == boost.captured_fen
    assert DeliveryRow.objects.filter(boost=boost).count() >= len(hours)
    return boost
