"""Many people at once: exactly what is there is moved, and nobody waits forever."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import connection, transaction

from campaigns.boosts import funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import TransferReason
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost, balance_of
from merchants.companies.models import Merchant
from portal.accounts.models import User
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_noon")]


def test_320_at_once_move_exactly_what_is_there(shop: Merchant, money: None, fund: Fund) -> None:
    wallet, there = ledger.wallet_of(shop), fund.account

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
    assert (balance_of(wallet), balance_of(there)) == (0, 600_000)
    assert verify().broken == []


def test_money_that_runs_in_a_circle_does_not_deadlock(
    shop: Merchant, money: None, fund: Fund
) -> None:
    wallet, there = ledger.wallet_of(shop), fund.account

    def attempt(number: int) -> Callable[[], object]:
        source, target = (wallet, there) if number % 2 else (there, wallet)
        return lambda: ledger.transfer(
            source=source,
            target=target,
            amount_fen=100,
            key=f"circle-{number}",
            reason=TransferReason.HOLD,
        )

    at_once(*map(attempt, range(200)))
    assert balance_of(wallet) + balance_of(there) == 600_000
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
