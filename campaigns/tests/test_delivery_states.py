"""A boost and its ad server in any order of events: what was said is captured or refused, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from campaigns.boosts import endings, schedule, spans
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.delivery import capping, settling, taking
from campaigns.delivery.models import AdServer, DeliveryHour, DeliveryMessage
from campaigns.delivery.rows import Row
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON
from portal import clock
from portal.accounts.models import User

HOURS = st.integers(0, 200)
FEN = st.sampled_from([0, 30, 4_000, 11_000, 40_000])
SAID = st.tuples(HOURS, st.integers(1, 4), FEN, st.booleans())


class DeliveryMachine(RuleBasedStateMachine):
    """One boost of a week with a cap, in a transaction that is undone after."""

    cast: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.boost: Boost = self.cast["running"]
        self.server: AdServer = self.cast["ad_server"]
        self.alice: User = self.cast["alice"]
        self.now = NOON
        # The first that was said of a revision, and so what holds of each hour.
        self.said: dict[tuple[datetime, int], Row] = {}
        self.messages: list[tuple[DeliveryMessage, dict[int, Row]]] = []
        Boost.objects.filter(pk=self.boost.pk).update(daily_cap_fen=20_000)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(said=st.lists(SAID, min_size=1, max_size=6))
    def say(self, said: list[tuple[int, int, int, bool]]) -> None:
        rows = {}
        for place, (hour, revision, fen, final) in enumerate(said, start=1):
            at = NOON - timedelta(hours=12) + timedelta(hours=hour)
            rows[place] = Row(self.boost.external_id, at, revision, fen, 0, fen, final)
        message = DeliveryMessage.objects.create(
            ad_server=self.server, message_id=uuid4().hex, sha256="0" * 64
        )
        self.messages.append((message, rows))
        self.send(message, rows)

    @rule(number=st.integers(0, 20))
    def say_again(self, number: int) -> None:
        if self.messages:
            self.send(*self.messages[number % len(self.messages)])

    def send(self, message: DeliveryMessage, rows: dict[int, Row]) -> None:
        with clock.at(self.now):
            first = taking.take(self.boost, rows, message)
            assert taking.take(self.boost, rows, message) == first
        for row in rows.values():
            self.said.setdefault((row.hour_at, row.revision), row)

    @rule(hours=st.sampled_from([1, 5, 24, 90]))
    def let_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with clock.at(self.now):
            schedule.complete_due()
            settling.settle_due()

    @rule()
    def pause_or_resume(self) -> None:
        self.boost.refresh_from_db()
        act = {BoostStatus.RUNNING: boosts.pause, BoostStatus.PAUSED: boosts.resume}
        verb: Callable[..., Boost] | None = act.get(BoostStatus(self.boost.status))
        if verb:
            with clock.at(self.now):
                verb(self.boost, by=self.alice)

    @rule(cause=st.sampled_from([EndCause.MERCHANT, EndCause.PLATFORM]))
    def stop(self, cause: EndCause) -> None:
        boost = Boost.locked(self.boost.pk)
        if boost.status in {BoostStatus.RUNNING, BoostStatus.PAUSED}:
            with clock.at(self.now):
                endings.end(boost, cause=cause, at=self.now, by=None, reason="Enough.")

    @invariant()
    def the_books_agree(self) -> None:
        self.boost.refresh_from_db()
        newest: dict[datetime, Row] = {}
        for (hour_at, _revision), row in sorted(self.said.items()):
            newest[hour_at] = row
        hours = list(DeliveryHour.objects.of(self.boost))
        said = {hour_at: row.spend_fen for hour_at, row in newest.items()}
        assert {hour.hour_at: hour.captured_fen + hour.refused_fen for hour in hours} == said
        if self.boost.settled_at is None:
            self.the_split_is_of_what_holds_now(newest, hours)
        assert verify().broken == []

    def the_split_is_of_what_holds_now(
        self, newest: dict[datetime, Row], hours: list[DeliveryHour]
    ) -> None:
        """However it came to this: the same rows in any other order give the same."""
        under_way = list(self.boost.spans.all())
        taken = capping.split(
            [
                capping.Said(
                    hour_at,
                    row.spend_fen,
                    spans.counts(hour_at, under_way, ends_at=self.boost.ends_at),
                )
                for hour_at, row in newest.items()
            ],
            cap_fen=self.boost.daily_cap_fen,
            held_fen=self.boost.held_fen,
        )
        assert not [hour for hour, one in zip(hours, taken, strict=True) if differ(hour, one)]


def differ(hour: DeliveryHour, taken: capping.Taken) -> bool:
    return (hour.captured_fen, hour.refusal) != (taken.captured_fen, taken.refusal)


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_a_boost_and_its_server_agree_in_every_order_of_events(
    running: Boost, ad_server: AdServer, alice: User
) -> None:
    DeliveryMachine.cast = {"running": running, "ad_server": ad_server, "alice": alice}
    run_state_machine_as_test(
        DeliveryMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
