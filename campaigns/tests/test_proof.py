"""`manage.py ledger verify`: quiet when all is well, exact when it is not."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.boosts import decisions, endings, funding, lines, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, EndCause
from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost, execute, switch_triggers_off
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def running(money: None, fund: Fund, a_boost: RequestBoost, alice: User, manager: User) -> Boost:
    """One of ¥700 that runs, of which a fund has paid ¥300; ¥350 are spent."""
    boost = a_boost(budget_fen=70_000, fund=fund, grant_fen=30_000)
    boost = boosts.submit(boost, by=alice)
    boost = decisions.approve(boost, version=boost.version, by=manager)
    schedule.start_due()
    boost.refresh_from_db()
    funding.capture_to(boost, 35_000)
    return boost


def test_true_books_are_proven(running: Boost) -> None:
    out = StringIO()
    call_command("ledger", "verify", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert found["broken"] == []
    assert sum(found["totals_fen"].values()) == 0
    assert found["totals_fen"]["hold"] == found["totals_fen"]["spent"] == 35_000
    assert found["transfers"] == 6


def test_an_empty_ledger_is_true(db: None) -> None:
    assert verify().broken == []


PLANTS = {
    "balance_is_the_sum_of_transfers": "UPDATE campaigns_account SET balance_fen = balance_fen + 1"
    " WHERE kind = 'wallet'",
    "all_balances_sum_to_zero": "UPDATE campaigns_account SET balance_fen = balance_fen + 1"
    " WHERE kind = 'fund'",
    "only_the_bank_is_below_zero": "UPDATE campaigns_account SET balance_fen = -1"
    " WHERE kind = 'hold'",
    "a_transfer_continues_the_balance_before_it": "UPDATE campaigns_transfer"
    " SET amount_fen = amount_fen - 1 WHERE reason = 'hold'",
    "a_boost_knows_what_it_holds": "UPDATE campaigns_boost SET held_fen = held_fen + 1",
    "what_is_spent_was_captured": "UPDATE campaigns_boost SET captured_fen = captured_fen - 1",
    "a_line_holds_what_is_left_of_it": "UPDATE campaigns_boost SET status = 'returned'",
    "lines_pay_one_after_the_other": "UPDATE campaigns_fundingline SET place = 9 - place",
    "a_reason_moves_between_its_accounts": "UPDATE campaigns_transfer SET reason = 'capture'"
    " WHERE reason = 'hold'",
    "funding_lines_sum_to_the_budget": "UPDATE campaigns_fundingline SET amount_fen = 1"
    " WHERE fund_id IS NOT NULL",
}


@pytest.mark.parametrize("rule", PLANTS)
def test_a_planted_error_is_named(running: Boost, rule: str) -> None:
    switch_triggers_off()
    execute("ALTER TABLE campaigns_account DROP CONSTRAINT account_never_below_zero", PLANTS[rule])
    assert rule in {row.rule for row in verify().broken}
    with pytest.raises(CommandError, match=r"The ledger is broken in \d+ places") as refused:
        call_command("ledger", "verify", stdout=StringIO())
    assert refused.value.returncode == 2


def test_a_missing_transfer_is_named_with_its_accounts(running: Boost) -> None:
    switch_triggers_off()
    execute("DELETE FROM campaigns_transfer WHERE key LIKE 'boost:%' AND amount_fen = 40000")
    wallet = ledger.wallet_of(running.merchant)
    held = lines.of(running).get(fund=None).account
    assert held is not None
    subjects = {row.subject for row in verify().broken}
    assert {f"account:{wallet.pk}", f"account:{held.pk}"} <= subjects


def test_money_of_another_merchant_is_named(running: Boost, rival: Merchant) -> None:
    switch_triggers_off()
    execute(f"UPDATE campaigns_account SET merchant_id = {rival.pk} WHERE kind = 'wallet'")
    assert "a_wallet_pays_only_its_own_boosts" in {row.rule for row in verify().broken}


def test_more_returned_than_given_is_named(running: Boost) -> None:
    endings.end(running, cause=EndCause.PLATFORM, at=clock.now(), by=None)
    switch_triggers_off()
    execute(
        "UPDATE campaigns_transfer SET amount_fen = 40001 WHERE key LIKE '%release%' AND"
        " amount_fen = 35000"
    )
    assert "nobody_gets_back_more_than_given" in {row.rule for row in verify().broken}
