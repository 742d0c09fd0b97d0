"""One sender at a time for each partner; one that dies has lost nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from portal import fetching
from portal.jobs.models import Job
from portal.jobs.registry import BEATS_QUEUE
from portal.runtime import places
from portal.runtime.postgres import same_server
from portal.runtime.testing import Worker
from portal.webhooks import leases, sending, tasks
from portal.webhooks.models import (
    Attempt,
    Endpoint,
    MessageState,
)
from portal.webhooks.tests.conftest import Tell, send
from portal.webhooks.tests.partner import Partner
from tests.awaiting import until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_one_sender_at_a_time(tell: Tell, endpoint: Endpoint, partner: Partner) -> None:
    tell()
    lease = leases.take(endpoint.pk)
    assert lease is not None
    assert send(endpoint) == 0
    tasks.look()
    assert not Job.objects.filter(kind=tasks.SEND).exists()
    lease.release()
    assert send(endpoint) == 1


def test_who_lost_his_lease_writes_nothing(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    message = tell()
    # In this very thread: another one would not see what the test has not committed.
    asked = fetching.post

    def post(*args: object, **named: object) -> fetching.Answer:
        Endpoint.objects.update(holder="another")
        return asked(*args, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching, "post", post)
        send(endpoint)
    assert partner.ids == [message.name]
    message.refresh_from_db()
    assert (message.state, Attempt.objects.count()) == (MessageState.WAITING, 0)
    endpoint.refresh_from_db()
    assert endpoint.holder == "another"


@pytest.mark.parametrize(("seconds", "tries"), [(0, 1), (60, 8)])
def test_a_slow_partner_holds_a_worker_for_one_turn_alone(
    tell: Tell,
    endpoint: Endpoint,
    seconds: int,
    tries: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And with a turn without end he holds it until all is sent."""
    monkeypatch.setattr(sending, "SECONDS_AT_ONCE", seconds)
    for number in range(8):
        tell(f"boost:{number}")
    assert send(endpoint) == tries


def test_a_look_asks_for_one_job_an_endpoint(tell: Tell, endpoint: Endpoint) -> None:
    tasks.look()
    assert not Job.objects.filter(kind=tasks.SEND).exists()
    tell("boost:1")
    tell("boost:2")
    tasks.look()
    tasks.look()
    assert Job.objects.get(kind=tasks.SEND).args == {"endpoint": endpoint.pk}


KILLED = """
import os, sys, django
django.setup()
from portal.webhooks import sending
sending._write_down = lambda *what: os._exit(9)
sending.send_waiting(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_killed_before_it_writes_down_the_answer_sends_twice_under_one_id(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    message = tell()
    name = str(connection.settings_dict["NAME"])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(endpoint.pk)],
        env={**os.environ, "DATABASE_URL": same_server(name)},
        cwd=places.CHECKOUT,
    )
    assert killed.returncode == 9
    assert partner.ids == [message.name]
    assert send(endpoint) == 0, "the lease of the killed one holds"
    Endpoint.objects.update(leased_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert send(endpoint) == 1
    assert partner.ids == [message.name] * 2
    first, second = partner.received
    assert json.loads(first.body) == json.loads(second.body)
    assert Attempt.objects.count() == 1


def test_workers_send_what_is_announced_once_the_act_has_committed(
    celery_worker: Callable[..., Worker], tell: Tell, partner: Partner
) -> None:
    """That of beat is told to look at once, and that of jobs sends."""
    with current_app.connection_for_read() as read:
        queued: Any = read.default_channel.client  # type: ignore[attr-defined]
        before = queued.llen(BEATS_QUEUE)
        message = tell()
        assert queued.llen(BEATS_QUEUE) == before + 1
    celery_worker()
    tasks.look()

    def is_delivered() -> bool:
        message.refresh_from_db()
        return message.state == MessageState.DELIVERED

    until(is_delivered, otherwise=lambda: f"It is {message.state}, after {message.attempts}.")
    assert partner.ids == [message.name]
