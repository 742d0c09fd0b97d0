"""What a partner is to be told is written with the act, in order, and asked back."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal import clock
from portal.accounts.models import User
from portal.webhooks import keeping, outbox, sending, verbs
from portal.webhooks.models import KEPT_FOR, Attempt, Endpoint, Message, MessageState
from portal.webhooks.tests.conftest import Tell
from portal.webhooks.tests.partner import Partner

NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)


def test_a_message_says_the_whole_state_and_its_place(endpoint: Endpoint) -> None:
    with transaction.atomic():
        message = outbox.announce(
            endpoint, type="boost.paused", subject="boost:1", data={"note": "笔记"}, at=NOON
        )
    assert json.loads(message.text) == {
        "type": "boost.paused",
        "timestamp": "2026-11-30T04:00:00Z",
        "data": {"note": "笔记", "sequence": 1},
    }


def test_each_subject_has_a_sequence_of_its_own(tell: Tell) -> None:
    told = [tell("boost:1"), tell("boost:2"), tell("boost:1"), tell("boost:1")]
    assert [message.sequence for message in told] == [1, 1, 2, 3]
    assert len({message.name for message in told}) == 4


def test_an_act_that_fails_has_announced_nothing(endpoint: Endpoint) -> None:
    def act() -> None:
        with transaction.atomic():
            outbox.announce(endpoint, type="boost.paused", subject="boost:1", data={}, at=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_outside_the_transaction_of_its_act(endpoint: Endpoint) -> None:
    with pytest.raises(RuntimeError):
        outbox.announce(endpoint, type="boost.paused", subject="boost:1", data={}, at=NOON)
    assert not Message.objects.exists()


def test_two_who_hold_no_lock_do_not_tell_the_same_place(tell: Tell) -> None:
    first = tell("boost:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            endpoint=first.endpoint, type="boost.paused", subject="boost:1", sequence=1, body=b"{}"
        )


def test_a_message_is_not_longer_than_partners_take(tell: Tell) -> None:
    fits = outbox.MOST_BYTES - len(bytes(tell("boost:1", text="").body))
    assert len(bytes(tell("boost:1", text="x" * fits).body)) == outbox.MOST_BYTES
    with pytest.raises(ValueError, match="bytes"):
        tell("boost:1", text="x" * (fits + 1))


def test_nothing_is_confirmed_of_what_nobody_was_told(endpoint: Endpoint) -> None:
    assert outbox.confirmed("boost:1") is None


def test_it_says_how_far_the_partner_has_followed(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    with clock.at(NOON):
        tell("boost:1")
        tell("boost:2")
    said = outbox.confirmed("boost:1")
    assert said == outbox.Confirmation(0, None, 1, NOON, 0)
    with clock.at(NOON + timedelta(minutes=1)):
        sending.send_waiting(endpoint.pk)
    said = outbox.confirmed("boost:1")
    assert said == outbox.Confirmation(1, NOON + timedelta(minutes=1), 1, None, 1)
    assert said.is_up_to_date
    partner.always = 500
    with clock.at(NOON + timedelta(minutes=2)):
        tell("boost:1")
    with clock.at(NOON + timedelta(minutes=3)):
        tell("boost:1")
        sending.send_waiting(endpoint.pk)
    said = outbox.confirmed("boost:1")
    assert said is not None
    assert (said.sequence, said.newest, said.attempts) == (1, 3, 1)
    assert said.waiting_since == NOON + timedelta(minutes=2)
    assert not said.is_up_to_date


def test_the_newest_state_that_was_taken_holds_though_an_older_one_waits(
    tell: Tell, endpoint: Endpoint, partner: Partner
) -> None:
    tell("boost:1")
    tell("boost:1")
    partner.answers = [500, 200]
    sending.send_waiting(endpoint.pk)
    said = outbox.confirmed("boost:1")
    assert said is not None
    assert (said.sequence, said.newest, said.is_up_to_date) == (2, 2, True)
    assert Message.objects.waiting().get().sequence == 1


def test_a_month_after_it_was_taken_only_that_it_was_is_kept(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User
) -> None:
    with clock.at(NOON):
        old, waits = tell("boost:1"), tell("boost:2")
        partner.answers = [200, 500]
        sending.send_waiting(endpoint.pk)
    with clock.at(NOON + KEPT_FOR):
        assert keeping.sweep() == 0
    with clock.at(NOON + KEPT_FOR + timedelta(seconds=1)):
        assert keeping.sweep() == 1
        assert keeping.sweep() == 0
    old.refresh_from_db()
    waits.refresh_from_db()
    assert (old.is_kept, old.text, old.state) == (False, "", MessageState.DELIVERED)
    assert (waits.is_kept, waits.state) == (True, MessageState.WAITING)
    assert [one.message for one in Attempt.objects.all()] == [waits]
    said = outbox.confirmed("boost:1")
    assert said is not None
    assert said.delivered_at == NOON


def test_what_is_sent_again_by_hand_is_kept_meanwhile(
    tell: Tell, endpoint: Endpoint, admin: User
) -> None:
    with clock.at(NOON):
        message = tell("boost:1")
        sending.send_waiting(endpoint.pk)
    with clock.at(NOON + KEPT_FOR * 2):
        verbs.replay(message, by=admin)
        assert keeping.sweep() == 0
