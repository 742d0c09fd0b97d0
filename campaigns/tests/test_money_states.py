"""Boosts, their lines, funds and the ledger in any order of events: no fen is lost or made.

Verbs are asked for whether it is their time or not. Rows come late, twice, in any order, corrected
up and down. `SOAK_WORLDS` is how many sequences are tried; `make soak ARGS="--money 2000"` sets it.
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
from campaigns.boosts import decisions, endings, plans, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, EndCause, Objective
from campaigns.delivery import settling, taking
from campaigns.delivery.models import DeliveryHour, DeliveryMessage
from campaigns.delivery.rows import Row
from campaigns.funds import verbs as funds
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON, TODAY, Close, NoteOutside, RequestBoost, balance_of
from merchants.companies.models import Merchant
from merchants.openings.models import Opening, OpeningState
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.refusals import Refusal

WORLDS, SEED = int(os.environ.get("SOAK_WORLDS", "100")), int(os.environ.get("SOAK_SEED", "1"))
STEPS = 40 if "SOAK_WORLDS" in os.environ else 4
SHRINK = [Phase.shrink] if "SOAK_WORLDS" in os.environ else []
MIDNIGHT = NOON - timedelta(hours=12)
HOUR = timedelta(hours=1)
WEEK = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=6)}
CAP_FEN = 20_000
FEN = [0, 30, 4_000, 11_000, 40_000, 90_000]
VERBS = [
    "request", "submit", "approve", "send_back", "reject", "withdraw", "pause", "resume", "stop",
    "halt", "close", "say", "say", "say", "correct", "correct", "repeat", "repeat", "pay_in",
    "pass_time", "pass_time",
]  # fmt: skip
EVENT = st.tuples(st.sampled_from(VERBS), st.integers(0, 2**32))


@dataclass
class Money:
    """What was paid in, and what was said of each boost: plain sums, no database."""

    cash_in: int
    grants_in: int
    # The first that was said of each revision, and the messages that said it.
    said: dict[int, dict[tuple[datetime, int], Row]] = field(default_factory=dict)
    sent: list[tuple[int, DeliveryMessage, dict[int, Row]]] = field(default_factory=list)

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
        self.money = Money(self.cast["cash_in"], self.cast["grants_in"])

    def teardown(self) -> None:
        try:
            with clock.at(self.now):
                assert verify().broken == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @rule(events=st.lists(EVENT, min_size=STEPS // 2, max_size=STEPS))
    def happen(self, events: list[tuple[str, int]]) -> None:
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
            starts_on=clock.today() + timedelta(days=dice.choice([0, 0, 1])),
            ends_on=clock.today() + timedelta(days=dice.choice([1, 2])),
            budget_fen=dice.choice([60_000, 61_001]),
            daily_cap_fen=dice.choice([None, CAP_FEN]),
            fund=self.cast["fund"] if grant_fen else None,
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
        self.money.sent.append((boost.pk, sent, rows))
        self._deliver(boost, sent, rows)

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
            funds.pay_in(self.cast["fund"], **paid, by=self.cast["admin"])
            self.money.grants_in += amount_fen

    def _pass_time(self, _boost: Boost, dice: random.Random) -> None:
        self.now += timedelta(hours=dice.choice([1, 6, 24, 60]))
        with clock.at(self.now):
            schedule.start_due()
            schedule.complete_due()
            settling.settle_due()

    def the_books_agree(self) -> None:
        wallet_fen, fund_fen = self.money.cash_in, self.money.grants_in
        for boost in Boost.objects.filter(pk__in=self.pks):
            captured_fen = self.captured_of(boost)
            assert boost.captured_fen == captured_fen
            grant = plans.grant_of(boost)
            grant_fen = grant.amount_fen if grant else 0
            by_fund_fen = min(captured_fen, grant_fen)
            if boost.settled_at:
                wallet_fen -= captured_fen - by_fund_fen
                fund_fen -= by_fund_fen
                assert boost.held_fen == captured_fen
            elif boost.held_fen:
                wallet_fen -= boost.budget_fen - grant_fen
                fund_fen -= grant_fen if boost.status != BoostStatus.SUBMITTED else 0
        assert balance_of(self.cast["wallet"]) == wallet_fen
        assert balance_of(self.cast["fund"].account) == fund_fen

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
    Opening.objects.update(effective_at=NOON - timedelta(days=30))
    fund, wallet = running.funding_lines.get(fund__isnull=False).fund, ledger.wallet_of(shop)
    notes = [running.note, outside("out")]
    capped = {"daily_cap_fen": CAP_FEN, **WEEK}
    with clock.at(NOON - timedelta(days=1)):
        going = boosts.submit(
            a_boost(note=notes[1], fund=fund, grant_fen=20_000, **capped), by=alice
        )
        decisions.approve(going, version=going.version, by=manager)
    schedule.start_due()
    waiting = boosts.submit(a_boost(note=notes[1], fund=fund, grant_fen=50_000), by=alice)
    pks = [running.pk, going.pk, waiting.pk, a_boost(note=notes[0], **capped).pk]
    return {
        "shop": shop, "notes": notes, "fund": fund, "wallet": wallet, "close": close,
        "alice": alice, "manager": manager, "admin": admin, "pks": pks,
        "cash_in": 500_000, "grants_in": 100_000,
    }  # fmt: skip


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
