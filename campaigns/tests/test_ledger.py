"""The ledger: what moves, what is refused, and that both are for good."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import Error

from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import (
    TRANSFER_LIMIT_FEN,
    Account,
    AccountKind,
    Transfer,
    TransferReason,
)
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import execute, switch_triggers_off
from merchants.companies.models import Merchant
from portal import clock

pytestmark = pytest.mark.django_db


def pay_in(wallet: Account, amount_fen: int, key: str = "paid") -> Transfer:
    return ledger.transfer(
        source=ledger.bank_of(wallet),
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
    assert ledger.bank_of(wallet).balance_fen == made.source_balance_fen == -12_345


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


@pytest.fixture
def line(wallet: Account) -> tuple[Account, Account]:
    """Where the money of one line is held and spent."""
    return ledger.account_of(AccountKind.HOLD, "line:1"), ledger.account_of(
        AccountKind.SPENT, "line:1"
    )


def holding(wallet: Account, held: Account, amount_fen: int) -> ledger.Move:
    return ledger.Move(wallet, held, amount_fen, f"hold-{held.pk}", TransferReason.HOLD)


def capturing(line: tuple[Account, Account], amount_fen: int) -> ledger.Move:
    return ledger.Move(*line, amount_fen, f"capture-{amount_fen}", TransferReason.CAPTURE)


def test_what_one_move_brings_the_next_may_take(
    wallet: Account, line: tuple[Account, Account]
) -> None:
    pay_in(wallet, 100)
    asked = [holding(wallet, line[0], 70), capturing(line, 60), capturing(line, 10)]
    made = ledger.move(asked)
    assert [(one.key, one.source_balance_fen, one.target_balance_fen) for one in made] == [
        (asked[0].key, 30, 70),
        ("capture-60", 10, 60),
        ("capture-10", 0, 70),
    ]
    assert made == list(Transfer.objects.order_by("pk"))[1:]
    assert ledger.move(asked) == made
    assert verify().totals_fen == {"bank": -100, "wallet": 30, "hold": 0, "spent": 70}
    # No boost owns what this line has spent.
    assert {row.rule for row in verify().broken} == {
        "money_set_aside_has_an_owner",
        "a_small_deposit_is_a_booked_payment",
    }


def test_all_move_or_none_and_the_refusal_names_the_place(
    wallet: Account, line: tuple[Account, Account], django_assert_num_queries: Any
) -> None:
    pay_in(wallet, 100)
    asked = [holding(wallet, line[0], 70), capturing(line, 60), capturing(line, 11)]
    with django_assert_num_queries(1), pytest.raises(ledger.NotEnough) as refused:
        ledger.move(asked)
    assert (refused.value.place, refused.value.missing_fen) == (2, 1)
    with pytest.raises(ledger.LedgerRefusal, match=r"“paid” was already used .* ¥1\.00"):
        ledger.move([asked[0], ledger.Move(*line, 1, "paid", TransferReason.CAPTURE)])
    with pytest.raises(ledger.LedgerRefusal, match=r"more than ¥0\.00"):
        ledger.move([asked[0], capturing(line, 0)])
    assert Transfer.objects.count() == 1
    assert ledger.move([]) == []


def test_a_key_that_is_asked_twice_in_one_call_moves_once(
    wallet: Account, line: tuple[Account, Account]
) -> None:
    pay_in(wallet, 100)
    first, again = ledger.move([holding(wallet, line[0], 70)] * 2)
    assert first == again
    other = ledger.Move(*line, 1, "new", TransferReason.CAPTURE)
    with pytest.raises(ledger.LedgerRefusal, match="“new” was already used"):
        ledger.move([other, replace(other, amount_fen=2)])
    assert Transfer.objects.count() == 2


def test_a_move_is_made_when_the_clock_says(wallet: Account) -> None:
    moment = datetime(2026, 3, 2, 4, tzinfo=UTC)
    with clock.at(moment):
        assert pay_in(wallet, 1).created_at == moment
    before = clock.now()
    assert before <= pay_in(wallet, 1, "later").created_at <= clock.now()


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
        ("'bank', 'bank:fund:1', NULL", "'bank', 'fund:1', NULL", "key_begins_with_its_kind"),
        ("'bank', 'bank', NULL", "'spent', 'bank', NULL", "key_begins_with_its_kind"),
        ("'spent', 'spent:line:1', NULL", "'spent', 'hold:1', NULL", "key_begins_with_its_kind"),
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
