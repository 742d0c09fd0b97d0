"""Many people at once: exactly what is there is moved, and nobody waits forever."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import connection, transaction

from campaigns.boosts import funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, AccountKind, Transfer, TransferReason
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost, balance_of
from merchants.companies.models import Merchant
from portal.accounts.models import User
from tests.racing import at_once, one_after_the_other

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_noon")]


def proven(wallet: Account, there: Account) -> None:
    """The books are true. Nobody owns what was held here, so it goes back before."""
    left = ledger.Move(there, wallet, balance_of(there), "left", TransferReason.RELEASE)
    ledger.move([left] if left.amount_fen else [])
    assert verify().broken == []


def test_320_at_once_move_exactly_what_is_there(shop: Merchant, money: None) -> None:
    wallet, there = ledger.wallet_of(shop), ledger.account_of(AccountKind.HOLD, "race")

    def attempt(number: int) -> Callable[[], object]:
        return lambda: ledger.transfer(
            source=wallet,
            target=there,
            amount_fen=2_500,
            key=f"move-{number}",
            reason=TransferReason.HOLD,
        )

    # 200 fit, 256 are tried, and 64 of them twice.
    numbers = [*range(256), *range(64)]
    at_once(*map(attempt, numbers))
    assert (balance_of(wallet), balance_of(there)) == (0, 500_000)
    proven(wallet, there)


def test_money_that_runs_in_a_circle_does_not_deadlock(shop: Merchant, money: None) -> None:
    wallet, there = ledger.wallet_of(shop), ledger.account_of(AccountKind.HOLD, "race")
    ledger.move([ledger.Move(wallet, there, 5_000, "first", TransferReason.HOLD)])

    def attempt(number: int) -> Callable[[], object]:
        there_and_back = (
            (wallet, there, TransferReason.HOLD),
            (there, wallet, TransferReason.RELEASE),
        )
        source, target, reason = there_and_back[number % 2]
        return lambda: ledger.transfer(
            source=source, target=target, amount_fen=100, key=f"circle-{number}", reason=reason
        )

    at_once(*map(attempt, range(200)))
    assert balance_of(wallet) + balance_of(there) == 500_000
    proven(wallet, there)


def test_a_key_used_at_once_between_other_accounts_is_refused_in_a_sentence(
    shop: Merchant, rival: Merchant
) -> None:
    def pay(merchant: Merchant) -> Transfer:
        wallet = ledger.wallet_of(merchant)
        asked = ledger.Move(ledger.bank_of(wallet), wallet, 1, "same", TransferReason.DEPOSIT)
        return ledger.move([asked])[0]

    with pytest.raises(ledger.LedgerRefusal, match="“same” was already used"):
        one_after_the_other(lambda: pay(shop), lambda: pay(rival))
    made = Transfer.objects.get()
    assert one_after_the_other(lambda: pay(shop), lambda: pay(shop)) == made
    assert verify().totals_fen == {"bank": -1, "wallet": 1}


def test_payments_to_two_do_not_wait_for_each_other_and_to_one_they_do(
    shop: Merchant, rival: Merchant, manager: User
) -> None:
    def pay(merchant: Merchant, reference: str) -> Callable[[], object]:
        return lambda: payments.record(merchant, amount_fen=1, reference=reference, by=manager)

    pay(shop, "opens")()
    pay(rival, "opens, too")()
    with pytest.raises(AssertionError):
        one_after_the_other(pay(shop, "a"), pay(rival, "b"))
    one_after_the_other(pay(shop, "c"), pay(shop, "d"))
    assert verify().broken == []


def test_two_tabs_submitting_the_same_boost_hold_once(
    money: None, a_boost: RequestBoost, alice: User
) -> None:
    boost = a_boost()
    tabs = [lambda: boosts.submit(boost, by=alice)] * 8
    held, _refused = at_once(*tabs)
    assert len(held) == 1
    assert funding.held_fen(boost) == 70_000


def test_boosts_together_hold_no_more_than_the_wallet(
    money: None, a_boost: RequestBoost, alice: User
) -> None:
    drafts = [a_boost() for _ in range(12)]

    def submit(boost: Boost) -> Callable[[], object]:
        return lambda: boosts.submit(boost, by=alice)

    held, _refused = at_once(*map(submit, drafts))
    assert len(held) == 7
    assert verify().totals_fen["hold"] == 7 * 70_000
    assert verify().broken == []


def test_reading_before_writing_would_overspend(shop: Merchant, money: None) -> None:
    """The twin: the same race without locks and triggers spends more than there was."""
    wallet, spent, everyone_has_read = ledger.wallet_of(shop), [], Barrier(8)

    def naive() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT balance_fen FROM campaigns_account WHERE id = %s", [wallet.pk])
            assert cursor.fetchone()[0] == 500_000
            everyone_has_read.wait()
            cursor.execute(
                "UPDATE campaigns_account SET balance_fen = 0 WHERE id = %s", [wallet.pk]
            )
            spent.append(500_000)

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE campaigns_account DISABLE TRIGGER USER")
    try:
        at_once(*[naive] * 8)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE campaigns_account ENABLE TRIGGER USER")
    assert sum(spent) > 500_000
