"""An ad server that is nobody's but the test's: a process of its own behind real HTTP, that takes,
fails, is slow, takes twice and is away, and then says of random hours, late, doubled, reordered and
corrected. What it keeps by id and by hour is what the portal says, to the fen."""

import json
import random
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError

import pytest
from django.db.models import Sum
from pytest_django.live_server_helper import LiveServer

from campaigns.boosts import decisions, endings, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import settling
from campaigns.delivery.models import AdServer, DeliveryHour, HourChange, SpendDay
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost, balance_of
from portal import clock
from portal.accounts.models import User
from portal.webhooks import signing
from portal.webhooks.models import Endpoint, EndpointState, Message
from portal.webhooks.sending import send_waiting
from portal.webhooks.signing import Direction

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 11
HOURS = 30
HOUR = timedelta(hours=1)


class Stranger:
    """What it was told, by id, and what it said, by boost and hour."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.told: dict[str, dict[str, Any]] = {}
        self.times: dict[str, int] = {}
        self.bodies: dict[str, set[bytes]] = {}
        # How it answers, one after the other; then it takes everything.
        self.moods: list[int] = []
        self.said: dict[tuple[str, str], dict[str, Any]] = {}

    def take(self, name: str, body: bytes) -> int:
        """Its answer to one announcement. It keeps ids: what it knows it takes again, once."""
        status = self.moods.pop(0) if self.moods else 204
        self.times[name] = self.times.get(name, 0) + 1
        self.bodies.setdefault(name, set()).add(body)
        # It writes down what it took even when its answer is lost (500 after the fact).
        self.told.setdefault(name, json.loads(body))
        return status

    def say(self, row: dict[str, Any]) -> None:
        """Keep the newest revision of each hour."""
        kept = self.said.get((row["boost_id"], row["hour"]))
        if kept is None or row["revision"] > kept["revision"]:
            self.said[row["boost_id"], row["hour"]] = row

    def post(self, url: str, name: str, rows: list[dict[str, Any]]) -> tuple[int, bytes]:
        """Send rows as anybody would: bytes, three headers, an address."""
        body = json.dumps({"type": "delivery.rows", "data": {"rows": rows}}).encode()
        key = signing.key_of(self.code, Direction.IN, 1)
        headers = signing.sign([key], name, datetime.now().astimezone(), body)
        request = urllib.request.Request(
            f"{url}/api/v1/deliveries/{self.code}", data=body, headers=headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()


@pytest.fixture
def stranger(db: None) -> Iterator[Stranger]:
    """The stranger, who listens at an address of this machine, and is the ad server of the site."""
    its = Stranger("stranger")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(its.take(self.headers["webhook-id"], body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """It is quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = Endpoint.objects.create(
        code=its.code,
        url=f"http://127.0.0.1:{server.server_port}/told",
        status=EndpointState.ON,
        off_cause="",
    )
    AdServer.objects.create(endpoint=endpoint, name_zh="陌生投放", name_en="Stranger")
    yield its
    server.shutdown()
    thread.join()


@pytest.fixture
def begun(
    stranger: Stranger, money: None, a_boost: RequestBoost, alice: User, manager: User
) -> Boost:
    """A boost of ¥700, at most ¥200 a day, that has run since a Shanghai midnight two days ago."""
    began = clock.start_of(clock.today() - timedelta(days=2))
    with clock.at(began - timedelta(hours=2)):
        boost = boosts.submit(a_boost(starts_on=clock.day_of(began)), by=alice)
        Boost.objects.filter(pk=boost.pk).update(daily_cap_fen=20_000)
        boost.refresh_from_db()
        decisions.approve(boost, version=boost.version, by=manager)
    with clock.at(began):
        schedule.start_due()
    boost.refresh_from_db()
    return boost


