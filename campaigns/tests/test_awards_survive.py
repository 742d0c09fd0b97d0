"""A round is divided and carried out by workers that are killed: each award once, all at last."""

from typing import Any

import pytest

from campaigns.boosts import awarding, decisions, funding, lines
from campaigns.boosts import verbs as boosts
from campaigns.boosts.awards import Award, AwardStatus
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.funds import rounds
from campaigns.funds.models import Fund, FundWay, RoundStatus
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Transfer
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import TODAY, RequestBoost, balance_of
from campaigns.tests.killed import dies_at
from campaigns.tests.test_rounds import CUT, DAY
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User

# Where a worker dies, and at which time it comes there.
POINTS: list[tuple[Any, str, int]] = [
    # Nothing is divided; the fund is divided and no award is written; some are written.
    (rounds, "close", 1),
    (awarding, "_reasons", 1),
    (Award, "save", 3),
    # A boost is locked; its budget has shrunk; its part is drawn; it is scheduled.
    (awarding, "_grant", 2),
    (funding, "draw", 2),
    (Boost, "schedule", 2),
    (Award, "move_to", 2),
    # One comes back; all are carried out.
    (awarding, "_send_back", 1),
    (awarding, "_finish", 1),
]
GRANT_FEN, OWN_FEN, FUND_FEN = 20_000, 40_000, 100_000
# Less than a day's budget each day is left of it.
SMALL = {"budget_fen": 30_000, "grant_fen": 29_000}


@pytest.fixture
def waiting(
    at_noon: None,
    money: None,
    fund: Fund,
    shop: Merchant,
    a_boost: RequestBoost,
    alice: User,
    manager: User,
    admin: User,
) -> list[Boost]:
    """Eight boosts that wait for a round that has not enough for them, the last of them small."""
    Fund.objects.filter(pk=fund.pk).update(grants_by=FundWay.ROUNDS)
    rounds.open_round(fund, cut_at=CUT, by=admin)
    payments.record(shop, amount_fen=100_000, reference="more", by=manager)
    plan = {"budget_fen": OWN_FEN + GRANT_FEN, "grant_fen": GRANT_FEN}
    days = {"starts_on": TODAY + 3 * DAY, "ends_on": TODAY + 5 * DAY}
    asked = [a_boost(fund=fund, **days, **one) for one in [plan] * 7 + [SMALL]]
    submitted = [boosts.submit(one, by=alice) for one in asked]
    return [decisions.approve(one, version=one.version, by=manager) for one in submitted]


def work() -> None:
    with clock.at(CUT):
        awarding.look()


def each_is_whole(waiting: list[Boost], fund: Fund) -> None:
    """It waits with its own part, goes its way with both, or is back with none."""
    of = {award.boost_id: award for award in Award.objects.all()}
    assert len(of) in {0, len(waiting)}
    for boost in waiting:
        boost.refresh_from_db()
        award = of.get(boost.pk)
        [own] = [line for line in lines.of(boost) if line.fund is None]
        match award.status if award else AwardStatus.WAITING:
            case AwardStatus.GRANTED:
                found = (boost.status, boost.held_fen)
                assert found == (BoostStatus.SCHEDULED, boost.budget_fen)
            case AwardStatus.RETURNED:
                assert (boost.status, funding.held_fen(boost)) == (BoostStatus.RETURNED, 0)
            case AwardStatus.WAITING:
                assert boost.status == BoostStatus.APPROVED
                assert funding.held_fen(boost) == own.amount_fen
    granted = Award.objects.filter(status=AwardStatus.GRANTED)
    drawn = Transfer.objects.filter(source=fund.account)
    assert [one.awarded_fen for one in granted.order_by("awarded_fen")] == sorted(
        one.amount_fen for one in drawn
    )
    assert verify().broken == []


@pytest.mark.django_db(transaction=True)
def test_a_round_is_divided_once_though_nine_workers_are_killed_at_it(
    waiting: list[Boost], fund: Fund, shop: Merchant
) -> None:
    for owner, name, number in POINTS:
        dies_at(owner, name, number, work)
        each_is_whole(waiting, fund)
    for _again in range(2):
        work()
        each_is_whole(waiting, fund)
        [round_] = fund.rounds.all()
        assert round_.status == RoundStatus.APPLIED
        assert rounds.repeats(round_)
        ends = round_.awards.order_by("pk").values_list("status", flat=True)
        assert list(ends) == [AwardStatus.GRANTED] * 7 + [AwardStatus.RETURNED]
        own_fen = balance_of(ledger.wallet_of(shop))
        assert own_fen == 600_000 - 7 * OWN_FEN
