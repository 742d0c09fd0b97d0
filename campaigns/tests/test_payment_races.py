"""Two at one large payment: it is booked once, and what is recorded meanwhile is its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client

from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Payment, PaymentStatus
from campaigns.tests.conftest import large
from merchants.companies.models import Merchant
from portal.accounts import people
from portal.accounts.models import PlatformRole, User
from portal.refusals import Refusal

ClientOf = Callable[[User], Client]
LIMIT = payments.TWO_PERSON_FEN


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_book_it_once(
    shop: Merchant, payment: Payment, colleague: User
) -> None:
    third = people.create(
        "third@example.com", "x" * 20, name="Tia", platform_role=PlatformRole.ACCOUNT_MANAGER
    )
    start = Barrier(2)

    def attempt(person: User) -> bool:
        try:
            start.wait()
            payments.sign(payment, version=payment.version, by=person)
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, [colleague, third])) == [False, True]
    assert ledger.wallet_of(shop).balance_fen == 6_000_000
    assert Payment.objects.get().status == PaymentStatus.BOOKED


@pytest.mark.django_db(transaction=True)
def test_a_payment_recorded_while_another_is_rejected_waits_on_its_own(
    shop: Merchant, payment: Payment, manager: User, colleague: User
) -> None:
    def record() -> Payment:
        try:
            made = payments.record(
                shop, amount_fen=payment.amount_fen, reference=payment.reference, by=manager
            )
            return large(made)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            payments.reject(payment, version=payment.version, reason="No.", by=colleague)
            recording = pool.submit(record)
            wait([recording], timeout=0.5)
        made = recording.result()
    assert made != payment
    assert made.status == PaymentStatus.WAITING
