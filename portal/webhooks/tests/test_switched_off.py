"""A partner who takes nothing is switched off, and a person sends again by hand."""

from datetime import timedelta

import pytest

from portal import clock
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.webhooks import outbox, sending, tasks, verbs
from portal.webhooks.models import (
    Endpoint,
    EndpointState,
    Message,
    OffCause,
)
from portal.webhooks.tests.conftest import NOON, Tell, send
from portal.webhooks.tests.partner import Partner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


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
