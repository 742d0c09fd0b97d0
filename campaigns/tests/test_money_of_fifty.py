"""Fifty connections do whatever is done with boosts, at once: no fen is overspent, no error shows.

They ask, decide, deliver, correct, divide rounds and have balance paid back.

`SOAK_WORLDS` is how many acts they do together; `make soak ARGS="--fifty 10000"` sets it.
"""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F, Q

from campaigns.boosts import awarding, decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.delivery import posted, settling
from campaigns.delivery.models import AdServer, DeliveryHour, DeliveryMessage
from campaigns.delivery.rows import Row
from campaigns.funds import rounds
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund, FundWay, Round
from campaigns.ledger import payments, refunding
from campaigns.ledger.models import Account, Transfer
from campaigns.ledger.proof import verify
from campaigns.ledger.refunds import BalanceRefund, RefundStatus
from campaigns.tests.conftest import NOON, TODAY, a_note_of
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal
from tests.racing import alone

PEOPLE = 50
ACTS, SEED = int(os.environ.get("SOAK_WORLDS", "300")), int(os.environ.get("SOAK_SEED", "1"))
NOTES = 12
MIDNIGHT = NOON - timedelta(hours=12)


class Company:
    """Who does what: each act of `KINDS` is a method that takes dice."""

    # How often each is done; delivery speaks most.
    KINDS = {"ask": 3, "submit": 3, "approve": 4, "withdraw": 1, "pause": 1, "resume": 1,
             "stop": 1, "pay_in": 1, "say": 12, "correct": 6, "repeat": 2, "settle": 1,
             "divide": 1, "ask_back": 2, "check_refund": 2, "pay_back": 3,
             "take_back": 1}  # fmt: skip

    def __init__(self, **cast: Any) -> None:
        self.cast = cast
        self.sent: list[tuple[DeliveryMessage, Boost, dict[int, Row]]] = []
        # What reached a person though it is no sentence for him.
        self.errors: list[Exception] = []

    def act(self, dice: random.Random) -> str:
        """Do something; how it ended."""
        kind = dice.choices(list(self.KINDS), list(self.KINDS.values()))[0]
        try:
            getattr(self, kind)(dice)
        except Refusal:
            return f"{kind} refused"
        except Exception as error:
            self.errors.append(error)
            return f"{kind} FAILED"
        return kind

    def any(self, dice: random.Random, *statuses: BoostStatus) -> Boost:
        """A boost that had one of these states a moment ago; without any, one that is shown."""
        which = Q(status__in=statuses) if statuses else Q(serving__isnull=False)
        pks = list(Boost.objects.filter(which).order_by("pk").values_list("pk", flat=True))
        if not pks:
            raise Refusal("There is none.")
        return Boost.objects.select_related("merchant__team").get(pk=dice.choice(pks))

    def ask(self, dice: random.Random) -> None:
        fund = dice.choice([None, *self.cast["funds"]])
        boosts.request(
            self.cast["shop"], note=dice.choice(self.cast["notes"]), objective=Objective.READS,
            starts_on=TODAY, ends_on=TODAY + timedelta(days=dice.choice([0, 1])),
            budget_fen=dice.choice([20_000, 45_001]),
            daily_cap_fen=dice.choice([None, 15_000]), fund=fund,
            grant_fen=7_000 if fund else 0, request_key=uuid4(), beside=True,
            by=self.cast["alice"],
        )  # fmt: skip

    def submit(self, dice: random.Random) -> None:
        boosts.submit(self.any(dice, BoostStatus.DRAFT), by=self.cast["alice"])

    def approve(self, dice: random.Random) -> None:
        boost = self.any(dice, BoostStatus.SUBMITTED)
        decisions.approve(boost, version=boost.version, by=self.cast["manager"])

    def withdraw(self, dice: random.Random) -> None:
        boosts.withdraw(self.any(dice, BoostStatus.SUBMITTED), by=self.cast["alice"])

    def pause(self, dice: random.Random) -> None:
        boosts.pause(self.any(dice, BoostStatus.RUNNING), by=self.cast["alice"])

    def resume(self, dice: random.Random) -> None:
        boosts.resume(self.any(dice, BoostStatus.PAUSED), by=self.cast["alice"])

    def stop(self, dice: random.Random) -> None:
        its = (BoostStatus.RUNNING, BoostStatus.PAUSED, BoostStatus.SCHEDULED)
        boosts.stop(self.any(dice, *its), by=self.cast["alice"], reason="Enough.")

    def pay_in(self, dice: random.Random) -> None:
        reference = f"paid-{dice.randrange(ACTS // 10)}"
        payments.record(
            self.cast["shop"], amount_fen=30_000, reference=reference, by=self.cast["manager"]
        )

    def say(self, dice: random.Random) -> None:
        """An hour of this morning, for the first time, late, or corrected up or down."""
        boost = self.any(dice)
        rows = {
            place: Row(
                boost.external_id, MIDNIGHT + timedelta(hours=dice.randrange(12)),
                dice.randint(1, 6), 9, 1, dice.choice([0, 400, 5_000, 30_000]), dice.random() < 0.3,
            )
            for place in range(1, dice.randint(2, 4))
        }  # fmt: skip
        self._told(boost, rows)

    def correct(self, dice: random.Random) -> None:
        """An hour that was captured is told anew, up or down, by its next revision."""
        boost = self.any(dice)
        if known := list(DeliveryHour.objects.filter(boost=boost).order_by("pk")):
            hour = dice.choice(known)
            spend_fen = max(hour.spend_fen + dice.choice([-5_000, -300, 300, 9_000]), 0)
            its = Row(boost.external_id, hour.hour_at, hour.revision + 1, 9, 1, spend_fen, False)
            self._told(boost, {1: its})

    def _told(self, boost: Boost, rows: dict[int, Row]) -> None:
        sent = DeliveryMessage.objects.create(
            ad_server=self.cast["ad_server"], message_id=uuid4().hex, sha256="0" * 64
        )
        self.sent.append((sent, boost, rows))
        posted.taken(boost, rows, sent)

    def repeat(self, dice: random.Random) -> None:
        if self.sent:
            sent, boost, rows = dice.choice(self.sent)
            posted.taken(boost, rows, sent)

    def settle(self, dice: random.Random) -> None:
        schedule.start_due()
        schedule.complete_due()
        settling.settle_due()

    def divide(self, dice: random.Random) -> None:
        """A round begins, and the last one is divided once its moment has come."""
        if dice.random() < 0.6:
            with clock.at(NOON + timedelta(seconds=dice.randrange(60))):
                rounds.open_round(
                    self.cast["funds"][1], cut_at=clock.now() + timedelta(seconds=1),
                    by=self.cast["admin"],
                )  # fmt: skip
        with clock.at(NOON + timedelta(minutes=2)):
            awarding.look()

    def ask_back(self, dice: random.Random) -> None:
        refunding.request(
            self.cast["shop"], amount_fen=dice.choice([100, 20_000]), bank="ICBC",
            bank_account="62220000", reason="", by=self.cast["alice"],
        )  # fmt: skip

    def _refund(self) -> BalanceRefund:
        refund = BalanceRefund.objects.order_by("-pk").first()
        if refund is None:
            raise Refusal("There is none.")
        return refund

    def check_refund(self, dice: random.Random) -> None:
        refund, by = self._refund(), self.cast["manager"]
        if dice.random() < 0.8:
            refunding.approve(refund, version=refund.version, by=by)
        else:
            refunding.reject(refund, version=refund.version, reason="No.", by=by)

    def pay_back(self, dice: random.Random) -> None:
        refund = self._refund()
        told: dict[str, Any] = {"version": refund.version, "by": self.cast["admin"]}
        if dice.random() < 0.8:
            refunding.pay(refund, reference=f"out-{refund.pk}", **told)
        else:
            refunding.turn_down(refund, reason="No such account.", **told)

    def take_back(self, dice: random.Random) -> None:
        refunding.withdraw(self._refund(), by=self.cast["alice"])


