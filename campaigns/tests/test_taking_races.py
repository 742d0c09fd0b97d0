"""Many who send at once: a fen is captured once, no cap or budget is passed, nobody fails."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import posted, taking
from campaigns.delivery.models import AdServer, DeliveryHour, DeliveryMessage, SpendDay
from campaigns.delivery.rows import Row
from campaigns.ledger import payments
from campaigns.ledger.models import Transfer
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON, TODAY, RequestBoost
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_noon")]

MIDNIGHT = NOON - timedelta(hours=12)
CAP_FEN = 10_000
DAYS = 60


def at(row: Row) -> datetime:
    return row.hour_at


def a_message(server: AdServer) -> DeliveryMessage:
    return DeliveryMessage.objects.create(ad_server=server, message_id=uuid4().hex, sha256="0" * 64)


def a_row(boost: Boost, hour: int, revision: int, spend_fen: int) -> Row:
    at = MIDNIGHT + timedelta(hours=hour)
    return Row(boost.external_id, at, revision, spend_fen, 0, spend_fen)


def sender(boost: Boost, rows: list[Row], message: DeliveryMessage) -> Callable[[], object]:
    """Somebody who sends `rows`, once more than he has to."""

    def send() -> object:
        # Twice: whoever is not sure sends again.
        posted.taken(boost, dict(enumerate(rows, start=1)), message)
        return taking.take(boost, dict(enumerate(rows, start=1)), message)

    return send


@pytest.fixture
def long(
    ad_server: AdServer,
    shop: Merchant,
    a_boost: RequestBoost,
    alice: User,
    manager: User,
    at_noon: None,
) -> Boost:
    """¥7,000 for 60 days, ¥100 a day at most; it runs since the midnight of TODAY."""
    for number in (1, 2):
        payments.record(shop, amount_fen=400_000, reference=f"bank-{number}", by=manager)
    days = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=DAYS - 1)}
    with clock.at(NOON - timedelta(days=1)):
        boost = boosts.submit(a_boost(budget_fen=700_000, **days), by=alice)
        Boost.objects.filter(pk=boost.pk).update(daily_cap_fen=CAP_FEN)
        boost.refresh_from_db()
        decisions.approve(boost, version=boost.version, by=manager)
    schedule.start_due()
    return boost


def test_in_sixty_days_bursts_of_four_senders_pass_no_cap(long: Boost, ad_server: AdServer) -> None:
    """Its hours are told late: shuffled, doubled, corrected, by four who send at once."""
    dice = random.Random(11)
    rows = [
        a_row(long, hour, revision, dice.choice([0, 90, 900, 9_000]))
        for hour in range(24 * DAYS)
        for revision in (1, 2)
    ]
    newest = {row.hour_at: row.spend_fen for row in rows}
    parts = []
    for _number in range(4):
        dice.shuffle(rows)
        parts.append(sender(long, rows[:900], a_message(ad_server)))
    with clock.at(NOON + timedelta(days=DAYS)):
        done, refused = at_once(*parts)
        assert (len(done), refused) == (4, [])
        assert max(day.captured_fen for day in SpendDay.objects.of_boost(long)) <= CAP_FEN
        sender(long, rows, a_message(ad_server))()
    days = {day.on: day.captured_fen for day in SpendDay.objects.of_boost(long)}
    said: dict[date, int] = {}
    for hour_at, spend_fen in newest.items():
        on = clock.day_of(hour_at)
        said[on] = said.get(on, 0) + spend_fen
    # All that a day may spend, it spends.
    assert days == {on: min(fen, CAP_FEN) for on, fen in said.items()}
    assert verify().broken == []


def test_one_message_sent_by_many_at_once_is_captured_once(
    running: Boost, ad_server: AdServer
) -> None:
    message = a_message(ad_server)
    send = partial(taking.take, running, {1: a_row(running, 0, 1, 500)}, message)
    done, refused = at_once(*[send] * 8)
    assert (len(done), refused) == (8, [])
    assert len({answers[1] for answers in done}) == 1
    assert Transfer.objects.filter(reason="capture").count() == 1
    assert verify().broken == []


def test_a_stop_and_rows_of_the_same_moment_agree(
    running: Boost, ad_server: AdServer, alice: User
) -> None:
    rows = [a_row(running, hour, 1, 700) for hour in range(24)]
    stop = partial(boosts.stop, running, by=alice, reason="Enough.")
    send = sender(running, rows, a_message(ad_server))
    _done, refused = at_once(stop, send)
    assert refused == []
    # Told again after the stop, no hour after noon counts any more.
    later = [a_row(running, hour, 2, 700 + (hour == 0)) for hour in range(24)]
    sender(running, later, a_message(ad_server))()
    captured = DeliveryHour.objects.of(running).filter(captured_fen__gt=0)
    assert captured.count() == 12
    assert verify().broken == []
