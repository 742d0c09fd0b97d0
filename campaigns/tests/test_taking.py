"""Delivery rows become money: what is said of an hour is captured, or refused with its reason."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, IntegrityError
from django.db.models import Sum
from django.test import Client

from campaigns.boosts import schedule, spans
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import refusing, settling, taking
from campaigns.delivery.capping import Refusal
from campaigns.delivery.models import (
    AdServer,
    DeliveryHour,
    DeliveryMessage,
    DeliveryRow,
    HourChange,
    QuarantinedDelivery,
    Serving,
    SpendDay,
)
from campaigns.delivery.rows import Row
from campaigns.delivery.taking import Outcome
from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Transfer
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON, RequestBoost, balance_of, execute
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

MIDNIGHT = NOON - timedelta(hours=12)
Said = tuple[int, int, int]


def row(boost: Boost, hour: int, revision: int, spend_fen: int, **said: Any) -> Row:
    """What is said of the hour `hour` after the midnight of TODAY."""
    told = {"impressions": 10 * spend_fen, "clicks": spend_fen // 10, **said}
    at = MIDNIGHT + timedelta(hours=hour)
    return Row(boost.external_id, at, revision, spend_fen=spend_fen, **told)


def message(server: AdServer) -> DeliveryMessage:
    return DeliveryMessage.objects.create(ad_server=server, message_id=uuid4().hex, sha256="0" * 64)


@pytest.fixture
def take(ad_server: AdServer, running: Boost) -> Callable[..., list[Outcome]]:
    """`take((hour, revision, fen), ...)` takes a message of these rows."""

    def told(*said: Said, of: Boost = running, **fields: Any) -> list[Outcome]:
        rows = {place: row(of, *one, **fields) for place, one in enumerate(said, start=1)}
        answers = taking.take(of, rows, message(ad_server))
        return [answers[place].outcome for place in sorted(answers)]

    return told


Take = Callable[..., list[Outcome]]


def stands(boost: Boost) -> list[tuple[int, int, str]]:
    """Captured, refused and why, by hour."""
    return [
        (hour.captured_fen, hour.refused_fen, hour.refusal)
        for hour in DeliveryHour.objects.of(boost)
    ]


def paid(boost: Boost) -> tuple[int, int]:
    """What the boost has cost and what it was refused (fen)."""
    boost.refresh_from_db()
    return boost.captured_fen, boost.refused_fen


def test_a_row_is_captured_from_the_fund_first(take: Take, running: Boost, fund: Fund) -> None:
    assert take((0, 1, 20_000), (1, 1, 20_000)) == [Outcome.ACCEPTED] * 2
    assert paid(running) == (40_000, 0)
    day = SpendDay.objects.get(boost=running)
    assert (day.captured_fen, day.platform_fen, day.cash_fen) == (40_000, 30_000, 10_000)
    assert (day.impressions, day.clicks, day.merchant_id) == (400_000, 4_000, running.merchant_id)
    assert verify().broken == []


def test_the_same_row_again_changes_nothing(take: Take, running: Boost) -> None:
    assert take((0, 1, 500), (0, 1, 500)) == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    before = Transfer.objects.count(), HourChange.objects.count()
    assert take((0, 1, 500)) == [Outcome.DUPLICATE]
    assert paid(running) == (500, 0)
    assert (Transfer.objects.count(), HourChange.objects.count()) == before


def test_a_message_that_was_cut_off_and_comes_again_gets_the_same_outcomes(
    ad_server: AdServer, running: Boost
) -> None:
    cut_off, rows = message(ad_server), {1: row(running, 0, 1, 500), 2: row(running, 0, 1, 500)}
    first = taking.take(running, rows, cut_off)
    assert taking.take(running, rows, cut_off) == first


def test_the_newest_revision_holds_whatever_comes_first(take: Take, running: Boost) -> None:
    assert take((0, 3, 900), (0, 2, 100)) == [Outcome.ACCEPTED] * 2
    assert take((0, 1, 5_000)) == [Outcome.ACCEPTED]
    assert paid(running) == (900, 0)
    assert DeliveryRow.objects.count() == 3


def test_a_revision_that_says_something_else_is_kept_apart(take: Take, running: Boost) -> None:
    take((0, 1, 500))
    assert take((0, 1, 501), (1, 1, 7)) == [Outcome.QUARANTINED, Outcome.ACCEPTED]
    apart = QuarantinedDelivery.objects.get()
    assert (apart.place, apart.field, apart.reason) == (1, "revision", "conflict")
    assert '"spend_fen": 501' in apart.raw
    assert paid(running) == (507, 0)


def test_a_correction_downwards_gives_back_to_who_paid_last(
    take: Take, running: Boost, fund: Fund
) -> None:
    take((0, 1, 35_000), (1, 1, 1_000))
    take((0, 2, 10_000))
    assert paid(running) == (11_000, 0)
    day = SpendDay.objects.get(boost=running)
    assert (day.platform_fen, day.cash_fen) == (11_000, 0)
    assert HourChange.objects.aggregate(fen=Sum("d_captured_fen"))["fen"] == 11_000
    assert verify().broken == []


def test_what_is_over_the_budget_is_refused_and_kept(take: Take, running: Boost) -> None:
    take((0, 1, 60_000), (1, 1, 25_000))
    assert stands(running) == [(60_000, 0, ""), (10_000, 15_000, Refusal.OVER_BUDGET)]
    assert paid(running) == (70_000, 15_000)
    assert SpendDay.objects.get(boost=running).refused_fen == 15_000
    assert verify().broken == []


def test_people_are_told_of_refused_spend_once_a_day(take: Take, running: Boost) -> None:
    def told() -> int:
        return AuditEntry.objects.filter(verb="boost.spend_refused").count()

    take((0, 1, 71_000))
    take((1, 1, 71_000))
    assert told() == 1
    with clock.at(NOON + timedelta(days=1)):
        take((1, 2, 70_000))
        assert told() == 1
        take((1, 3, 72_000))
        assert told() == 2


def told_fen() -> list[int]:
    entries = AuditEntry.objects.filter(verb="boost.spend_refused").order_by("pk")
    return [entry.new["refused_fen"] for entry in entries]


def test_the_sum_of_a_day_is_told_once_more_after_it_is_over(
    take: Take, running: Boost, alice: User
) -> None:
    """A fen at first and fifty yuan later: who heard of the fen hears of the rest."""
    take((0, 1, 70_001))
    take((0, 2, 75_000))
    assert refusing.tell_rest() == 0
    assert told_fen() == [1]
    with clock.at(NOON + timedelta(days=1)):
        assert (refusing.tell_rest(), refusing.tell_rest()) == (1, 0)
        assert told_fen() == [1, 5_000]
        assert "¥50.00 is not paid" in str(Notice.objects.filter(user=alice).latest("pk"))
        # The first of this day is told at once, whatever was told of the last.
        take((0, 3, 76_000))
        assert told_fen() == [1, 5_000, 6_000]
        take((0, 4, 78_000))
        assert Serving.objects.filter(refused_rose=True).count() == 1
        take((0, 5, 71_000))
    with clock.at(NOON + timedelta(days=2)):
        # A correction took it back: it is looked at once more, and never again.
        assert refusing.tell_rest() == 0
        assert told_fen() == [1, 5_000, 6_000]
        assert not Serving.objects.filter(refused_rose=True).exists()


def test_what_was_told_last_is_what_is_not_paid_when_it_is_settled(
    take: Take, running: Boost, alice: User
) -> None:
    take((0, 1, 70_001))
    take((0, 2, 75_000))
    boosts.stop(running, by=alice, reason="Sold out.")
    with clock.at(NOON + timedelta(days=10)):
        settling.settle_due()
        # The stop refused nothing more.
        assert told_fen() == [1, 5_000]
        assert refusing.tell_rest() == 0


def test_a_settled_boost_whose_sum_is_known_tells_nothing(
    take: Take, running: Boost, alice: User
) -> None:
    take((0, 1, 70_001))
    boosts.stop(running, by=alice, reason="Sold out.")
    with clock.at(NOON + timedelta(days=10)):
        settling.settle_due()
    assert told_fen() == [1]


def test_an_hour_of_a_pause_and_one_after_the_end_are_refused(
    take: Take, running: Boost, alice: User
) -> None:
    boosts.pause(running, by=alice)
    with clock.at(NOON + timedelta(hours=3, minutes=10)):
        boosts.resume(running, by=alice)
    with clock.at(NOON + timedelta(hours=5, minutes=25)):
        boosts.stop(running, by=alice, reason="Sold out.")
    with clock.at(NOON + timedelta(hours=8)):
        take((11, 1, 10), (12, 1, 10), (14, 1, 10), (15, 1, 10), (17, 1, 10), (18, 1, 10))
    outside = (0, 10, Refusal.OUTSIDE_SPANS)
    taken = (10, 0, "")
    assert stands(running) == [taken, outside, outside, taken, taken, outside]


def test_the_page_of_a_boost_says_why_spend_was_not_paid(
    take: Take, running: Boost, alice: User, client_of: Callable[[User], Client]
) -> None:
    """A line for each reason, with its sum; none where all was paid."""

    def page() -> str:
        return client_of(alice).get(running.get_absolute_url()).content.decode()

    over = str(Refusal.OVER_BUDGET.label)
    take((0, 1, 69_990))
    assert over not in page()
    take((10, 1, 40), (11, 1, 60), (12, 1, 5))
    boosts.pause(running, by=alice)
    with clock.at(NOON + timedelta(hours=2)):
        boosts.resume(running, by=alice)
        take((13, 1, 7))
    assert "¥1.02 more, which is not paid" in page()
    lines = re.findall(r'<li><span class="tabular">(.*?)</span> · (.*?)</li>', page())
    assert lines == [("¥0.12", str(Refusal.OUTSIDE_SPANS.label)), ("¥0.90", over)]


def test_what_was_told_before_a_pause_counts_by_the_spans_after_it(
    take: Take, running: Boost, alice: User
) -> None:
    """An hour that was told ahead, or in a pause that ends in it, is no accident of order."""
    take((12, 1, 40), (13, 1, 60))
    boosts.pause(running, by=alice)
    assert stands(running) == [(0, 40, Refusal.OUTSIDE_SPANS), (0, 60, Refusal.OUTSIDE_SPANS)]
    with clock.at(NOON + timedelta(hours=1, minutes=30)):
        boosts.resume(running, by=alice)
    assert stands(running) == [(0, 40, Refusal.OUTSIDE_SPANS), (60, 0, "")]
    assert paid(running) == (60, 40)
    assert verify().broken == []


def test_the_daily_cap_holds_and_a_correction_frees_it(
    ad_server: AdServer, take: Take, running: Boost
) -> None:
    Boost.objects.filter(pk=running.pk).update(daily_cap_fen=10_000)
    with clock.at(NOON + timedelta(days=1)):
        take((22, 1, 9_000), (23, 1, 4_000), (24, 1, 10_000))
        assert stands(running) == [
            (9_000, 0, ""),
            (1_000, 3_000, Refusal.OVER_CAP),
            (10_000, 0, ""),
        ]
        take((22, 2, 2_000))
    assert paid(running) == (16_000, 0)
    days = SpendDay.objects.of_boost(running)
    assert [day.captured_fen for day in days] == [6_000, 10_000]


def test_the_payers_of_a_day_change_with_what_came_of_the_days_before(
    take: Take, running: Boost
) -> None:
    with clock.at(NOON + timedelta(days=1)):
        take((24, 1, 20_000))
        take((2, 1, 25_000))
    first, second = SpendDay.objects.of_boost(running)
    assert (first.platform_fen, first.cash_fen) == (25_000, 0)
    assert (second.platform_fen, second.cash_fen) == (5_000, 15_000)


def ended(boost: Boost) -> None:
    """The clock completes `boost` after its week."""
    with clock.at(NOON + timedelta(days=8)):
        schedule.complete_due()
    boost.refresh_from_db()


def settle(boost: Boost, after: timedelta) -> bool:
    """Whether the look `after` its end settles `boost`."""
    with clock.at(boost.ends_at + after):
        settling.settle_due()
    boost.refresh_from_db()
    return boost.settled_at is not None


def test_a_boost_is_settled_when_each_of_its_hours_is_final(take: Take, running: Boost) -> None:
    ended(running)
    hours = [(hour, 1, 10) for hour in range(7 * 24)]
    with clock.at(NOON + timedelta(days=8)):
        take(*hours[:-1], is_final=True)
        take(hours[-1])
        assert settling.hours_to_come(running) == [MIDNIGHT + timedelta(hours=7 * 24 - 1)]
    assert not settle(running, timedelta(hours=13))
    with clock.at(NOON + timedelta(days=8)):
        take((7 * 24 - 1, 2, 30), is_final=True)
    assert settle(running, timedelta(hours=13))
    assert (running.captured_fen, running.held_fen) == (1_700, 1_700)
    assert balance_of(ledger.wallet_of(running.merchant)) == 500_000
    assert verify().broken == []


def test_a_boost_is_settled_when_its_server_has_been_waited_for(
    take: Take, running: Boost, ad_server: AdServer, fund: Fund
) -> None:
    ended(running)
    take((0, 1, 31_000))
    assert not settle(running, timedelta(hours=47, minutes=59))
    assert settle(running, timedelta(hours=48))
    assert balance_of(ledger.wallet_of(running.merchant)) == 500_000 - 1_000
    assert balance_of(fund.account) == 100_000 - 30_000


def test_a_boost_that_no_server_was_given_waits_for_nobody(
    money: None, a_boost: RequestBoost, running: Boost, alice: User
) -> None:
    running.serving.delete()
    ended(running)
    assert settle(running, timedelta(minutes=1))
    assert balance_of(ledger.wallet_of(running.merchant)) == 500_000


def test_after_settlement_less_is_given_back_and_more_is_refused(
    take: Take, running: Boost, fund: Fund
) -> None:
    take((0, 1, 40_000), (1, 1, 5_000))
    ended(running)
    assert settle(running, timedelta(hours=48))
    with clock.at(NOON + timedelta(days=20)):
        take((0, 2, 20_000))
        take((1, 2, 6_000), (2, 1, 300))
    assert stands(running) == [
        (20_000, 0, ""),
        (5_000, 1_000, Refusal.AFTER_SETTLEMENT),
        (0, 300, Refusal.AFTER_SETTLEMENT),
    ]
    assert paid(running) == (25_000, 1_300)
    assert balance_of(ledger.wallet_of(running.merchant)) == 500_000
    assert balance_of(fund.account) == 100_000 - 25_000
    assert verify().broken == []


def test_the_journal_says_what_was_known_at_any_moment(take: Take, running: Boost) -> None:
    take((0, 1, 500))
    later = NOON + timedelta(hours=2)
    with clock.at(later):
        take((0, 2, 200), (1, 1, 90))

    def known(moment: datetime) -> int:
        changes = HourChange.objects.as_of(moment)
        return int(changes.aggregate(fen=Sum("d_captured_fen", default=0))["fen"])

    assert known(NOON - timedelta(minutes=1)) == 0
    assert known(NOON) == 500
    assert known(later) == 290


FOR_GOOD = [
    "UPDATE campaigns_deliveryrow SET spend_fen = 0",
    "DELETE FROM campaigns_deliveryrow",
    "UPDATE campaigns_hourchange SET d_captured_fen = 0",
    "DELETE FROM campaigns_hourchange",
    "UPDATE campaigns_deliverymessage SET answer = 'other'",
    "UPDATE campaigns_deliverymessage SET answer = NULL, http_status = NULL",
    "UPDATE campaigns_deliverymessage SET answer = 'other', is_kept = false",
    "UPDATE campaigns_deliverymessage SET answer = ''",
]


def test_what_was_said_is_for_good(take: Take) -> None:
    take((0, 1, 500))
    DeliveryMessage.objects.update(answer=b"{}", http_status=200)
    for statement in FOR_GOOD:
        with pytest.raises(Error, match="for good"):
            execute(statement)
    # It may be let go, once, and does not come back.
    execute("UPDATE campaigns_deliverymessage SET answer = '', is_kept = false")
    with pytest.raises(Error, match="for good"):
        execute("UPDATE campaigns_deliverymessage SET is_kept = true")
    # The twin: without its trigger the row would follow.
    execute("ALTER TABLE campaigns_deliveryrow DISABLE TRIGGER USER", FOR_GOOD[0])


def test_the_database_refuses_an_hour_that_does_not_account_for_what_was_said(
    take: Take, running: Boost
) -> None:
    take((0, 1, 500))
    with pytest.raises(IntegrityError, match="accounts_for_what_was_said"):
        DeliveryHour.objects.filter(boost=running).update(captured_fen=499)


def test_an_hour_counts_by_the_spans_alone(take: Take, running: Boost) -> None:
    """The twin: without spans nothing is captured."""
    spans.BoostSpan.objects.filter(boost=running).delete()
    take((0, 1, 500))
    assert stands(running) == [(0, 500, Refusal.OUTSIDE_SPANS)]


def test_an_evening_boost_pays_the_evening_and_is_settled_by_it(
    take: Callable[..., list[Outcome]], running: Boost
) -> None:
    Boost.objects.filter(pk=running.pk).update(day_part="evening")
    take((17, 1, 500), (18, 1, 400), (23, 1, 300))
    hours = DeliveryHour.objects.filter(boost=running).order_by("hour_at")
    assert list(hours.values_list("captured_fen", "refusal")) == [
        (0, Refusal.OUTSIDE_SPANS), (400, ""), (300, ""),
    ]  # fmt: skip
    assert verify().broken == []
    running.refresh_from_db()
    with clock.at(running.ends_at):
        schedule.complete_due()
        running.refresh_from_db()
        # Seven evenings of six hours, and no hour of the day.
        assert len(settling.under_way(running)) == 42


def test_what_an_evening_boost_cost_by_day_is_found(
    take: Callable[..., list[Outcome]], running: Boost
) -> None:
    take((11, 1, 500), (18, 1, 400))
    Boost.objects.filter(pk=running.pk).update(day_part="evening")
    [broken] = verify().broken
    assert broken.rule == "what_is_captured_was_shown_in_its_hours"
    assert broken.found_fen == 500
