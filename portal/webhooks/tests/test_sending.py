"""A strange partner gets everything at least once under one id, whatever he answers."""

from datetime import timedelta

import pytest

from portal import clock, fetching
from portal.accounts.models import User
from portal.fetching import Fault
from portal.webhooks import sending, signing, verbs, waits
from portal.webhooks.models import (
    MANY,
    Attempt,
    Endpoint,
    Message,
    MessageState,
)
from portal.webhooks.signing import Direction
from portal.webhooks.tests.conftest import NOON, Tell, send
from portal.webhooks.tests.partner import Partner, says

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


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
    tried = Attempt.objects.order_by("number")
    assert list(tried.values_list("number", "http_status", "answer")) == [
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
