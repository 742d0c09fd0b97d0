"""The ledger: what moves, what is refused, and that both are for good."""

from datetime import timedelta

import pytest
from django.db import Error
from hypothesis import given
from hypothesis import strategies as st

from campaigns import ledger
from campaigns.models import TRANSFER_LIMIT_FEN, Account, Boost, Transfer, TransferReason
from campaigns.proof import verify
from campaigns.tests.conftest import TODAY, RequestBoost, execute, switch_triggers_off
from merchants.models import Merchant
from portal.accounts.models import User

pytestmark = pytest.mark.django_db


def pay_in(wallet: Account, amount_fen: int, key: str = "paid") -> Transfer:
    return ledger.transfer(
        source=ledger.bank(),
        target=wallet,
        amount_fen=amount_fen,
        key=key,
        reason=TransferReason.DEPOSIT,
    )


@pytest.fixture
def wallet(shop: Merchant) -> Account:
    return ledger.wallet_of(shop)


def test_a_transfer_moves_the_same_amount_out_and_in(wallet: Account) -> None:
    made = pay_in(wallet, 12_345)
    wallet.refresh_from_db()
    assert wallet.balance_fen == made.target_balance_fen == 12_345
    assert ledger.bank().balance_fen == made.source_balance_fen == -12_345


def test_the_same_key_moves_once(wallet: Account) -> None:
    assert pay_in(wallet, 100) == pay_in(wallet, 100)
    wallet.refresh_from_db()
    assert wallet.balance_fen == 100


def test_the_same_key_for_something_else_is_refused(wallet: Account) -> None:
    pay_in(wallet, 100)
    with pytest.raises(ledger.LedgerRefusal, match="already used"):
        pay_in(wallet, 101)


def test_more_than_there_is_names_what_is_missing(wallet: Account) -> None:
    pay_in(wallet, 100)
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.transfer(
            source=wallet,
            target=ledger.income(),
            amount_fen=150,
            key="spent",
            reason=TransferReason.SPEND,
        )
    assert refused.value.missing_fen == 50
    wallet.refresh_from_db()
    assert wallet.balance_fen == 100


@pytest.mark.parametrize("amount_fen", [0, -1, TRANSFER_LIMIT_FEN, 10**18, 10**30])
def test_impossible_amounts_are_refused(wallet: Account, amount_fen: int) -> None:
    with pytest.raises(ledger.LedgerRefusal):
        pay_in(wallet, amount_fen)


WRONGS = [
    "UPDATE campaigns_transfer SET amount_fen = 1",
    "DELETE FROM campaigns_transfer",
    "TRUNCATE campaigns_transfer CASCADE",
    "UPDATE campaigns_account SET balance_fen = balance_fen + 1",
    "UPDATE campaigns_account SET kind = 'bank', merchant_id = NULL",
    "DELETE FROM campaigns_account",
    "TRUNCATE campaigns_account CASCADE",
    "INSERT INTO campaigns_account (kind, balance_fen) VALUES ('income', 5)",
]


@pytest.mark.parametrize("wrong", WRONGS)
def test_the_database_refuses_to_rewrite_the_ledger(wallet: Account, wrong: str) -> None:
    pay_in(wallet, 100)
    with pytest.raises(Error, match=r"is for good|only a transfer|starts at 0"):
        execute(wrong)


@pytest.mark.parametrize("wrong", [wrong for wrong in WRONGS if wrong != WRONGS[5]])
def test_without_its_triggers_the_ledger_can_be_rewritten(wallet: Account, wrong: str) -> None:
    """The twin: what refuses above is the trigger, and for accounts in use a foreign key too."""
    switch_triggers_off()
    execute(wrong)


def test_the_database_refuses_a_negative_balance(wallet: Account) -> None:
    income = ledger.income()
    with pytest.raises(Error, match="account_never_below_zero"):
        execute(
            "INSERT INTO campaigns_transfer (key, source_id, target_id, amount_fen, reason,"
            " source_balance_fen, target_balance_fen, created_at)"
            f" VALUES ('k', {wallet.pk}, {income.pk}, 1, 'spend', 0, 0, now())"
        )


def test_money_spent_comes_from_cash_first_and_goes_back_to_the_grant_first(
    money: None, fund: object, a_boost: RequestBoost, alice: User
) -> None:
    boost = a_boost(budget_fen=70_000, fund=fund, grant_fen=30_000)
    boost.submission = 1
    ledger.hold(boost)
    assert _balances(boost) == [500_000 - 40_000, 100_000 - 30_000, 70_000]
    ledger.spend(boost, on=TODAY)
    assert ledger.release(boost) == 60_000
    assert _balances(boost) == [500_000 - 40_000 + 30_000, 100_000, 0]


def test_a_budget_nobody_can_pay_holds_nothing(
    shop: Merchant, fund: object, a_boost: RequestBoost
) -> None:
    boost = a_boost(budget_fen=70_000, fund=fund, grant_fen=30_000)
    with pytest.raises(ledger.NotEnough, match=r"¥400\.00"):
        ledger.hold(boost)
    assert _balances(boost) == [0, 100_000, 0]


@given(
    budget_fen=st.integers(10_000, TRANSFER_LIMIT_FEN - 1),
    days=st.integers(1, 90),
)
def test_the_days_of_a_boost_share_its_budget_to_the_last_fen(budget_fen: int, days: int) -> None:
    boost = Boost(budget_fen=budget_fen, starts_on=TODAY, ends_on=TODAY + timedelta(days=days - 1))
    shares = [boost.share_fen(TODAY + timedelta(days=day)) for day in range(-1, days + 1)]
    assert sum(shares) == budget_fen
    assert shares[0] == shares[-1] == 0
    assert max(shares[1:-1]) - min(shares[1:-1]) <= 1


def _balances(boost: Boost) -> list[int]:
    """Wallet, fund and hold (fen); the books are true as well."""
    assert verify().totals_fen["bank"] <= 0
    lines = [line.fund for line in boost.funding_lines.all() if line.fund]
    accounts = [
        ledger.wallet_of(boost.merchant),
        ledger.account_of(lines[0]),
        ledger.hold_of(boost),
    ]
    return [account.balance_fen for account in accounts]
