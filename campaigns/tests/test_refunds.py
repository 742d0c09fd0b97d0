"""Balance that goes back: held at once, checked by one, paid by another, or free again."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from campaigns.ledger import payments, refunding
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Transfer
from campaigns.ledger.proof import verify
from campaigns.ledger.refunds import BalanceRefund, RefundStatus
from campaigns.statements import giving, months
from campaigns.tests.conftest import balance_of, execute, switch_triggers_off
from merchants.companies.models import Merchant
from portal.accounts import people
from portal.accounts.models import AuditEntry, PlatformRole, User
from portal.notices.models import Notice
from portal.refusals import Refusal
from tests.racing import at_once

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
ACCOUNT = {"bank": "ICBC Shanghai", "bank_account": "6222 0000-1111", "reason": "Too much."}


@pytest.fixture
def asked(money: None, shop: Merchant, alice: User) -> BalanceRefund:
    """Alice asks for ¥2,000 of ¥5,000."""
    return refunding.request(shop, amount_fen=200_000, **ACCOUNT, by=alice)


@pytest.fixture
def checked(asked: BalanceRefund, manager: User) -> BalanceRefund:
    return refunding.approve(asked, version=asked.version, by=manager)


def free_and_held(refund: BalanceRefund) -> tuple[int, int]:
    assert refund.account
    return balance_of(ledger.wallet_of(refund.merchant)), balance_of(refund.account)


def test_what_is_asked_back_is_held_at_once(asked: BalanceRefund) -> None:
    assert free_and_held(asked) == (300_000, 200_000)
    assert (asked.holder, asked.bank_account) == ("Alice Beauty", "622200001111")
    assert verify().broken == []


def test_more_than_is_free_is_refused_with_what_is_missing(
    asked: BalanceRefund, shop: Merchant, alice: User
) -> None:
    refunding.withdraw(asked, by=alice)
    with pytest.raises(ledger.NotEnough) as short:
        refunding.request(shop, amount_fen=500_001, **ACCOUNT, by=alice)
    assert (short.value.missing_fen, short.value.field) == (1, "amount_fen")
    assert BalanceRefund.objects.count() == 1
    refunding.request(shop, amount_fen=500_000, **ACCOUNT, by=alice)


def test_there_is_one_at_a_time(asked: BalanceRefund, shop: Merchant, alice: User) -> None:
    with pytest.raises(Refusal, match="on its way already"):
        refunding.request(shop, amount_fen=1, **ACCOUNT, by=alice)
    refunding.withdraw(asked, by=alice)
    refunding.request(shop, amount_fen=1, **ACCOUNT, by=alice)


def test_it_is_paid_by_a_second_person_with_the_banks_reference(
    checked: BalanceRefund, manager: User, admin: User
) -> None:
    # Somebody may be both one after the other; not for one refund.
    User.objects.filter(pk=manager.pk).update(platform_role=PlatformRole.ADMIN)
    with pytest.raises(Refusal, match="checked it yourself"):
        refunding.pay(checked, reference="OUT-1", version=checked.version, by=manager)
    assert free_and_held(checked) == (300_000, 200_000)
    paid = refunding.pay(checked, reference="OUT-1", version=checked.version, by=admin)
    assert (paid.status, paid.reference) == (RefundStatus.PAID, "OUT-1")
    assert free_and_held(paid) == (300_000, 0)
    out = Transfer.objects.get(reason="refund")
    assert (out.amount_fen, out.reference) == (200_000, "OUT-1")
    assert out.target == ledger.bank_of(ledger.wallet_of(paid.merchant))
    assert verify().broken == []
    switch_triggers_off()
    execute(f"UPDATE campaigns_balancerefund SET approved_by_id = {admin.pk}")
    [broken] = verify().broken
    assert broken.rule == "a_refund_is_paid_by_another_than_checked_it"


def test_told_twice_it_is_paid_once(checked: BalanceRefund, admin: User) -> None:
    version = checked.version
    for reference in ("OUT-1", " out-1 "):
        paid = refunding.pay(checked, reference=reference, version=version, by=admin)
    assert paid.reference == "OUT-1"
    assert Transfer.objects.filter(reason="refund").count() == 1
    with pytest.raises(Refusal, match="changed since"):
        refunding.pay(checked, reference="OUT-2", version=version, by=admin)


def test_one_reference_pays_one_refund(
    checked: BalanceRefund, shop: Merchant, alice: User, manager: User, admin: User
) -> None:
    refunding.pay(checked, reference="OUT-1", version=checked.version, by=admin)
    other = refunding.request(shop, amount_fen=1, **ACCOUNT, by=alice)
    other = refunding.approve(other, version=other.version, by=manager)
    with pytest.raises(Refusal, match="already used") as refused:
        refunding.pay(other, reference="Ｏut-1", version=other.version, by=admin)
    assert refused.value.field == "reference"
    other.refresh_from_db()
    assert other.status == RefundStatus.APPROVED


def test_rejected_withdrawn_or_turned_down_it_is_free_again(
    asked: BalanceRefund, shop: Merchant, alice: User, manager: User, admin: User
) -> None:
    refunding.reject(asked, version=asked.version, reason="Not yours.", by=manager)
    assert free_and_held(asked) == (500_000, 0)
    second = refunding.request(shop, amount_fen=200_000, **ACCOUNT, by=alice)
    refunding.withdraw(second, by=alice)
    assert free_and_held(second) == (500_000, 0)
    third = refunding.request(shop, amount_fen=200_000, **ACCOUNT, by=alice)
    third = refunding.approve(third, version=third.version, by=manager)
    third = refunding.turn_down(third, reason="No such account.", version=third.version, by=admin)
    assert free_and_held(third) == (500_000, 0)
    assert third.decision_reason == "No such account."
    assert verify().broken == []


def test_what_is_checked_is_withdrawn_no_more(checked: BalanceRefund, alice: User) -> None:
    with pytest.raises(Refusal):
        refunding.withdraw(checked, by=alice)


@pytest.mark.parametrize("who", ["bob", "ana", "charlie", "manager", "admin"])
def test_owner_and_finance_alone_ask(
    money: None, shop: Merchant, alice: User, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(PermissionDenied):
        refunding.request(shop, amount_fen=1, **ACCOUNT, by=request.getfixturevalue(who))
    refunding.request(shop, amount_fen=1, **ACCOUNT, by=alice)


def test_the_way_of_a_refund_by_pages(
    money: None, shop: Merchant, alice: User, manager: User, admin: User, client_of: ClientOf
) -> None:
    form = {"amount_fen": "2000", **ACCOUNT}
    made = client_of(alice).post(reverse("campaigns:refund-new", args=[shop.code]), form)
    listed = reverse("campaigns:refund-list", args=[shop.code])
    assert made["Location"] == listed
    refund = BalanceRefund.objects.get()
    page = client_of(alice).get(listed).content.decode()
    assert "Waits for a check" in page
    assert "Withdraw" in page
    review = reverse("review:review-detail", args=["refund", refund.pk])
    shown = client_of(manager).get(review).content.decode()
    for evidence in ("622200001111", "Alice Beauty", "¥2,000.00", "bank-1"):
        assert evidence in shown
    answer = {"version": refund.version, "decision": "approve", "reason": ""}
    assert client_of(manager).post(review, answer).status_code == 302
    assert "Withdraw" not in client_of(alice).get(listed).content.decode()
    desk = client_of(admin)
    assert "It is paid" in desk.get(reverse("campaigns:payout-list")).content.decode()
    url = reverse("campaigns:payout-book", args=[refund.pk])
    version = desk.get(url).context["form"]["version"].value()
    desk.post(url, {"reference": "OUT-9", "version": version})
    page = client_of(alice).get(listed).content.decode()
    assert "Paid back" in page
    assert "OUT-9" in page
    assert "It is paid" not in desk.get(reverse("campaigns:payout-list")).content.decode()


def test_a_statement_has_what_was_paid_back(
    checked: BalanceRefund, shop: Merchant, admin: User
) -> None:
    held = giving.give(shop, months.this())
    assert held
    assert (held.drawn.free_fen, held.drawn.held_fen) == (300_000, 200_000)
    assert [line.document for line in held.drawn.aside] == [checked.number]
    refunding.pay(checked, reference="OUT-1", version=checked.version, by=admin)
    given = giving.give(shop, months.this())
    assert given
    assert [(line.reason, line.amount_fen, line.document) for line in given.drawn.lines] == [
        ("deposit", 500_000, "bank-1"),
        ("refund", -200_000, "OUT-1"),
    ]
    assert (given.drawn.free_fen, given.drawn.held_fen) == (300_000, 0)


def test_those_who_must_know_are_told(
    checked: BalanceRefund, alice: User, admin: User, manager: User
) -> None:
    refunding.pay(checked, reference="OUT-1", version=checked.version, by=admin)
    told = [(notice.text, notice.user) for notice in Notice.objects.all()]
    for said, person in [("asks for", manager), ("to be paid", admin), ("was paid", alice)]:
        assert any(said in text and who == person for text, who in told)
    assert AuditEntry.objects.filter(verb__startswith="balancerefund.").count() == 3


PLANTS = {
    "a_refund_holds_what_it_asks_for": "UPDATE campaigns_balancerefund SET status = 'withdrawn'",
    "a_refund_is_paid_when_two_have_decided": "UPDATE campaigns_balancerefund"
    " SET status = 'paid', reference_key = 'bank:x'",
    "money_set_aside_has_an_owner": "UPDATE campaigns_balancerefund SET account_id = NULL",
}


@pytest.mark.parametrize("rule", PLANTS)
def test_a_planted_error_is_named(checked: BalanceRefund, rule: str) -> None:
    switch_triggers_off()
    execute(PLANTS[rule])
    assert rule in {row.rule for row in verify().broken}


@pytest.mark.django_db(transaction=True)
def test_paid_turned_down_and_asked_again_at_once_it_goes_one_way(
    checked: BalanceRefund, shop: Merchant, alice: User, admin: User, manager: User
) -> None:
    second = people.create(
        "second@example.com", "x" * 20, name="Sec", platform_role=PlatformRole.ADMIN
    )
    version = checked.version
    at_once(
        *[
            lambda reference=reference: refunding.pay(
                checked, reference=reference, version=version, by=admin
            )
            for reference in ("OUT-1", "OUT-1", "OUT-2")
        ],
        lambda: refunding.turn_down(checked, reason="No.", version=version, by=second),
        lambda: refunding.request(shop, amount_fen=1, **ACCOUNT, by=alice),
        lambda: payments.record(shop, amount_fen=5, reference="IN-2", by=manager),
    )
    assert verify().broken == []
    moved = Transfer.objects.filter(source=checked.account)
    assert moved.count() == 1