@pytest.fixture
def company(
    transactional_db: None,
    at_noon: None,
    ad_server: AdServer,
    shop: Merchant,
    money: None,
    fund: Fund,
    alice: User,
    manager: User,
    admin: User,
) -> Company:
    """Alice's shop with a dozen notes, money for some of what is asked, and an ad server."""
    notes = [a_note_of(shop, f"fifty-{number}") for number in range(NOTES)]
    in_rounds = funds.create("rounds", name_zh="轮次", name_en="Rounds", by=admin)
    funds.pay_in(in_rounds, amount_fen=30_000, reference="fund-2", by=admin)
    Fund.objects.filter(pk=in_rounds.pk).update(grants_by=FundWay.ROUNDS)
    rounds.open_round(in_rounds, cut_at=NOON + timedelta(minutes=1), by=admin)
    company = Company(
        shop=shop, notes=notes, funds=[fund, Fund.objects.get(pk=in_rounds.pk)], alice=alice,
        manager=manager, admin=admin, ad_server=ad_server,
    )  # fmt: skip
    dice = random.Random(SEED)
    for _number in range(6):
        company.ask(dice)
    for boost in Boost.objects.all()[:4]:
        boost = boosts.submit(boost, by=alice)
        decisions.approve(boost, version=boost.version, by=manager)
    schedule.start_due()
    return company


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_overspend_no_fen_and_meet_no_error(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Barrier(PEOPLE)

    def person(number: int) -> Counter[str]:
        dice, ends = random.Random(SEED * 1000 + number), Counter[str]()
        begin.wait(timeout=60)
        for _ in range(ACTS // PEOPLE):
            ends[company.act(dice)] += 1
        return ends

    # By the order of locks nobody is ended for another's sake: nothing needs a second try.
    monkeypatch.setattr(posted, "TRIES", 1)
    with ThreadPoolExecutor(PEOPLE) as pool:
        asked = [
            pool.submit(copy_context().run, alone, lambda number=number: person(number))
            for number in range(PEOPLE)
        ]
        ends = sum((one.result() for one in asked), Counter())
    print(dict(sorted(ends.items())), f"{len(company.errors)} errors that reach a user")
    if company.errors:
        raise ExceptionGroup("What reached a user", company.errors)
    assert ends.total() == ACTS // PEOPLE * PEOPLE
    assert ends["say"] + ends["correct"] + ends["repeat"] > ACTS // 5
    assert verify().broken == []
    back = BalanceRefund.objects.filter(status=RefundStatus.PAID)
    assert sorted(back.values_list("amount_fen", flat=True)) == sorted(
        Transfer.objects.filter(reason="refund").values_list("amount_fen", flat=True)
    )
    assert all(rounds.repeats(one) for one in Round.objects.filter(status="applied"))
    assert not Account.objects.exclude(kind="bank").filter(balance_fen__lt=0).exists()
    assert not Boost.objects.filter(captured_fen__gt=F("budget_fen")).exists()
    for hour in DeliveryHour.objects.select_related("boost"):
        newest = hour.boost.delivery_rows.filter(hour_at=hour.hour_at).latest("revision")
        assert hour.captured_fen + hour.refused_fen == newest.spend_fen
