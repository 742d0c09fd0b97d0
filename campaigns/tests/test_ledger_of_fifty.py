"""Fifty connections and ten thousand moves: every fen is where the moves that were made say."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, AccountKind, Transfer, TransferReason
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import balance_of
from merchants.companies.models import Merchant
from tests.racing import alone

PEOPLE, CALLS, AT_ONCE = 50, 50, 4
LINES = 4
PAID_FEN = 30_000


@pytest.fixture
def accounts(transactional_db: None, shop: Merchant, rival: Merchant) -> dict[str, Account]:
    """Two wallets with money, and four lines that hold and spend."""
    made = {"shop": ledger.wallet_of(shop), "rival": ledger.wallet_of(rival)}
    for name, wallet in list(made.items()):
        made[f"bank {name}"] = ledger.bank_of(wallet)
        ledger.transfer(
            source=made[f"bank {name}"],
            target=wallet,
            amount_fen=PAID_FEN,
            key=name,
            reason=TransferReason.DEPOSIT,
        )
    for line in range(LINES):
        made[f"held {line}"] = ledger.account_of(AccountKind.HOLD, f"line:{line}")
        made[f"spent {line}"] = ledger.account_of(AccountKind.SPENT, f"line:{line}")
    return made


def any_move(accounts: dict[str, Account], chance: random.Random) -> ledger.Move:
    """One of the ways money goes; one key in five is that of others, sometimes for other money."""
    line, wallet = chance.randrange(LINES), chance.choice(["shop", "rival"])
    held, spent = accounts[f"held {line}"], accounts[f"spent {line}"]
    source, target, reason = chance.choice(
        [
            (accounts[f"bank {wallet}"], accounts[wallet], TransferReason.DEPOSIT),
            (accounts[wallet], held, TransferReason.HOLD),
            (accounts[wallet], held, TransferReason.HOLD),
            (held, accounts[wallet], TransferReason.RELEASE),
            (held, spent, TransferReason.CAPTURE),
            (held, spent, TransferReason.CAPTURE),
            (spent, held, TransferReason.GIVE_BACK),
        ]
    )
    amount_fen = chance.randrange(1, 400)
    key = f"{source.pk}-{target.pk}-{amount_fen}" if chance.random() < 0.2 else str(chance.random())
    if chance.random() < 0.01:
        key = "taken"
    return ledger.Move(source, target, amount_fen, key, reason)


def test_ten_thousand_moves_of_fifty_leave_what_their_sums_say(
    accounts: dict[str, Account],
) -> None:
    assert PEOPLE * CALLS * AT_ONCE == 10_000
    begin = Barrier(PEOPLE)

    def person(number: int) -> Counter[str]:
        chance, ends = random.Random(number), Counter[str]()
        begin.wait(timeout=60)
        for _ in range(CALLS):
            moves = [any_move(accounts, chance) for _ in range(AT_ONCE)]
            try:
                made = ledger.move(moves)
            except ledger.LedgerRefusal as refused:
                ends[type(refused).__name__] += 1
            else:
                assert [one.key for one in made] == [one.key for one in moves]
                ends["moved"] += 1
        return ends

    with ThreadPoolExecutor(PEOPLE) as pool:
        # Whatever is no refusal in words ends the test here.
        ends = sum(pool.map(lambda number: alone(lambda: person(number)), range(PEOPLE)), Counter())
    assert min(ends[end] for end in ("moved", "NotEnough", "LedgerRefusal")) > 10
    flows: Counter[int] = Counter()
    for source, target, fen in Transfer.objects.values_list("source", "target", "amount_fen"):
        flows[source] -= fen
        flows[target] += fen
    assert {one.pk: balance_of(one) for one in accounts.values()} == dict(flows)
    assert all(balance_of(one) >= 0 for one in accounts.values() if one.kind != AccountKind.BANK)
    # The ledger alone: no owner asked, and nobody wrote a payment down.
    above = {"money_set_aside_has_an_owner", "a_small_deposit_is_a_booked_payment"}
    broken = [row for row in verify().broken if row.rule not in above]
    assert broken == []
