"""The money of a boost: from where it came, to what it cost, and the rest back to where it came
from, on accounts that each line keeps."""

from datetime import timedelta

import pytest
from django.db import Error

from campaigns.boosts import decisions, endings, funding, lines, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.boosts.signals import captured, settled
from campaigns.funds.models import Fund, FundTaker
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, Transfer
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON, RequestBoost, balance_of, execute, switch_triggers_off
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.review.door import DecisionRefusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def boost(fund: Fund, a_boost: RequestBoost) -> Boost:
    """¥700, of which ¥300 are to be granted."""
    return a_boost(budget_fen=70_000, fund=fund, grant_fen=30_000)


@pytest.fixture
def running(money: None, boost: Boost, alice: User, manager: User) -> Boost:
    boost = boosts.submit(boost, by=alice)
    decisions.approve(boost, version=boost.version, by=manager)
    schedule.start_due()
    boost.refresh_from_db()
    return boost


def balances(boost: Boost, fund: Fund) -> list[int]:
    """Wallet, fund and what is set aside (fen)."""
    wallet = ledger.wallet_of(boost.merchant)
    return [balance_of(wallet), balance_of(fund.account), funding.held_fen(boost)]


def spent(boost: Boost) -> list[int]:
    """What each line has paid (fen), in the order of paying."""
    return [line.spent.balance_fen if line.spent else 0 for line in lines.of(boost)]


def test_a_submission_sets_the_merchants_part_aside_and_asks_the_fund(
    money: None, boost: Boost, fund: Fund, alice: User
) -> None:
    boosts.submit(boost, by=alice)
    assert balances(boost, fund) == [460_000, 100_000, 40_000]
    assert verify().broken == []


def test_an_approval_draws_the_funds_part_and_fixes_the_order(running: Boost, fund: Fund) -> None:
    assert balances(running, fund) == [460_000, 70_000, 70_000]
    assert [(line.place, line.fund) for line in lines.of(running)] == [(1, fund), (2, None)]


def test_a_fund_that_is_short_lets_the_decision_say_so_and_nothing_moves(
    money: None, boost: Boost, a_boost: RequestBoost, fund: Fund, alice: User, manager: User
) -> None:
    other = boosts.submit(a_boost(budget_fen=80_000, fund=fund, grant_fen=80_000), by=alice)
    boost = boosts.submit(boost, by=alice)
    decisions.approve(other, version=other.version, by=manager)
    before = balances(boost, fund)
    with pytest.raises(DecisionRefusal, match=r"cannot grant ¥300\.00 now. It lacks ¥100\.00"):
        decisions.approve(boost, version=boost.version, by=manager)
    boost.refresh_from_db()
    assert (boost.status, balances(boost, fund)) == (BoostStatus.SUBMITTED, before)
    assert not boost.reviews.exists()


def test_a_budget_nobody_can_pay_holds_nothing(boost: Boost, fund: Fund, alice: User) -> None:
    with pytest.raises(ledger.NotEnough, match=r"¥400\.00") as refused:
        boosts.submit(boost, by=alice)
    assert refused.value.field == "budget"
    assert balances(boost, fund) == [0, 100_000, 0]


def test_each_submission_has_lines_of_its_own_which_stay(
    money: None, boost: Boost, fund: Fund, alice: User
) -> None:
    for _ in range(2):
        boosts.withdraw(boosts.submit(boost, by=alice), by=alice)
        assert balances(boost, fund) == [500_000, 100_000, 0]
    boost.refresh_from_db()
    kept = boost.funding_lines.order_by("pk").values_list("submission", "amount_fen")
    assert list(kept) == [(turn, fen) for turn in (1, 2, 3) for fen in (40_000, 30_000)]
    assert verify().broken == []


def test_what_it_costs_is_a_function_of_the_total_whatever_was_told_before(
    running: Boost, fund: Fund
) -> None:
    for total, shares in [
        (29_999, [29_999, 0]), (45_000, [30_000, 15_000]), (45_000, [30_000, 15_000]),
        (70_000, [30_000, 40_000]), (31_000, [30_000, 1_000]), (0, [0, 0]),
        (30_001, [30_000, 1]),
    ]:  # fmt: skip
        funding.capture_to(running, total)
        assert (spent(running), running.captured_fen) == (shares, total)
        assert balances(running, fund) == [460_000, 70_000, 70_000 - total]
        assert verify().broken == []


def test_the_same_total_again_moves_nothing(running: Boost) -> None:
    funding.capture_to(running, 100)
    count = Transfer.objects.count()
    funding.capture_to(running, 100)
    assert Transfer.objects.count() == count


@pytest.mark.parametrize("total_fen", [-1, 70_001])
def test_more_than_is_set_aside_is_never_captured(running: Boost, total_fen: int) -> None:
    with pytest.raises(ValueError, match="70000"):
        funding.capture_to(running, total_fen)


def test_a_settled_boost_gives_back_what_it_did_not_cost_each_line_to_its_source(
    running: Boost, fund: Fund
) -> None:
    funding.capture_to(running, 45_000)
    endings.end(running, cause=EndCause.MERCHANT, at=clock.now(), by=None)
    assert balances(running, fund) == [460_000, 70_000, 25_000], "its last hours may still come"
    for _ in range(2):
        funding.settle(running, at=clock.now())
        assert balances(running, fund) == [485_000, 70_000, 0]
    assert verify().broken == []
    assert AuditEntry.objects.get(verb="boost.settled").new == {
        "captured_fen": 45_000, "released_fen": 25_000,
    }  # fmt: skip


