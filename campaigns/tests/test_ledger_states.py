"""The ledger against a model in memory, in any order of events hypothesis can think of."""

from collections.abc import Callable
from datetime import date, timedelta
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

from campaigns.boosts import decisions, plans, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, Objective
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

BOOST_VERBS = ["submit", "approve", "send_back", "reject", "withdraw", "stop"]
OTHER_VERBS = ["request", "clock", "deposit", "pay_into_fund"]
EVENT = st.tuples(
    st.sampled_from([*BOOST_VERBS, *OTHER_VERBS, "submit", "approve", "clock"]),
    st.integers(0, 3),
    st.integers(0, 200_000),
)


class Model:
    """What the books should say: plain sums, no database."""

    def __init__(self) -> None:
        self.wallet = self.fund = 0
        self.held: dict[int, tuple[int, int]] = {}

    def hold(self, pk: int, cash: int, grant: int) -> bool:
        if cash > self.wallet or grant > self.fund:
            return False
        self.wallet, self.fund = self.wallet - cash, self.fund - grant
        self.held[pk] = (cash, grant)
        return True

    def release(self, pk: int) -> None:
        cash, grant = self.held.pop(pk, (0, 0))
        self.wallet, self.fund = self.wallet + cash, self.fund + grant


class LedgerMachine(RuleBasedStateMachine):
    """One shop, one fund and boosts that go everywhere they may, in a transaction undone after."""

    cast: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.model, self.noon, self.paid = Model(), NOON, 0
        self.pks: list[int] = []
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

    @property
    def today(self) -> date:
        return self.noon.date()

    def deposit(self, amount: int) -> None:
        self.paid += 1
        for _ in range(2):
            payments.record(
                self.shop, amount_fen=amount, reference=f"w{self.paid}", by=self.manager
            )
        self.model.wallet += amount

    def pay_into_fund(self, amount: int) -> None:
        self.paid += 1
        funds.pay_in(self.fund, amount_fen=amount, reference=f"f{self.paid}", by=self.cast["admin"])
        self.model.fund += amount

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
        grant = plans.grant_of(boost)
        grant_fen = grant.amount_fen if grant else 0
        due = boost.is_editable and boost.starts_on >= self.today
        if due and self.model.hold(boost.pk, boost.budget_fen - grant_fen, grant_fen):
            boosts.submit(boost, by=self.alice)
        else:
            with pytest.raises(Refusal):
                boosts.submit(boost, by=self.alice)

    def _approve(self, boost: Boost) -> None:
        asked: dict[str, Any] = {"version": boost.version, "by": self.manager}
        if boost.status == BoostStatus.SUBMITTED and boost.ends_on >= self.today:
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
            self.model.release(boost.pk)
        else:
            with pytest.raises(Refusal):
                verb(boost, **asked)

    def _withdraw(self, boost: Boost) -> None:
        if boost.status == BoostStatus.SUBMITTED:
            boosts.withdraw(boost, by=self.alice)
            self.model.release(boost.pk)
        else:
            with pytest.raises(Refusal):
                boosts.withdraw(boost, by=self.alice)

    def _stop(self, boost: Boost) -> None:
        if boost.is_stoppable:
            boosts.stop(boost, by=self.alice)
            self.model.release(boost.pk)
        else:
            with pytest.raises(Refusal):
                boosts.stop(boost, by=self.alice)

    def let_pass(self, days: int) -> None:
        self.noon += timedelta(days=days)
        over = Boost.objects.filter(
            status__in=[BoostStatus.SCHEDULED, BoostStatus.RUNNING], ends_on__lt=self.today
        )
        for boost in over:
            self.model.release(boost.pk)
        with clock.at(self.noon):
            schedule.start_due()
            schedule.complete_due()

    def the_books_agree(self) -> None:
        proof = verify()
        assert proof.broken == []
        found = {"wallet": 0, "fund": 0, "hold": 0, **proof.totals_fen}
        held = sum(sum(parts) for parts in self.model.held.values())
        expected = (self.model.wallet, self.model.fund, held)
        assert (found["wallet"], found["fund"], found["hold"]) == expected


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
