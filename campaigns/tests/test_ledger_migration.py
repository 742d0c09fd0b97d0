"""Books from the time when accounts named boosts and funds: each row is kept and gets its key."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection

from campaigns.boosts import decisions, funding, lines
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, TransferReason
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost, balance_of
from merchants.companies.models import Merchant
from portal.accounts.models import User
from tests import migrating
from tests.migrating import newest

Migrate = Callable[[str], Apps]
BEFORE, AFTER = "0002_ledger_rules", "0010_references_as_they_are_meant"


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Migrate]:
    """`migrate(name)` takes this app's tables there and returns the models of that time."""
    yield partial(migrating.migrate, "campaigns")
    migrating.back_to_today()


def rows(columns: str, table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY id")
        return list(cursor.fetchall())


def books() -> list[tuple[Any, ...]]:
    """Every transfer and balance, in the columns that both times have."""
    transfers = rows(
        "id, key, source_id, target_id, amount_fen, reason, source_balance_fen,"
        " target_balance_fen, created_at",
        "campaigns_transfer",
    )
    return transfers + rows("id, kind, merchant_id, balance_fen", "campaigns_account")


def the_one_bank() -> Account:
    """The account that paid to all payees, before each had one of its own."""
    return Account.objects.create(kind="bank", key="bank")


def pay_in(bank: Account, account: Account, amount_fen: int) -> None:
    ledger.transfer(
        source=bank,
        target=account,
        amount_fen=amount_fen,
        key=f"bank:{account.key}",
        reason=TransferReason.DEPOSIT,
        reference=account.key,
    )


@pytest.fixture
def money(transactional_db: None, shop: Merchant) -> None:
    """¥5,000 in the wallet of Alice's shop, from the one bank."""
    pay_in(the_one_bank(), ledger.wallet_of(shop), 500_000)


@pytest.fixture
def fund(money: None, admin: User) -> Fund:
    """A platform fund with ¥1,000 of the same bank."""
    made = funds.create("spring", name_zh="春季扶持金", name_en="Spring fund", by=admin)
    pay_in(Account.objects.get(key="bank"), made.account, 100_000)
    return made


@pytest.fixture
def boost_before(
    migrate: Migrate, money: None, fund: Fund, a_boost: RequestBoost, alice: User
) -> Boost:
    """A boost in review that ¥400 of the wallet and ¥300 of the fund were set aside for.

    All was written down with the tables of before; a second boost never held anything, a second
    fund never had an account.
    """
    boost = a_boost(fund=fund, grant_fen=30_000)
    a_boost()
    asked = list(boost.funding_lines.all())
    models = migrate(BEFORE)
    account: Any = models.get_model("campaigns.Account")
    transfer: Any = models.get_model("campaigns.Transfer")
    hold = account.objects.create(kind="hold", boost_id=boost.pk)
    for line in asked:
        owner = {"fund_id": fund.pk} if line.fund_id else {"merchant_id": boost.merchant_id}
        transfer.objects.create(
            source=account.objects.get(**owner),
            target=hold,
            amount_fen=line.amount_fen,
            reason="hold",
            key=f"boost:{boost.pk}:hold:1:{line.pk}",
        )
    models.get_model("campaigns.Boost").objects.filter(pk=boost.pk).update(
        status="submitted", submission=1
    )
    models.get_model("campaigns.Fund").objects.create(code="new", name_zh="新", name_en="New")
    return boost


def test_every_row_is_kept_and_every_account_has_its_key_and_owner(
    migrate: Migrate, boost_before: Boost, fund: Fund
) -> None:
    before = books()
    migrate(AFTER)
    assert books()[: len(before)] == before
    keys = {key for (key,) in rows("key", "campaigns_account")}
    assert keys == {
        "bank",
        f"wallet:{boost_before.merchant_id}",
        "fund:spring",
        "fund:new",
        f"hold:boost:{boost_before.pk}",
    }
    of_funds = Account.objects.filter(fund__isnull=False).order_by("fund__pk")
    assert [account.key for account in of_funds] == ["fund:spring", "fund:new"]
    hold = Account.objects.get(key=f"hold:boost:{boost_before.pk}")
    assert rows("hold_id", "campaigns_boost") == [(hold.pk,), (None,)]
    migrate(newest("campaigns"))
    assert verify().broken == []


def test_what_waits_for_a_decision_gives_the_funds_part_back_and_the_verbs_go_on(
    migrate: Migrate, boost_before: Boost, fund: Fund, alice: User, manager: User
) -> None:
    for _ in range(2):
        migrate(newest("campaigns"))
    boost = Boost.objects.get(pk=boost_before.pk)
    wallet, account = ledger.wallet_of(boost.merchant), Fund.objects.get(pk=fund.pk).account
    assert (balance_of(wallet), balance_of(account)) == (460_000, 100_000)
    assert funding.held_fen(boost) == 40_000
    assert {funding.boost_of(line) for line in funding.moves_of(boost)} == {boost}
    assert verify().broken == []
    boost = boosts.submit(boosts.withdraw(boost, by=alice), by=alice)
    decisions.approve(boost, version=boost.version, by=manager)
    assert (balance_of(wallet), balance_of(account)) == (460_000, 70_000)
    assert funding.held_fen(boost) == 70_000
    assert verify().broken == []


@pytest.mark.parametrize("status", ["scheduled", "running"])
def test_what_is_approved_keeps_its_grant_and_pays_in_order(
    migrate: Migrate, boost_before: Boost, status: str
) -> None:
    table: Any = migrate(AFTER).get_model("campaigns.Boost")
    table.objects.filter(pk=boost_before.pk).update(status=status)
    migrate(newest("campaigns"))
    boost = Boost.objects.get(pk=boost_before.pk)
    assert [(line.place, line.amount_fen) for line in lines.of(boost)] == [(1, 30_000), (2, 40_000)]
    assert boost.spans.exists() == (status == "running")
    assert verify().broken == []
    funding.capture_to(boost, 31_000)
    assert funding.held_fen(boost) == 39_000
    assert verify().broken == []


def test_what_has_ended_is_settled_since_then(migrate: Migrate, boost_before: Boost) -> None:
    table: Any = migrate(AFTER).get_model("campaigns.Boost")
    table.objects.filter(pk=boost_before.pk).update(status="draft", submission=0)
    draft = table.objects.exclude(pk=boost_before.pk).get()
    table.objects.filter(pk=draft.pk).update(status="stopped")
    migrate(newest("campaigns"))
    ended = Boost.objects.get(pk=draft.pk)
    assert (ended.settled_at, ended.end_cause) == (ended.created_at, "merchant")


def test_the_way_back_gives_every_account_its_owner_again(
    migrate: Migrate, boost_before: Boost
) -> None:
    owners = "id, kind, merchant_id, fund_id, boost_id, balance_fen", "campaigns_account"
    before = rows(*owners)
    migrate(AFTER)
    migrate(BEFORE)
    assert rows(*owners)[: len(before)] == before
