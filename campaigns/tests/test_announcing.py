"""A merchant says what he has paid; the state of it follows from what the bank showed, alone."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import announcing, payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Announcement, PayInState, Payment, PaymentStatus
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import large
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.notices.models import Notice
from portal.refusals import Refusal
from tests.racing import at_once

ClientOf = Callable[[User], Client]
LIMIT = payments.TWO_PERSON_FEN


def announced(shop: Merchant, alice: User, amount_fen: int, days_ago: int = 0) -> Announcement:
    on = clock.today() - timedelta(days=days_ago)
    return announcing.announce(shop, amount_fen=amount_fen, paid_on=on, by=alice)


def state_of(said: Announcement) -> PayInState:
    return Announcement.objects.get(pk=said.pk).state


def shown(client: Client, shop: Merchant) -> str:
    return client.get(reverse("campaigns:wallet-detail", args=[shop.code])).content.decode()


@pytest.mark.django_db
def test_a_small_one_is_booked_when_it_is_written_down_and_not_before(
    client_of: ClientOf, shop: Merchant, alice: User, manager: User
) -> None:
    page = reverse("campaigns:announcement-new", args=[shop.code])
    client = client_of(alice)
    assert shop.reference in client.get(page).content.decode()
    answer = client.post(page, {"amount_fen": "12.50", "paid_on": str(clock.today())})
    assert answer["Location"] == reverse("campaigns:wallet-detail", args=[shop.code])
    said = Announcement.objects.get()
    assert Notice.objects.get(user=manager, text__contains="has announced").text.endswith(".")
    assert (state_of(said), ledger.wallet_of(shop).balance_fen) == (PayInState.ANNOUNCED, 0)
    assert "<strong>Announced</strong>" in shown(client, shop)
    assert "<strong>Booked</strong>" not in shown(client, shop)
    payments.record(shop, amount_fen=1_249, reference="another", by=manager)
    assert state_of(said) == PayInState.ANNOUNCED
    payments.record(shop, amount_fen=1_250, reference="icbc-1", by=manager)
    assert (state_of(said), ledger.wallet_of(shop).balance_fen) == (PayInState.BOOKED, 2_499)
    assert "<strong>Booked</strong>" in shown(client, shop)
    assert [one.status for one in Payment.objects.all()] == ["booked", "booked"]
    assert verify().broken == []


@pytest.mark.django_db
def test_a_large_one_is_received_then_booked_and_announced_again_where_it_was_rejected(
    shop: Merchant, alice: User, manager: User, colleague: User
) -> None:
    said = announced(shop, alice, LIMIT + 1)
    record = partial(payments.record, shop, amount_fen=LIMIT + 1, reference="icbc-1", by=manager)
    first = large(record())
    assert state_of(said) == PayInState.RECEIVED
    payments.reject(first, version=first.version, reason="No.", by=colleague)
    assert state_of(said) == PayInState.ANNOUNCED
    second = large(record())
    assert state_of(said) == PayInState.RECEIVED
    payments.sign(second, version=second.version, by=colleague)
    assert state_of(said) == PayInState.BOOKED
    # The twin: without the signature the word is gone.
    Payment.objects.filter(pk=second.pk).update(status=PaymentStatus.WAITING)
    assert state_of(said) == PayInState.RECEIVED


@pytest.mark.django_db
def test_of_two_of_one_amount_the_older_has_arrived_and_the_other_is_on_its_way(
    shop: Merchant, rival: Merchant, charlie: User, alice: User, manager: User
) -> None:
    young, old = announced(shop, alice, 100), announced(shop, alice, 100, days_ago=3)
    theirs = announced(rival, charlie, 100, days_ago=9)
    assert announced(shop, alice, 100) == young
    for reference in ("a", " A"):
        payments.record(shop, amount_fen=100, reference=reference, by=manager)
    assert [state_of(one) for one in (young, old, theirs)] == ["announced", "booked", "announced"]
    assert announced(shop, alice, 100, days_ago=3) != old
    with clock.at(clock.now() + timedelta(days=announcing.SHOWN_DAYS + 1)):
        shown_then = announcing.shown_of(ledger.wallet_key(shop))
    assert old not in shown_then
    assert young in shown_then


@pytest.mark.django_db
def test_what_has_arrived_is_not_withdrawn_and_what_was_withdrawn_waits_for_nothing(
    client_of: ClientOf, shop: Merchant, alice: User, manager: User
) -> None:
    gone, came = announced(shop, alice, 100), announced(shop, alice, 200)
    client, button = client_of(alice), "campaigns:announcement-withdraw"
    client.post(reverse(button, args=[shop.code, gone.pk]))
    assert state_of(gone) == PayInState.WITHDRAWN
    assert "¥1.00" not in shown(client, shop)
    for amount_fen in (100, 200):
        payments.record(shop, amount_fen=amount_fen, reference=f"r{amount_fen}", by=manager)
    assert (state_of(gone), state_of(came)) == (PayInState.WITHDRAWN, PayInState.BOOKED)
    for each in (gone, came):
        with pytest.raises(Refusal, match="has arrived or was withdrawn"):
            announcing.withdraw(each, by=alice)
    acts = AuditEntry.objects.filter(verb__startswith="announcement.").values_list("verb", "actor")
    assert list(acts.order_by("pk")) == [
        ("announcement.made", alice.pk),
        ("announcement.made", alice.pk),
        ("announcement.withdrawn", alice.pk),
    ]


@pytest.mark.django_db
def test_what_cannot_be_announced_is_refused_in_words(
    shop: Merchant, alice: User, bob: User, manager: User
) -> None:
    for days_ago in (-1, announcing.MOST_DAYS + 1):
        with pytest.raises(Refusal, match="one of the last 60 days") as refused:
            announced(shop, alice, 100, days_ago)
        assert refused.value.field == "paid_on"
    announced(shop, alice, 100, announcing.MOST_DAYS)
    for stranger in (bob, manager):
        with pytest.raises(PermissionDenied):
            announced(shop, stranger, 100)
    for number in range(1, announcing.MOST_OPEN):
        announced(shop, alice, number)
    with pytest.raises(Refusal, match="20 payments are on their way"):
        announced(shop, alice, 5_000)
    assert announced(shop, alice, 1).amount_fen == 1


@pytest.mark.django_db(transaction=True)
def test_six_who_announce_and_two_who_record_at_once_leave_one_of_each(
    shop: Merchant, alice: User, manager: User
) -> None:
    made, _ = at_once(*[partial(announced, shop, alice, 100)] * 6)
    assert len({one.pk for one in made}) == 1
    record = partial(payments.record, shop, amount_fen=100, reference="one", by=manager)
    booked, _ = at_once(record, record)
    assert booked[0] == booked[1]
    assert (state_of(made[0]), Payment.objects.count()) == (PayInState.BOOKED, 1)
    assert ledger.wallet_of(shop).balance_fen == 100


@pytest.mark.django_db
def test_the_page_of_a_small_payment_says_who_wrote_it_down(
    client_of: ClientOf, shop: Merchant, manager: User
) -> None:
    payments.record(shop, amount_fen=100, reference="small", by=manager)
    payment = Payment.objects.get()
    assert payments.recorder_of(payment) == manager
    page = reverse("review:review-detail", args=["payment", payment.pk])
    assert client_of(manager).get(page).status_code == 200


@pytest.mark.django_db
def test_the_page_of_a_rejected_payment_stands_once_its_reference_is_booked_for_less(
    client_of: ClientOf,
    shop: Merchant,
    fund: Fund,
    manager: User,
    colleague: User,
    admin: User,
    second_admin: User,
) -> None:
    """Each says who wrote that one down: another person, and another audit entry."""
    record: Callable[..., Any]
    for queue, record, first, second in (
        ("payment", partial(payments.record, shop), manager, colleague),
        ("top-up", partial(funds.pay_in, fund), admin, second_admin),
    ):
        large = record(amount_fen=6_000_000, reference=f"X-{queue}", by=first)
        assert isinstance(large, Payment)
        payments.reject(large, version=large.version, reason="It was ¥6,000.", by=second)
        record(amount_fen=600_000, reference=f"X-{queue}", by=second)
        small = Payment.objects.get(key=large.key, status=PaymentStatus.BOOKED)
        assert [payments.recorder_of(one) for one in (large, small)] == [first, second]
        for payment in (large, small):
            page = reverse("review:review-detail", args=[queue, payment.pk])
            assert client_of(second).get(page).status_code == 200
