"""Payments: written down once, by those who may."""

import pytest
from django.core.exceptions import PermissionDenied

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.tests.conftest import balance_of
from merchants.companies.models import Merchant
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal

pytestmark = pytest.mark.django_db


def test_a_payment_is_in_the_wallet_once(shop: Merchant, manager: User) -> None:
    for _ in range(2):
        payments.record(shop, amount_fen=100, reference=" ICBC-1 ", by=manager)
    assert ledger.wallet_of(shop).balance_fen == 100
    assert AuditEntry.objects.filter(verb="deposit.recorded").count() == 1


def test_a_reference_with_another_amount_or_account_is_refused(
    shop: Merchant, fund: Fund, manager: User, admin: User
) -> None:
    payments.record(shop, amount_fen=100, reference="ICBC-1", by=manager)
    with pytest.raises(payments.PaymentRefusal, match="already used"):
        payments.record(shop, amount_fen=200, reference="ICBC-1", by=manager)
    with pytest.raises(payments.PaymentRefusal, match="already used"):
        funds.pay_in(fund, amount_fen=100, reference="ICBC-1", by=admin)


@pytest.mark.parametrize("reference", ["", "  ", "x" * 81])
def test_a_payment_needs_a_reference(shop: Merchant, manager: User, reference: str) -> None:
    with pytest.raises(payments.PaymentRefusal, match="reference"):
        payments.record(shop, amount_fen=100, reference=reference, by=manager)


def test_an_owner_cannot_fill_her_own_wallet(shop: Merchant, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        payments.record(shop, amount_fen=100, reference="x", by=alice)


def test_a_fund_has_one_code_and_is_filled_by_admins(
    fund: Fund, admin: User, manager: User
) -> None:
    assert balance_of(fund.account) == 100_000
    with pytest.raises(Refusal, match="this code already"):
        funds.create("spring", name_zh="春", name_en="Spring", by=admin)
    with pytest.raises(PermissionDenied):
        funds.pay_in(fund, amount_fen=1, reference="y", by=manager)
