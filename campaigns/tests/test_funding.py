"""What boosts set aside: from where it came, back to where it came, on accounts they keep."""

import pytest
from django.db import Error

from campaigns.boosts import funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost, balance_of, execute, switch_triggers_off
from portal.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def boost(fund: Fund, a_boost: RequestBoost) -> Boost:
    """¥700, of which ¥300 are to be granted."""
    return a_boost(budget_fen=70_000, fund=fund, grant_fen=30_000)


def balances(boost: Boost, fund: Fund) -> list[int]:
    """Wallet, fund and hold (fen)."""
    wallet = ledger.wallet_of(boost.merchant)
    return [balance_of(wallet), balance_of(fund.account), funding.held_fen(boost)]


def test_held_money_goes_back_to_where_it_came_from_once(
    money: None, boost: Boost, fund: Fund
) -> None:
    boost.submission = 1
    funding.hold(boost)
    assert balances(boost, fund) == [500_000 - 40_000, 100_000 - 30_000, 70_000]
    for _ in range(2):
        funding.release(boost)
        assert balances(boost, fund) == [500_000, 100_000, 0]


def test_a_budget_nobody_can_pay_holds_nothing(boost: Boost, fund: Fund) -> None:
    with pytest.raises(ledger.NotEnough, match=r"¥400\.00"):
        funding.hold(boost)
    assert balances(boost, fund) == [0, 100_000, 0]


def test_a_boost_has_an_account_from_its_first_submission_and_keeps_it(
    money: None, boost: Boost, alice: User
) -> None:
    assert boost.hold is None
    for _ in range(2):
        submitted = boosts.submit(boost, by=alice)
        assert submitted.hold == Account.objects.get(key=f"hold:boost:{boost.pk}")
        boosts.withdraw(submitted, by=alice)


def test_a_draft_that_is_stopped_has_nothing_to_give_back(boost: Boost, alice: User) -> None:
    assert boosts.stop(boost, by=alice).hold is None
    assert not Account.objects.filter(kind="hold").exists()


def test_a_line_of_a_statement_knows_its_boost(money: None, boost: Boost, alice: User) -> None:
    submitted = boosts.submit(boost, by=alice)
    wallet = ledger.wallet_of(boost.merchant)
    held, paid = funding.history_of(wallet)
    assert (funding.boost_of(held), funding.boost_of(paid)) == (boost, None)
    assert {funding.boost_of(line) for line in funding.history_of(submitted.hold)} == {boost}


WRONGS = [
    "UPDATE campaigns_boost SET hold_id = NULL",
    "UPDATE campaigns_fund SET account_id ="
    " (SELECT id FROM campaigns_account WHERE key = 'bank:fund:spring')",
    "DELETE FROM campaigns_fundingline; DELETE FROM campaigns_boost",
    "DELETE FROM campaigns_fundingline; DELETE FROM campaigns_boost; DELETE FROM campaigns_fund",
]


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_owns_an_account_keeps_it(money: None, boost: Boost, alice: User, wrong: str) -> None:
    submitted = boosts.submit(boost, by=alice)
    submitted.save()
    with pytest.raises(Error, match="what owns an account"):
        execute(wrong)


@pytest.mark.parametrize("wrong", WRONGS)
def test_without_its_triggers_money_is_left_without_an_owner_and_named(
    money: None, boost: Boost, alice: User, wrong: str
) -> None:
    boosts.submit(boost, by=alice)
    switch_triggers_off()
    execute(wrong)
    assert "money_set_aside_has_an_owner" in {row.rule for row in verify().broken}
