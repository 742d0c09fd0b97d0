"""The ledger: what moves, what is refused, and that both are for good."""

import pytest
from django.db import Error

from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import TRANSFER_LIMIT_FEN, Account, Transfer, TransferReason
from campaigns.tests.conftest import execute, switch_triggers_off
from merchants.companies.models import Merchant

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


def test_more_than_there_is_names_what_is_missing(wallet: Account, fund: Fund) -> None:
    pay_in(wallet, 100)
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.transfer(
            source=wallet,
            target=fund.account,
            amount_fen=150,
            key="more",
            reason=TransferReason.HOLD,
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
    "UPDATE campaigns_account SET kind = 'bank', key = 'bank', merchant_id = NULL",
    "DELETE FROM campaigns_account",
    "TRUNCATE campaigns_account CASCADE",
    "INSERT INTO campaigns_account (kind, key, balance_fen) VALUES ('fund', 'fund:x', 5)",
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


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("'hold', 'hold:1', NULL", "'hold', 'fund:1', NULL", "key_begins_with_its_kind"),
        ("'fund', 'fund:1', NULL", "'fund', 'fund', NULL", "key_begins_with_its_kind"),
        ("'bank', 'bank', NULL", "'bank', 'bank:2', NULL", "key_begins_with_its_kind"),
        ("'wallet', 'wallet:1', {shop}", "'wallet', 'wallet:2', NULL", "merchant_is_a_wallet"),
        ("'wallet', 'wallet:1', {shop}", "'fund', 'fund:1', {shop}", "merchant_is_a_wallet"),
        ("'wallet', 'wallet:1', {shop}", "'wallet', 'wallet:2', {shop}", "merchant_id"),
        ("'hold', 'hold:1', NULL", "'hold', 'hold:1', NULL", "key"),
    ],
)
def test_a_key_names_one_account_and_its_kind(
    shop: Merchant, right: str, wrong: str, rule: str
) -> None:
    insert = "INSERT INTO campaigns_account (balance_fen, kind, key, merchant_id) VALUES (0, {})"
    execute(insert.format(right).format(shop=shop.pk))
    with pytest.raises(Error, match=rule):
        execute(insert.format(wrong).format(shop=shop.pk))


def test_the_database_refuses_a_negative_balance(wallet: Account, fund: Fund) -> None:
    with pytest.raises(Error, match="account_never_below_zero"):
        execute(
            "INSERT INTO campaigns_transfer (key, source_id, target_id, amount_fen, reason,"
            " source_balance_fen, target_balance_fen, created_at)"
            f" VALUES ('k', {wallet.pk}, {fund.account.pk}, 1, 'hold', 0, 0, now())"
        )