@pytest.mark.parametrize("counted_fen", [None, 10_000])
def test_what_was_drawn_and_not_counted_goes_back_and_the_proof_tells(
    running: Boost, fund: Fund, counted_fen: int | None
) -> None:
    """Code of before the counts draws while this is brought out, and counts nothing."""
    if counted_fen is None:
        FundTaker.objects.all().delete()
    FundTaker.objects.update(taken_fen=counted_fen or 0)
    funding.capture_to(running, 10_000)
    endings.end(running, cause=EndCause.PLATFORM, at=clock.now(), by=None)
    assert running.settled_at
    assert balances(running, fund) == [500_000, 90_000, 0]
    told = [(one.rule, one.expected_fen, one.found_fen) for one in verify().broken]
    assert told == [("counts_of_a_fund_are_what_was_drawn", 10_000, 0)] * 2


def test_a_late_correction_gives_back_in_reverse_and_never_takes_more(
    running: Boost, fund: Fund
) -> None:
    funding.capture_to(running, 45_000)
    endings.end(running, cause=EndCause.PLATFORM, at=clock.now(), by=None)
    assert balances(running, fund) == [485_000, 70_000, 0]
    funding.capture_to(running, 29_000)
    assert balances(running, fund) == [500_000, 71_000, 0]
    assert spent(running) == [29_000, 0]
    with pytest.raises(ValueError, match="29000"):
        funding.capture_to(running, 29_001)
    assert verify().broken == []


@pytest.mark.parametrize(
    ("cause", "held_fen"),
    [
        (EndCause.PERIOD, 70_000),
        (EndCause.MERCHANT, 70_000),
        (EndCause.PLATFORM, 0),
        (EndCause.CLOSING, 0),
    ],
)
def test_whoever_ends_it_decides_when_the_rest_goes_back(
    running: Boost, cause: EndCause, held_fen: int
) -> None:
    endings.end(running, cause=cause, at=clock.now(), by=None)
    assert funding.held_fen(running) == held_fen


def test_what_never_began_gives_back_in_the_same_moment(
    money: None, boost: Boost, fund: Fund, alice: User, manager: User
) -> None:
    with clock.at(NOON - timedelta(days=1)):
        boost = boosts.submit(boost, by=alice)
        decisions.approve(boost, version=boost.version, by=manager)
        stopped = boosts.stop(boost, by=alice)
    assert stopped.settled_at
    assert balances(boost, fund) == [500_000, 100_000, 0]


def test_a_draft_that_is_stopped_has_nothing_to_give_back(boost: Boost, alice: User) -> None:
    assert boosts.stop(boost, by=alice).settled_at
    assert not Account.objects.filter(kind="hold").exists()
    assert not AuditEntry.objects.filter(verb="boost.settled").exists()


def test_rooms_above_hear_of_it_inside_the_transaction(running: Boost) -> None:
    heard: list[object] = []

    def on_captured(sender: object, **told: object) -> None:
        heard.append((told["before"], told["after"]))

    def on_settled(sender: object, **told: object) -> None:
        heard.append("settled")
        raise RuntimeError("cannot follow")

    captured.connect(on_captured)
    settled.connect(on_settled)
    try:
        funding.capture_to(running, 70)
        with pytest.raises(RuntimeError, match="cannot follow"):
            endings.end(running, cause=EndCause.PLATFORM, at=clock.now(), by=None)
    finally:
        captured.disconnect(on_captured)
        settled.disconnect(on_settled)
    assert heard == [(0, 70), "settled"]
    assert funding.held_fen(running) == 69_930, "what a listener refuses does not stand"


def test_a_line_of_a_statement_knows_its_boost(running: Boost, fund: Fund) -> None:
    funding.capture_to(running, 31_000)
    held, paid = funding.history_of(ledger.wallet_of(running.merchant))
    assert (funding.boost_of(held), funding.boost_of(paid)) == (running, None)
    moves = funding.moves_of(running)
    assert {funding.boost_of(move) for move in moves} == {running}
    told = ("reason", "change_fen", "after_fen")
    assert [tuple(vars(move)[name] for name in told) for move in moves] == [
        ("capture", -1_000, 39_000),
        ("capture", -30_000, 40_000),
        ("hold", 30_000, 70_000),
        ("hold", 40_000, 40_000),
    ]


WRONGS = [
    "UPDATE campaigns_fundingline SET account_id = NULL",
    "UPDATE campaigns_fundingline SET spent_id = NULL",
    "UPDATE campaigns_fund SET account_id ="
    " (SELECT id FROM campaigns_account WHERE key = 'bank:fund:spring')",
    "DELETE FROM campaigns_fundingline",
]


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_owns_an_account_keeps_it(running: Boost, wrong: str) -> None:
    funding.capture_to(running, 31_000)
    with pytest.raises(Error, match="what owns an account"):
        execute(wrong)


@pytest.mark.parametrize("wrong", ["amount_fen = 1", "submission = 9", "source = 'partner_grant'"])
def test_a_line_that_holds_money_is_for_good(running: Boost, wrong: str) -> None:
    with pytest.raises(Error, match="a line that holds money is for good"):
        execute(f"UPDATE campaigns_fundingline SET {wrong}")


@pytest.mark.parametrize("wrong", WRONGS)
def test_without_its_triggers_money_is_left_without_an_owner_and_named(
    running: Boost, wrong: str
) -> None:
    funding.capture_to(running, 31_000)
    switch_triggers_off()
    execute(wrong)
    assert "money_set_aside_has_an_owner" in {row.rule for row in verify().broken}
