"""A strange partner gets everything at least once under one id, whatever he answers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from portal import clock, fetching
from portal.accounts.models import User
from portal.fetching import Fault
from portal.jobs.models import Job
from portal.jobs.registry import BEATS_QUEUE
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.runtime import places
from portal.runtime.testing import Worker, same_server
from portal.webhooks import leases, outbox, sending, signing, tasks, verbs, waits
from portal.webhooks.models import (
    MANY,
    Attempt,
    Endpoint,
    EndpointState,
    Message,
    MessageState,
    OffCause,
)
from portal.webhooks.signing import Direction
from portal.webhooks.tests.conftest import Tell
from portal.webhooks.tests.partner import Partner, says
from tests.awaiting import until

NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def send(endpoint: Endpoint, at: datetime = NOON) -> int:
    with clock.at(at):
        return sending.send_waiting(endpoint.pk)


@pytest.fixture(autouse=True)
def noon() -> object:
    """Whatever is announced is announced at noon."""
    with clock.at(NOON):
        yield


def test_what_is_announced_arrives_as_it_was_written_and_signed(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    message = tell("boost:1", state="运行")
    assert send(endpoint) == 1
    [one] = partner.received
    assert one.id == message.name
    assert one.body == bytes(message.body)
    assert one.headers["content-type"] == "application/json"
    assert one.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert one.is_signed_with(signing.secret_of(signing.key_of(endpoint.code, Direction.OUT, 1)))
    message.refresh_from_db()
    assert (message.state, message.delivered_at) == (MessageState.DELIVERED, NOON)
    assert send(endpoint) == 0


def test_while_keys_change_both_sign(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User
) -> None:
    old, new = (
        signing.secret_of(signing.key_of(endpoint.code, Direction.OUT, number)) for number in (1, 2)
    )
    verbs.rotate(endpoint, is_overlapping=True, by=admin)
    tell()
    send(endpoint)
    tell()
    send(endpoint, NOON + verbs.OVERLAP)
    first, second = partner.received
    assert first.is_signed_with(old)
    assert first.is_signed_with(new)
    assert second.is_signed_with(new)
    assert not second.is_signed_with(old)


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_all_but_a_yes_is_a_failure_and_tried_again(
    tell: Tell, endpoint: Endpoint, partner: Partner, status: int
) -> None:
    message = tell()
    partner.answers = [says(status, b"no", location=partner.url)]
    assert send(endpoint) == 1
    assert len(partner.received) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.WAITING, 1)
    assert message.next_at == NOON + waits.after(message.name, 1)
    assert send(endpoint, message.next_at) == 1
    assert partner.ids == [message.name] * 2
    assert list(Attempt.objects.values_list("number", "http_status", "answer")) == [
        (1, status, "no"),
        (2, 200, "ok"),
    ]


def test_who_gives_no_answer_is_left_alone_and_asked_again(
    tell: Tell, endpoint: Endpoint, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    message = tell()
    partner.answers = [partner.says_nothing]
    send(endpoint)
    assert Attempt.objects.get().fault == Fault.TOO_LATE
    send(endpoint, NOON + timedelta(minutes=1))
    assert partner.ids == [message.name] * 2


def test_waits_grow_to_four_hours_and_no_two_are_alike() -> None:
    ideal = [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2)]
    for number, wait in enumerate(ideal, start=1):
        assert abs(waits.after("msg_1", number) / wait - 1) <= waits.SPREAD / 100
    assert waits.after("msg_1", 8) <= waits.LONGEST * 1.2
    assert abs(waits.after("msg_1", 500) / waits.LONGEST - 1) <= waits.SPREAD / 100
    assert len({waits.after(f"msg_{number}", 5) for number in range(50)}) > 20
    assert waits.after("msg_1", 5) == waits.after("msg_1", 5)


def test_a_partner_says_how_long_he_is_left_alone(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    tell("boost:1")
    tell("boost:2")
    partner.answers = [says(429, retry_after="3600")]
    assert send(endpoint) == 1
    assert send(endpoint, NOON + timedelta(minutes=59)) == 0
    assert send(endpoint, NOON + timedelta(minutes=60)) == 2


@pytest.mark.parametrize("said", ["-1", "²", "9" * 400, "Wed, 21 Oct 2026 07:28:00 GMT", "1.5"])
def test_what_a_partner_says_in_riddles_is_not_read(
    tell: Tell, endpoint: Endpoint, partner: Partner, said: str
) -> None:
    tell()
    handed = says(500, retry_after=said.encode("utf-8").decode("latin-1"))
    partner.answers = [handed]
    assert send(endpoint) == 1
    assert send(endpoint, NOON + timedelta(minutes=1)) == 1


def test_an_answer_may_be_any_bytes_and_only_its_beginning_is_kept(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    tell()
    partner.answers = [says(200, b"a\0\xff" + b"x" * 5000)]
    send(endpoint)
    answer = Attempt.objects.get().answer
    assert answer.startswith("a��x")
    assert len(answer) == sending.KEPT_OF_ANSWER


def test_an_hour_away_loses_nothing_and_sends_little(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    """Looked at each minute: one message asks now and then, and all come when he is back."""
    told = [tell(f"boost:{number}").name for number in range(5)]
    partner.always = 503
    tries = sum(send(endpoint, NOON + timedelta(seconds=at)) for at in range(0, 3600, 60))
    assert MANY <= tries <= 10
    assert len(partner.received) == tries
    partner.always = 200
    later = [tell("boost:0").name]
    at = NOON + timedelta(hours=1)
    while Message.objects.waiting().exists():
        send(endpoint, at)
        at += timedelta(minutes=1)
    assert at - NOON < timedelta(hours=2)
    assert set(partner.ids) == {*told, *later}
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.waits_until) == (0, None, None)


def test_the_first_yes_brings_all_that_waits(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User
) -> None:
    old = tell("boost:1")
    partner.always = 500
    at = NOON
    for _ in range(6):
        assert send(endpoint, at) == 1
        old.refresh_from_db()
        endpoint.refresh_from_db()
        at = max(old.next_at, endpoint.waits_until or at)
    partner.always = 200
    new = tell("boost:2")
    with clock.at(at - timedelta(minutes=30)):
        verbs.replay(new, by=admin)
        assert sending.send_waiting(endpoint.pk) == 2
    assert partner.ids[-2:] == [new.name, old.name]


def test_a_message_that_is_never_taken_does_not_stand_before_the_others(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    bad = tell("boost:bad")

    def only_the_others(handler: object) -> None:
        is_bad = partner.received[-1].id == bad.name
        says(500 if is_bad else 200)(handler)  # type: ignore[arg-type]

    partner.always = only_the_others
    at = NOON
    for _ in range(6):
        send(endpoint, at)
        at += timedelta(hours=5)
    good = [tell(f"boost:{number}").name for number in range(3)]
    for _ in range(2):
        send(endpoint, at)
        at += timedelta(hours=5)
    assert set(good) <= set(partner.ids)
    bad.refresh_from_db()
    assert bad.state == MessageState.WAITING


def test_three_days_of_silence_switch_it_off_and_admins_are_told(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User, manager: User
) -> None:
    message = tell()
    partner.always = 500
    Notice.objects.all().delete()
    at = NOON
    while at <= NOON + sending.SILENT_FOR:
        send(endpoint, at)
        endpoint.refresh_from_db()
        assert endpoint.status == EndpointState.ON
        at += timedelta(hours=5)
    send(endpoint, at)
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.off_cause) == (EndpointState.OFF, OffCause.SILENT)
    told = Notice.objects.filter(user=admin).get()
    assert str(told) == (
        "The endpoint ad-server is switched off, and what it should be told waits."
        " It took nothing for three days."
    )
    assert not Notice.objects.filter(user=manager).exists()
    sent = len(partner.received)
    tell("boost:2")
    assert send(endpoint, at + timedelta(days=30)) == 0
    partner.always = 200
    with clock.at(at + timedelta(days=31)):
        verbs.switch_on(endpoint, by=admin)
        assert sending.send_waiting(endpoint.pk) == 2
    assert message.name in partner.ids[sent:]
    assert not Message.objects.waiting().exists()


def test_who_says_that_he_is_gone_is_switched_off_at_once(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    tell("boost:1")
    tell("boost:2")
    partner.always = 410
    assert send(endpoint) == 1
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.off_cause) == (EndpointState.OFF, OffCause.GONE)
    assert Message.objects.waiting().count() == 2


def test_nothing_is_sent_to_one_that_is_off(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User
) -> None:
    tell()
    verbs.switch_off(endpoint, reason="They move house.", by=admin)
    tasks.look()
    assert send(endpoint) == 0
    assert not Job.objects.filter(kind=tasks.SEND).exists()
    verbs.switch_on(endpoint, by=admin)
    tasks.look()
    assert Job.objects.filter(kind=tasks.SEND).count() == 1


def test_a_message_is_sent_again_by_hand_under_its_id(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User
) -> None:
    message = tell()
    send(endpoint)
    verbs.replay(message, by=admin)
    assert outbox.confirmed("boost:1") == outbox.Confirmation(1, NOON, 1, None, 1)
    assert send(endpoint, NOON + timedelta(minutes=5)) == 1
    assert partner.ids == [message.name] * 2
    message.refresh_from_db()
    assert message.delivered_at == NOON


def test_who_sends_by_hand_does_not_wait_for_the_next_try(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User
) -> None:
    message = tell()
    partner.answers = [500] * 4
    for minutes in (0, 1, 2, 30):
        send(endpoint, NOON + timedelta(minutes=minutes))
    assert len(partner.received) == 4
    at = NOON + timedelta(minutes=31)
    assert send(endpoint, at) == 0
    with clock.at(at):
        verbs.replay(message, by=admin)
    assert send(endpoint, at) == 1
    assert not Message.objects.waiting().exists()


def test_what_is_not_kept_or_off_is_not_sent_again(
    tell: Tell, endpoint: Endpoint, admin: User
) -> None:
    message = tell()
    Message.objects.update(is_kept=False)
    with pytest.raises(Refusal, match="not kept"):
        verbs.replay(message, by=admin)
    Message.objects.update(is_kept=True)
    verbs.switch_off(endpoint, reason="Why not.", by=admin)
    with pytest.raises(Refusal, match="off"):
        verbs.replay(message, by=admin)


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
