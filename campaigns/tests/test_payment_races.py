"""Two at one large payment: it is booked once, and what is recorded meanwhile is its own."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client

from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Payment, PaymentStatus
from campaigns.tests.conftest import large
from merchants.companies.models import Merchant
from portal.accounts import people
from portal.accounts.models import PlatformRole, User
from tests.racing import at_once, one_after_the_other

ClientOf = Callable[[User], Client]
LIMIT = payments.TWO_PERSON_FEN


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_book_it_once(
    shop: Merchant, payment: Payment, colleague: User
) -> None:
    third = people.create(
        "third@example.com", "x" * 20, name="Tia", platform_role=PlatformRole.ACCOUNT_MANAGER
    )
    sign = partial(payments.sign, payment, version=payment.version)
    signed, refused = at_once(partial(sign, by=colleague), partial(sign, by=third))
    assert (len(signed), len(refused)) == (1, 1)
    assert ledger.wallet_of(shop).balance_fen == 6_000_000
    assert Payment.objects.get().status == PaymentStatus.BOOKED


@pytest.mark.django_db(transaction=True)
def test_a_payment_recorded_while_another_is_rejected_waits_on_its_own(
    shop: Merchant, payment: Payment, manager: User, colleague: User
) -> None:
    made = one_after_the_other(
        lambda: payments.reject(payment, version=payment.version, reason="No.", by=colleague),
        lambda: large(
            payments.record(
                shop, amount_fen=payment.amount_fen, reference=payment.reference, by=manager
            )
        ),
    )
    assert made != payment
    assert made.status == PaymentStatus.WAITING
