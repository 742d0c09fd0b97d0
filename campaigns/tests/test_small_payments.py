"""Payments: written down once, by those who may."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import payments, proof
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Payment
from campaigns.tests.conftest import balance_of
from merchants.companies.models import Merchant
from portal.accounts.models import AuditEntry, Team, User
from portal.notices.models import Notice
from portal.refusals import Refusal

pytestmark = pytest.mark.django_db


def test_a_payment_is_in_the_wallet_once(shop: Merchant, manager: User) -> None:
    for _ in range(2):
        payments.record(shop, amount_fen=100, reference=" ICBC-1 ", by=manager)
    assert ledger.wallet_of(shop).balance_fen == 100
    assert AuditEntry.objects.filter(verb="deposit.recorded").count() == 1


def test_who_may_see_the_wallet_is_told_once_what_arrived(
    team: Team,
    shop: Merchant,
    rival: Merchant,
    alice: User,
    bob: User,
    ana: User,
    fin: User,
    charlie: User,
    manager: User,
) -> None:
    Notice.objects.all().delete()
    for _ in range(2):
        payments.record(shop, amount_fen=123_456, reference="ICBC-1", by=manager)
    told = {(one.user, str(one), one.url) for one in Notice.objects.select_related("user")}
    sentence = "A payment of ¥1,234.56 was booked: ICBC-1"
    wallet = reverse("campaigns:wallet-detail", args=[shop.code])
    assert told == {(alice, sentence, wallet), (fin, sentence, wallet)}
    assert Notice.objects.count() == 2


def test_nobody_else_is_told_what_an_admin_pays_into_a_fund(
    shop: Merchant, fund: Fund, admin: User, second_admin: User
) -> None:
    Notice.objects.all().delete()
    funds.pay_in(fund, amount_fen=100, reference="fund-2", by=admin)
    assert not Notice.objects.exists()


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


def test_the_ledger_finds_a_small_deposit_that_nobody_wrote_down(
    shop: Merchant, manager: User
) -> None:
    payments.record(shop, amount_fen=100, reference="SMALL-1", by=manager)
    assert proof.verify().broken == []
    Payment.objects.all().delete()
    rules = [broken.rule for broken in proof.verify().broken]
    assert rules == ["a_small_deposit_is_a_booked_payment"]
