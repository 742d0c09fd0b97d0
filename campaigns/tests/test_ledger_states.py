"""The ledger against a model in memory, in any order of events hypothesis can think of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from campaigns.boosts import decisions, endings, funding, plans, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, EndCause, Objective
from campaigns.delivery import settling
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import payments
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal

BOOST_VERBS = [
    "submit",
    "approve",
    "send_back",
    "reject",
    "withdraw",
    "stop",
    "halt",
    "pause",
    "resume",
]
OTHER_VERBS = ["request", "clock", "deposit", "pay_into_fund", "capture"]
EVENT = st.tuples(
    st.sampled_from([*BOOST_VERBS, *OTHER_VERBS, "submit", "approve", "clock", "capture"]),
    st.integers(0, 3),
    st.integers(0, 200_000),
)


@dataclass
class Budget:
    """One boost: what its merchant and its fund gave, and what it has cost."""

    cash: int
    grant: int = 0
    cost: int = 0
    is_settled: bool = False

    @property
    def paid(self) -> tuple[int, int]:
        """By the merchant and by the fund, which pays first."""
        by_fund = min(self.cost, self.grant)
        return self.cost - by_fund, by_fund


class Model:
    """What the books should say: plain sums, no database."""

    def __init__(self) -> None:
        self.cash_in = self.grants_in = 0
        self.budgets: dict[int, Budget] = {}

    @property
    def wallet(self) -> int:
        every = self.budgets.values()
        return self.cash_in - sum(b.paid[0] if b.is_settled else b.cash for b in every)

    @property
    def fund(self) -> int:
        every = self.budgets.values()
        return self.grants_in - sum(b.paid[1] if b.is_settled else b.grant for b in every)

    @property
    def held(self) -> int:
        every = self.budgets.values()
        return sum(b.cash + b.grant - b.cost for b in every if not b.is_settled)

    @property
    def spent(self) -> int:
        return sum(b.cost for b in self.budgets.values())

    def hold(self, pk: int, cash: int) -> bool:
        if cash > self.wallet:
            return False
        self.budgets[pk] = Budget(cash)
        return True

    def draw(self, pk: int, grant: int) -> bool:
        if grant > self.fund:
            return False
        self.budgets[pk].grant = grant
        return True

    def settle(self, pk: int) -> None:
        if pk in self.budgets:
            self.budgets[pk].is_settled = True


class LedgerMachine(RuleBasedStateMachine):
    """One shop, one fund and boosts that go everywhere they may, in a transaction undone after."""

    cast: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.model, self.noon, self.paid = Model(), NOON, 0
        self.pks: list[int] = []
        self.ended: dict[int, datetime] = {}
        self.shop: Merchant = self.cast["shop"]
        self.fund: Fund = self.cast["fund"]
        self.alice: User = self.cast["alice"]
        self.manager: User = self.cast["manager"]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(cash=st.integers(50_000, 300_000), grant=st.integers(1, 100_000))
    def start(self, cash: int, grant: int) -> None:
        self.deposit(cash)
        self.pay_into_fund(grant)
        for days in (1, 3):
            self.request(days, 0, grant // 9)
            self.act(0, "submit")
            if days > 1:
                self.act(0, "approve")
        self.let_pass(0)

    @property
    def today(self) -> date:
        return self.noon.date()

    def deposit(self, amount: int) -> None:
        self.paid += 1
        for _ in range(2):
            payments.record(
                self.shop, amount_fen=amount, reference=f"w{self.paid}", by=self.manager
            )
        self.model.cash_in += amount

    def pay_into_fund(self, amount: int) -> None:
        self.paid += 1
        funds.pay_in(self.fund, amount_fen=amount, reference=f"f{self.paid}", by=self.cast["admin"])
        self.model.grants_in += amount

    def request(self, days: int, extra: int, grant: int) -> None:
        budget_fen = 10_000 * days + extra
        grant_fen = min(grant, budget_fen)
        with clock.at(self.noon):
            boost = boosts.request(
                self.shop,
                note=self.cast["note"],
                objective=Objective.READS,
                starts_on=self.today,
                ends_on=self.today + timedelta(days=days - 1),
                budget_fen=budget_fen,
                fund=self.fund if grant_fen else None,
                grant_fen=grant_fen,
                request_key=uuid4(),
                beside=True,
                by=self.alice,
            )
        self.pks.insert(0, boost.pk)

    @rule(events=st.lists(EVENT, min_size=6, max_size=12))
    def happen(self, events: list[tuple[str, int, int]]) -> None:
        """Each event is a verb, one of the youngest boosts, and an amount where it takes one."""
        for verb, which, amount in events:
            if verb in BOOST_VERBS:
                self.act(which, verb)
            elif verb == "request":
                self.request(1 + which, amount % 30_000, amount // 4)
            elif verb == "capture":
                self.capture(which, amount)
            elif verb == "clock":
                self.let_pass(which)
            elif verb == "deposit":
                self.deposit(1 + amount)
            else:
                self.pay_into_fund(1 + amount)
            self.the_books_agree()

    def act(self, which: int, verb: str) -> None:
        """Do `verb` to a boost, whether it is the time for it or not."""
        boost = Boost.objects.get(pk=self.pks[min(which, len(self.pks) - 1)])
        with clock.at(self.noon):
            getattr(self, f"_{verb}")(boost)

    def _submit(self, boost: Boost) -> None:
        due = boost.is_editable and boost.starts_on >= self.today
        cash_fen = boost.budget_fen - self._grant_of(boost)
        if due and self.model.hold(boost.pk, cash_fen):
            boosts.submit(boost, by=self.alice)
        else:
            with pytest.raises(Refusal):
                boosts.submit(boost, by=self.alice)

    def _grant_of(self, boost: Boost) -> int:
        grant = plans.grant_of(boost)
        return grant.amount_fen if grant else 0

    def _approve(self, boost: Boost) -> None:
        asked: dict[str, Any] = {"version": boost.version, "by": self.manager}
        due = boost.status == BoostStatus.SUBMITTED and boost.ends_on >= self.today
        if due and self.model.draw(boost.pk, self._grant_of(boost)):
            decisions.approve(boost, **asked)
        else:
            with pytest.raises(Refusal):
                decisions.approve(boost, **asked)

    def _send_back(self, boost: Boost) -> None:
        self._decide(boost, decisions.send_back)

    def _reject(self, boost: Boost) -> None:
        self._decide(boost, decisions.reject)

    def _decide(self, boost: Boost, verb: Callable[..., Boost]) -> None:
        asked: dict[str, Any] = {
            "version": boost.version,
            "by": self.manager,
            "reason": "Because.",
        }
        if boost.status == BoostStatus.SUBMITTED:
            verb(boost, **asked)
            self.model.settle(boost.pk)
        else:
            with pytest.raises(Refusal):
                verb(boost, **asked)

    def _withdraw(self, boost: Boost) -> None:
        if boost.status == BoostStatus.SUBMITTED:
            boosts.withdraw(boost, by=self.alice)
            self.model.settle(boost.pk)
        else:
            with pytest.raises(Refusal):
                boosts.withdraw(boost, by=self.alice)

    def _stop(self, boost: Boost) -> None:
        if boost.is_stoppable:
            stopped = boosts.stop(boost, by=self.alice)
            # It may have begun by its hours before the clock looked; then its last are waited for.
            if stopped.spans.exists():
                self.ended[boost.pk] = self.noon
            else:
                self.model.settle(boost.pk)
        else:
            with pytest.raises(Refusal):
                boosts.stop(boost, by=self.alice)

    def _halt(self, boost: Boost) -> None:
        """The platform ends it."""
        if boost.is_stoppable:
            with transaction.atomic():
                locked = Boost.locked(boost.pk)
                endings.end(locked, cause=EndCause.PLATFORM, at=self.noon, by=None)
            self.model.settle(boost.pk)

    def _pause(self, boost: Boost) -> None:
        self._turn(boost, BoostStatus.RUNNING, boosts.pause)

    def _resume(self, boost: Boost) -> None:
        self._turn(boost, BoostStatus.PAUSED, boosts.resume)

    def _turn(self, boost: Boost, status: BoostStatus, verb: Callable[..., Boost]) -> None:
        if boost.status == status:
            verb(boost, by=self.alice)
        else:
            with pytest.raises(Refusal):
                verb(boost, by=self.alice)

    def capture(self, which: int, amount: int) -> None:
        """Delivery says what a boost has cost in all: more, less, the same, before its end or
        after; twice. It never costs more than is set aside for it, nor more after it is settled."""
        pk = self.pks[min(which, len(self.pks) - 1)]
        boost = Boost.objects.get(pk=pk)
        if not boost.spans.exists():
            return
        total = amount % (boost.held_fen + 1)
        for _ in range(2):
            with transaction.atomic():
                locked = Boost.locked(pk)
                with pytest.raises(ValueError, match="fen of"):
                    funding.capture_to(locked, locked.held_fen + 1)
                funding.capture_to(locked, total)
        self.model.budgets[pk].cost = total

    def let_pass(self, days: int) -> None:
        self.noon += timedelta(days=days)
        under_way = [BoostStatus.SCHEDULED, BoostStatus.RUNNING, BoostStatus.PAUSED]
        for boost in Boost.objects.filter(status__in=under_way, ends_at__lte=self.noon):
            self.ended[boost.pk] = boost.ends_at
        with clock.at(self.noon):
            schedule.start_due()
            schedule.complete_due()
            settling.settle_due()
        # No ad server has them: nobody can tell what their last hours cost.
        for pk in self.ended:
            self.model.settle(pk)

    def the_books_agree(self) -> None:
        proof = verify()
        assert proof.broken == []
        found = {"wallet": 0, "fund": 0, "hold": 0, "spent": 0, **proof.totals_fen}
        model = self.model
        expected = (model.wallet, model.fund, model.held, model.spent)
        assert tuple(found[kind] for kind in ("wallet", "fund", "hold", "spent")) == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_the_ledger_agrees_with_its_model_in_every_order_of_events(
    shop: Merchant, note: Note, alice: User, manager: User, admin: User
) -> None:
    LedgerMachine.cast = {
        "shop": shop,
        "note": note,
        "alice": alice,
        "manager": manager,
        "admin": admin,
        "fund": funds.create("spring", name_zh="春", name_en="Spring", by=admin),
    }
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=6,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
