"""Boosts, their lines, funds and the ledger in any order of events: no fen is lost or made.

Verbs are asked for whether it is their time or not. Rows come late, twice, in any order, corrected
up and down. One fund grants at approval, one in rounds; balance is asked back. `SOAK_WORLDS` is how
many sequences are tried; `make soak ARGS="--money 2000"` sets it.
Another way in which money moves joins with its verb in VERBS and its part of `Money`.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from campaigns import tasks
from campaigns.boosts import awarding, decisions, endings, plans, round_changes, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.awards import Award, AwardStatus
from campaigns.boosts.models import Boost, BoostStatus, EndCause, Objective
from campaigns.delivery import settling, taking
from campaigns.delivery.models import DeliveryHour, DeliveryMessage
from campaigns.delivery.rows import Row
from campaigns.funds import rounds
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund, FundWay, Round, RoundStatus
from campaigns.ledger import payments, refunding
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.ledger.refunds import BalanceRefund
from campaigns.tests.conftest import NOON, TODAY, Close, NoteOutside, RequestBoost, balance_of
from merchants.companies.models import Merchant
from merchants.openings.models import OpeningState
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.refusals import Refusal
from tests.ruling import rewrite

WORLDS, SEED = int(os.environ.get("SOAK_WORLDS", "100")), int(os.environ.get("SOAK_SEED", "1"))
STEPS = 40 if "SOAK_WORLDS" in os.environ else 4
SHRINK = [Phase.shrink] if "SOAK_WORLDS" in os.environ else []
MIDNIGHT = NOON - timedelta(hours=12)
HOUR = timedelta(hours=1)
WEEK = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=6)}
CAP_FEN = 20_000
FEN = [0, 30, 4_000, 11_000, 40_000, 90_000]
# A fund has given nothing yet.
ASKS = {BoostStatus.SUBMITTED, BoostStatus.APPROVED}
VERBS = [
    "request", "submit", "approve", "send_back", "reject", "withdraw", "pause", "resume", "stop",
    "halt", "close", "say", "say", "say", "correct", "correct", "repeat", "repeat", "arrive",
    "arrive", "pay_in", "pass_time", "pass_time", "open_round", "cut", "cut", "move_round",
    "call_off", "ask_back",
    "check_refund", "pay_back", "take_back",
]  # fmt: skip
EVENT = st.tuples(st.sampled_from(VERBS), st.integers(0, 2**32))


@dataclass
class Money:
    """What was paid in, and what was said of each boost: plain sums, no database."""

    cash_in: int
    # By fund.
    grants_in: dict[int, int]
    # What was asked back, and not given up since, by refund.
    back: dict[int, int]
    # The first that was said of each revision, and the messages that said it.
    said: dict[int, dict[tuple[datetime, int], Row]] = field(default_factory=dict)
    sent: list[tuple[int, DeliveryMessage, dict[int, Row]]] = field(default_factory=list)
    # Messages that are on their way; they overtake each other.
    away: list[tuple[int, DeliveryMessage, dict[int, Row]]] = field(default_factory=list)

    def newest(self, pk: int) -> dict[datetime, Row]:
        """What holds of each hour of a boost."""
        return {at: row for (at, _number), row in sorted(self.said.get(pk, {}).items())}


class MoneyMachine(RuleBasedStateMachine):
    """A shop whose boosts are in every state, in a transaction that is undone after."""

    cast: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now: datetime = NOON
        self.pks: list[int] = list(self.cast["pks"])
        asked: BalanceRefund = self.cast["refund"]
        self.money = Money(
            self.cast["cash_in"], dict(self.cast["grants_in"]), {asked.pk: asked.amount_fen}
        )

    def teardown(self) -> None:
        try:
            with clock.at(self.now):
                assert verify().broken == []
                for round_ in Round.objects.filter(status=RoundStatus.APPLIED):
                    assert rounds.repeats(round_)
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @rule(events=st.lists(EVENT, min_size=STEPS // 2, max_size=STEPS))
    def happen(self, events: list[tuple[str, int]]) -> None:
        self.go(events)

    def go(self, events: list[tuple[str, int]]) -> None:
        for verb, seed in events:
            self.now += timedelta(seconds=1)
            dice = random.Random(seed)
            with clock.at(self.now):
                act: Callable[[Boost, random.Random], object] = getattr(self, f"_{verb}")
                # A refusal in words leaves all as it was; any other error ends the test.
                with transaction.atomic():
                    try:
                        act(Boost.objects.get(pk=dice.choice(self.pks)), dice)
                    except Refusal:
                        transaction.set_rollback(True)
                self.the_books_agree()

    def _request(self, _boost: Boost, dice: random.Random) -> None:
        grant_fen = dice.choice([0, 0, 5_000, 60_000])
        asked = boosts.request(
            self.cast["shop"],
            note=dice.choice(self.cast["notes"]),
            objective=Objective.READS,
            starts_on=clock.today() + timedelta(days=dice.choice([0, 0, 1, 2])),
            ends_on=clock.today() + timedelta(days=dice.choice([2, 3])),
            budget_fen=dice.choice([60_000, 61_001]),
            daily_cap_fen=dice.choice([None, CAP_FEN]),
            fund=dice.choice(self.cast["funds"]) if grant_fen else None,
            grant_fen=grant_fen,
            request_key=uuid4(),
            beside=True,
            by=self.cast["alice"],
        )
        self.pks.append(boosts.submit(asked, by=self.cast["alice"]).pk)

    def _submit(self, boost: Boost, dice: random.Random) -> None:
        boosts.submit(boost, by=self.cast["alice"])

    def _approve(self, boost: Boost, dice: random.Random) -> None:
        decisions.approve(boost, version=boost.version, by=self.cast["manager"])
        schedule.start_due()

    def _send_back(self, boost: Boost, dice: random.Random) -> None:
        self._decide(boost, decisions.send_back)

    def _reject(self, boost: Boost, dice: random.Random) -> None:
        self._decide(boost, decisions.reject)

    def _decide(self, boost: Boost, verb: Callable[..., Boost]) -> None:
        verb(boost, version=boost.version, reason="Because.", by=self.cast["manager"])

    def _withdraw(self, boost: Boost, dice: random.Random) -> None:
        boosts.withdraw(boost, by=self.cast["alice"])

    def _pause(self, boost: Boost, dice: random.Random) -> None:
        boosts.pause(boost, by=self.cast["alice"])

    def _resume(self, boost: Boost, dice: random.Random) -> None:
        boosts.resume(boost, by=self.cast["alice"])

    def _stop(self, boost: Boost, dice: random.Random) -> None:
        boosts.stop(boost, by=self.cast["alice"], reason="Enough.")

    def _halt(self, boost: Boost, dice: random.Random) -> None:
        """The platform ends it."""
        endings.end(Boost.locked(boost.pk), cause=EndCause.PLATFORM, at=self.now, by=None)

    def _close(self, boost: Boost, dice: random.Random) -> None:
        """The category closes, and opens again before anybody asks for anything new."""
        self.cast["close"]()
        tasks.close_due()
        for job in Job.objects.open().filter(kind=tasks.CLOSE):
            assert queue.run_now(job).state == JobState.DONE
        self.now += timedelta(seconds=1)
        with clock.at(self.now):
            self.cast["close"](state=OpeningState.OPEN)

    def _say(self, boost: Boost, dice: random.Random) -> None:
        """Some hours of these days, told for the first time, or again by a higher revision."""
        hours = int((self.now - MIDNIGHT) / HOUR)
        said = [dice.randrange(max(hours - 30, 0), hours) for _ in range(dice.randint(1, 4))]
        self._told(boost, [(hour, dice.randint(1, 3)) for hour in said], dice)

    def _correct(self, boost: Boost, dice: random.Random) -> None:
        """An hour that was told is told anew, up or down, or by a revision that came before."""
        known = sorted(self.money.said.get(boost.pk, {}))
        if known:
            hour_at, revision = dice.choice(known)
            hour = int((hour_at - MIDNIGHT) / HOUR)
            self._told(boost, [(hour, max(revision + dice.choice([-1, 1, 2]), 1))], dice)

    def _told(self, boost: Boost, said: list[tuple[int, int]], dice: random.Random) -> None:
        if not hasattr(boost, "serving"):
            return
        rows = {
            place: Row(
                boost.external_id, MIDNIGHT + hour * HOUR, revision, 7, 0, dice.choice(FEN),
                dice.random() < 0.5,
            )
            for place, (hour, revision) in enumerate(said, start=1)
        }  # fmt: skip
        sent = DeliveryMessage.objects.create(
            ad_server=boost.serving.ad_server, message_id=uuid4().hex, sha256="0" * 64
        )
        if dice.random() < 0.2:
            # Said twice in one message.
            rows[len(rows) + 1] = rows[1]
        self.money.sent.append((boost.pk, sent, rows))
        if dice.random() < 0.3:
            self.money.away.append(self.money.sent[-1])
        else:
            self._deliver(boost, sent, rows)

    def _arrive(self, _boost: Boost, dice: random.Random) -> None:
        """A message that is on its way is there, behind others that were sent later."""
        if self.money.away:
            pk, sent, rows = self.money.away.pop(dice.randrange(len(self.money.away)))
            self._deliver(Boost.objects.get(pk=pk), sent, rows)

    def _repeat(self, _boost: Boost, dice: random.Random) -> None:
        """A message comes once more, whenever it was sent."""
        if self.money.sent:
            pk, sent, rows = dice.choice(self.money.sent)
            self._deliver(Boost.objects.get(pk=pk), sent, rows)

    def _deliver(self, boost: Boost, sent: DeliveryMessage, rows: dict[int, Row]) -> None:
        first = taking.take(boost, rows, sent)
        assert taking.take(boost, rows, sent) == first
        its = self.money.said.setdefault(boost.pk, {})
        for _place, row in sorted(rows.items()):
            its.setdefault((row.hour_at, row.revision), row)

    def _pay_in(self, _boost: Boost, dice: random.Random) -> None:
        amount_fen = dice.choice([1, 50_000])
        paid: dict[str, Any] = {"amount_fen": amount_fen, "reference": uuid4().hex}
        if dice.random() < 0.7:
            payments.record(self.cast["shop"], **paid, by=self.cast["manager"])
            self.money.cash_in += amount_fen
        else:
            fund = dice.choice(self.cast["funds"])
            funds.pay_in(fund, **paid, by=self.cast["admin"])
            self.money.grants_in[fund.pk] += amount_fen

    def _open_round(self, _boost: Boost, dice: random.Random) -> None:
        cut_at = self.now + timedelta(hours=dice.choice([1, 30]))
        rounds.open_round(self.cast["funds"][1], cut_at=cut_at, by=self.cast["admin"])

    def _cut(self, _boost: Boost, dice: random.Random) -> None:
        """The round that collects is divided, whatever its boosts have become; looking twice."""
        round_ = Round.objects.filter(status=RoundStatus.COLLECTING).first()
        if round_ is None:
            return
        self.now = max(self.now, round_.cut_at)
        with clock.at(self.now):
            waiting = {
                boost.pk
                for boost in Boost.objects.filter(pk__in=self.pks, status=BoostStatus.APPROVED)
                if (grant := plans.grant_of(boost))
                and grant.fund == round_.fund
                # What a round that was called off sends back waits for no other.
                and not boost.awards.filter(status=AwardStatus.WAITING).exists()
            }
            left_fen = balance_of(round_.fund.account)
            awarding.look()
            awards = Award.objects.filter(round=round_)
            ends = set(awards.values_list("boost", "status", "awarded_fen"))
            awarding.look()
        assert ends == set(awards.values_list("boost", "status", "awarded_fen"))
        assert {pk for pk, _status, _fen in ends} == waiting
        assert sum(fen for _pk, _status, fen in ends) <= left_fen
        assert AwardStatus.WAITING not in {status for _pk, status, _fen in ends}

    def _move_round(self, _boost: Boost, dice: random.Random) -> None:
        for round_ in Round.objects.filter(status=RoundStatus.COLLECTING):
            cut_at = self.now + timedelta(hours=dice.choice([2, 20]))
            round_changes.move(round_, cut_at=cut_at, by=self.cast["admin"])

    def _call_off(self, _boost: Boost, dice: random.Random) -> None:
        """Whoever waits comes back, at the look or at a later one."""
        for round_ in Round.objects.filter(status=RoundStatus.COLLECTING):
            round_changes.call_off(round_, reason="Stopped.", by=self.cast["admin"])
            if dice.random() < 0.7:
                awarding.look()
                assert not round_.awards.filter(status=AwardStatus.WAITING).exists()

    def _ask_back(self, _boost: Boost, dice: random.Random) -> None:
        amount_fen = dice.choice([1, 40_000, 400_000])
        told: dict[str, Any] = {"bank": "ICBC", "bank_account": "62220000", "reason": ""}
        refund = refunding.request(
            self.cast["shop"], amount_fen=amount_fen, **told, by=self.cast["alice"]
        )
        self.money.back[refund.pk] = amount_fen

    def _refund(self, dice: random.Random) -> BalanceRefund:
        return BalanceRefund.objects.get(pk=dice.choice(sorted(self.money.back)))

    def _check_refund(self, _boost: Boost, dice: random.Random) -> None:
        if self.money.back:
            refund, by = self._refund(dice), self.cast["manager"]
            if dice.random() < 0.7:
                refunding.approve(refund, version=refund.version, by=by)
            else:
                refunding.reject(refund, version=refund.version, reason="No.", by=by)
                del self.money.back[refund.pk]

    def _pay_back(self, _boost: Boost, dice: random.Random) -> None:
        """It is paid, which is told twice, or cannot be."""
        if self.money.back:
            refund, by = self._refund(dice), self.cast["admin"]
            told: dict[str, Any] = {"version": refund.version, "by": by}
            if dice.random() < 0.7:
                for _again in range(2):
                    refunding.pay(refund, reference=f"out-{refund.pk}", **told)
            else:
                refunding.turn_down(refund, reason="No such account.", **told)
                del self.money.back[refund.pk]

    def _take_back(self, _boost: Boost, dice: random.Random) -> None:
        if self.money.back:
            refund = self._refund(dice)
            refunding.withdraw(refund, by=self.cast["alice"])
            del self.money.back[refund.pk]

    def _pass_time(self, _boost: Boost, dice: random.Random) -> None:
        self.now += timedelta(hours=dice.choice([1, 6, 24, 60]))
        with clock.at(self.now):
            schedule.start_due()
            schedule.complete_due()
            settling.settle_due()
            awarding.look()

    def the_books_agree(self) -> None:
        wallet_fen = self.money.cash_in - sum(self.money.back.values())
        fund_fen = dict(self.money.grants_in)
        for boost in Boost.objects.filter(pk__in=self.pks):
            captured_fen = self.captured_of(boost)
            assert boost.captured_fen == captured_fen
            grant = plans.grant_of(boost)
            grant_fen = grant.amount_fen if grant else 0
            by_fund_fen = min(captured_fen, grant_fen)
            drawn_fen = 0
            if boost.settled_at:
                wallet_fen -= captured_fen - by_fund_fen
                drawn_fen = by_fund_fen
                assert boost.held_fen == captured_fen
            elif boost.held_fen:
                wallet_fen -= boost.budget_fen - grant_fen
                drawn_fen = grant_fen if boost.status not in ASKS else 0
            if grant and grant.fund:
                fund_fen[grant.fund.pk] -= drawn_fen
        assert balance_of(self.cast["wallet"]) == wallet_fen
        for fund in self.cast["funds"]:
            assert balance_of(fund.account) == fund_fen[fund.pk]

    def captured_of(self, boost: Boost) -> int:
        """What delivery may have cost: said is captured or refused, hour by hour."""
        newest = self.money.newest(boost.pk)
        hours = list(DeliveryHour.objects.of(boost))
        said = {hour_at: row.spend_fen for hour_at, row in newest.items()}
        assert {one.hour_at: one.captured_fen + one.refused_fen for one in hours} == said
        assert all(one.captured_fen >= 0 <= one.refused_fen for one in hours)
        found = sum(one.captured_fen for one in hours)
        assert found <= boost.budget_fen
        return found if boost.settled_at else self.split(boost, newest)

    def split(self, boost: Boost, newest: dict[datetime, Row]) -> int:
        """The same rows in the order of time, by the plain rule: a span, a cap, a budget."""
        spans = list(boost.spans.values_list("from_at", "to_at"))
        left_fen, today = boost.held_fen, dict[Any, int]()
        for hour_at, row in sorted(newest.items()):
            counts = hour_at < boost.ends_at and any(
                begin < hour_at + HOUR and (end is None or end > hour_at) for begin, end in spans
            )
            day = clock.day_of(hour_at)
            room_fen = left_fen if counts else 0
            if boost.daily_cap_fen is not None:
                room_fen = min(room_fen, boost.daily_cap_fen - today.get(day, 0))
            taken_fen = min(row.spend_fen, room_fen)
            today[day] = today.get(day, 0) + taken_fen
            left_fen -= taken_fen
        return boost.held_fen - left_fen


@pytest.fixture
def scene(
    running: Boost,
    shop: Merchant,
    outside: NoteOutside,
    approval: object,
    a_boost: RequestBoost,
    close: Close,
    alice: User,
    manager: User,
    admin: User,
) -> dict[str, Any]:
    """Boosts that run, wait and are drafts; two notes, one of which leads outside alone."""
    rewrite(effective_at=NOON - timedelta(days=30))
    fund, wallet = running.funding_lines.get(fund__isnull=False).fund, ledger.wallet_of(shop)
    assert fund
    notes = [running.note, outside("out")]
    capped = {"daily_cap_fen": CAP_FEN, **WEEK}
    with clock.at(NOON - timedelta(days=1)):
        going = boosts.submit(
            a_boost(note=notes[1], fund=fund, grant_fen=20_000, **capped), by=alice
        )
        decisions.approve(going, version=going.version, by=manager)
    schedule.start_due()
    waiting = boosts.submit(a_boost(note=notes[1], fund=fund, grant_fen=50_000), by=alice)
    in_rounds = a_fund_of_rounds(admin)
    # It asks for more than there is, and keeps its own part.
    days = {"starts_on": TODAY + timedelta(days=1), "ends_on": TODAY + timedelta(days=2)}
    asked = a_boost(note=notes[1], fund=in_rounds, grant_fen=50_000, **days)
    collected = boosts.submit(asked, by=alice)
    decisions.approve(collected, version=collected.version, by=manager)
    pks = [running.pk, going.pk, waiting.pk, a_boost(note=notes[0], **capped).pk, collected.pk]
    refund = refunding.request(
        shop, amount_fen=20_000, bank="ICBC", bank_account="62220000", reason="", by=alice
    )
    return {
        "shop": shop, "notes": notes, "funds": [fund, in_rounds], "wallet": wallet, "close": close,
        "alice": alice, "manager": manager, "admin": admin, "pks": pks, "refund": refund,
        "cash_in": 500_000, "grants_in": {fund.pk: 100_000, in_rounds.pk: 30_000},
    }  # fmt: skip


def a_fund_of_rounds(admin: User) -> Fund:
    """¥300, of which a round collects who asks."""
    fund = funds.create("rounds", name_zh="轮次", name_en="Rounds", by=admin)
    funds.pay_in(fund, amount_fen=30_000, reference="fund-2", by=admin)
    Fund.objects.filter(pk=fund.pk).update(grants_by=FundWay.ROUNDS)
    fund.refresh_from_db()
    rounds.open_round(fund, cut_at=NOON + timedelta(hours=30), by=admin)
    return fund


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_no_fen_is_lost_or_made_in_any_order_of_events(scene: dict[str, Any]) -> None:
    MoneyMachine.cast = scene
    run_state_machine_as_test(
        MoneyMachine,
        settings=settings(
            max_examples=WORLDS,
            stateful_step_count=1,
            deadline=None,
            derandomize="SOAK_WORLDS" not in os.environ,
            # To make a sequence that fails smaller takes minutes: soak does it.
            phases=[Phase.explicit, Phase.generate, *SHRINK],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_no_fen_is_lost_or_made_in_a_long_life(scene: dict[str, Any]) -> None:
    """Each verb five times: what few of the short sequences reach."""
    MoneyMachine.cast = scene
    machine, dice = MoneyMachine(), random.Random(SEED)
    verbs = dice.sample(VERBS * 5, 5 * len(VERBS))
    try:
        machine.go([(verb, dice.getrandbits(32)) for verb in verbs])
    finally:
        machine.teardown()