def random_rows(boost: Boost, began: datetime, dice: random.Random) -> list[dict[str, Any]]:
    """Rows of HOURS hours, of which each is corrected up and down; in no order, some twice."""
    rows = []
    for number in range(HOURS):
        for revision in range(1, dice.randint(2, 5)):
            spend_fen = dice.choice([0, 37, 910, 1_999, 4_000, 25_000])
            rows.append(
                {
                    "boost_id": boost.external_id,
                    "hour": (began + number * HOUR).isoformat(),
                    "revision": revision,
                    "impressions": 7 * spend_fen,
                    "clicks": spend_fen // 50,
                    "spend_fen": spend_fen,
                }
            )
    rows += dice.sample(rows, len(rows) // 3)
    dice.shuffle(rows)
    return rows


def test_a_strange_server_sees_each_announcement_once(
    stranger: Stranger, begun: Boost, alice: User
) -> None:
    endpoint = Endpoint.objects.get(code=stranger.code)
    boosts.pause(begun, by=alice)
    boosts.resume(begun, by=alice)
    boosts.stop(begun, by=alice, reason="Enough.")
    stranger.moods = [500, 204, 502, 404, 204]
    moment = clock.now()
    for hours in range(40):
        with clock.at(moment + hours * HOUR):
            send_waiting(endpoint.pk)
    assert not Message.objects.waiting().exists()
    told = sorted(stranger.told.values(), key=lambda one: one["data"]["sequence"])
    assert [one["type"] for one in told] == [
        "boost.approved", "boost.changed", "boost.paused", "boost.resumed", "boost.stopped",
    ]  # fmt: skip
    assert {len(bodies) for bodies in stranger.bodies.values()} == {1}
    assert sum(stranger.times.values()) > len(stranger.told)
    assert told[-1]["data"]["state"] == "stopped"


def test_what_is_captured_and_refused_is_what_the_stranger_said(
    stranger: Stranger, begun: Boost, live_server: LiveServer
) -> None:
    dice = random.Random(SEED)
    rows = random_rows(begun, begun.starts_at, dice)
    number = 0
    while rows:
        size = dice.randint(1, 9)
        sent, rows = rows[:size], rows[size:]
        number += 1
        status, answer = stranger.post(live_server.url, f"m{number}", sent)
        assert status == 200
        told = json.loads(answer)
        assert told["sent"] == len(sent) == told["accepted"] + told["duplicate"]
        for row in sent:
            stranger.say(row)
        if number % 3 == 0:
            again = stranger.post(live_server.url, f"m{number}", sent)
            assert again == (200, answer)
    begun.refresh_from_db()
    hours = DeliveryHour.objects.of(begun)
    ours = {hour.hour_at: hour.captured_fen + hour.refused_fen for hour in hours}
    said = stranger.said.items()
    theirs = {datetime.fromisoformat(hour): row["spend_fen"] for (_boost, hour), row in said}
    assert ours == theirs
    assert any(hour.refused_fen for hour in hours)
    assert_five_places_agree(begun)
    settle(begun)
    assert_five_places_agree(begun)
    assert balance_of(ledger.wallet_of(begun.merchant)) == 500_000 - begun.captured_fen


def settle(boost: Boost) -> None:
    """The platform's clock ends it, and its server is waited for."""
    with clock.at(boost.ends_at + timedelta(days=3)):
        schedule.complete_due()
        settling.settle_due()
    boost.refresh_from_db()
    assert boost.settled_at
    assert not endings.unsettled().exists()


def assert_five_places_agree(boost: Boost) -> None:
    """Boost, hours, days, journal and accounts say one sum, and no day passes its cap."""
    hours = DeliveryHour.objects.of(boost).aggregate(fen=Sum("captured_fen"))["fen"]
    days = list(SpendDay.objects.of_boost(boost))
    journal = HourChange.objects.filter(boost=boost).aggregate(fen=Sum("d_captured_fen"))["fen"]
    spent = boost.funding_lines.aggregate(fen=Sum("spent__balance_fen"))["fen"]
    sums = {boost.captured_fen, hours, sum(day.captured_fen for day in days), journal, spent}
    assert len(sums) == 1, sums
    assert 0 < max(day.captured_fen for day in days) <= 20_000
    assert verify().broken == []
