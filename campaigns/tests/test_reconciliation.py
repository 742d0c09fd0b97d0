"""Books of thirty days: nothing is found in them, and whatever is planted is found and named."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, endings, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.delivery import settling, taking
from campaigns.delivery.models import AdServer, DeliveryMessage
from campaigns.delivery.rows import Row
from campaigns.funds import verbs as funds
from campaigns.funds.models import FundingSource
from campaigns.ledger import payments, proof, refunding
from campaigns.reconciling import proving
from campaigns.reconciling.models import Discrepancy, Reconciliation
from campaigns.statements import closing
from campaigns.statements.models import Statement
from campaigns.tests.conftest import RequestBoost, execute, switch_triggers_off
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue, runner
from portal.jobs.models import Job, JobState
from portal.notices.models import Notice
from tests.racing import at_once

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DAYS = 30
FIRST = date(2026, 1, 20)
HOUR = timedelta(hours=1)


def proven(made: Reconciliation | None) -> Reconciliation:
    """The proof after its job, which is done."""
    assert made is not None
    assert queue.run_now(made.job).state == JobState.DONE
    made.refresh_from_db()
    return made


def rows_of(boost: Boost, day: date, revision: int, chance: random.Random) -> dict[int, Row]:
    """Every hour of a day, as an ad server says it."""
    begins = clock.start_of(day)
    return {
        hour: Row(
            boost.external_id, begins + (hour - 1) * HOUR, revision, impressions=10 * hour,
            clicks=hour, spend_fen=chance.randrange(0, 1_500), is_final=revision > 1,
        )
        for hour in range(1, 25)
    }  # fmt: skip


def tell(server: AdServer, boost: Boost, rows: dict[int, Row]) -> None:
    message = DeliveryMessage.objects.create(
        ad_server=server, message_id=uuid4().hex, sha256="0" * 64
    )
    taking.take(boost, rows, message)


@pytest.fixture
def asked(
    shop: Merchant,
    note: Note,
    ad_server: AdServer,
    a_boost: RequestBoost,
    alice: User,
    manager: User,
    admin: User,
) -> list[Boost]:
    """Four boosts of thirty days: of cash, under a cap, beside the platform, beside a partner."""
    Note.objects.update(published_at=clock.start_of(FIRST) - timedelta(days=100))
    note.refresh_from_db()
    with clock.at(clock.start_of(FIRST) - HOUR):
        payments.record(shop, amount_fen=4_900_000, reference="IN-1", by=manager)
        granted: list[dict[str, Any]] = []
        for source in (FundingSource.PLATFORM_GRANT, FundingSource.PARTNER_GRANT):
            fund = funds.create(
                source.value.split("_")[0], name_zh="资金", name_en="Fund", by=admin, source=source
            )
            funds.pay_in(fund, amount_fen=900_000, reference=fund.code, by=admin)
            granted.append({"fund": fund, "grant_fen": 200_000})
        period = {"starts_on": FIRST, "ends_on": FIRST + timedelta(days=DAYS - 1)}
        made = []
        plans: list[dict[str, Any]] = [{}, {"daily_cap_fen": 15_000}, *granted]
        for plan in plans:
            boost = boosts.submit(a_boost(budget_fen=600_000, **period, **plan), by=alice)
            made.append(decisions.approve(boost, version=boost.version, by=manager))
        asked = {"bank": "ICBC", "bank_account": "62220000", "reason": ""}
        refunding.request(shop, amount_fen=1_000, by=alice, **asked)
    return made


def lived(server: AdServer, made: list[Boost], shop: Merchant) -> Iterator[Reconciliation]:
    """Day by day: rows, corrections of the day before, a pause, an early end, and a proof."""
    chance = random.Random(11)
    for number in range(DAYS + 4):
        day = FIRST + timedelta(days=number)
        with clock.at(clock.start_of(day) + timedelta(seconds=1)):
            schedule.start_due()
            schedule.complete_due()
            closing.close_due()
        if number == 9:
            with clock.at(clock.start_of(day) + 10 * HOUR):
                alice = shop.team.memberships.get(role="owner").user
                boosts.pause(made[0], by=alice)
            with clock.at(clock.start_of(day) + 15 * HOUR):
                boosts.resume(made[0], by=alice)
        if number == 20:
            with clock.at(clock.start_of(day) + 10 * HOUR):
                endings.end(
                    Boost.objects.get(pk=made[3].pk),
                    cause=EndCause.PLATFORM,
                    at=clock.now(),
                    by=None,
                )
        with clock.at(clock.start_of(day) + 24 * HOUR - timedelta(seconds=1)):
            for place, boost in enumerate(made):
                if number < DAYS:
                    tell(server, boost, rows_of(boost, day, 1, chance))
                if number % 4 == place and 0 < number <= DAYS:
                    before = day - timedelta(days=1)
                    tell(server, boost, rows_of(boost, before, 2, chance))
            settling.settle_due()
            yield proven(proving.ask_daily())


def planted(rule: str, statement: str) -> set[tuple[str, str]]:
    """What a statement breaks behind the verbs' back, by the subjects that it returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {(rule, subject) for (subject,) in cursor.fetchall()}


# Each breaks so many rows of its own, none of another's.
PLANTS = {
    "an_hour_is_its_newest_revision": """
        UPDATE campaigns_deliveryrow SET spend_fen = spend_fen + 1 WHERE id IN (
            SELECT id FROM campaigns_deliveryrow WHERE revision = 2 ORDER BY id LIMIT 90)
        RETURNING 'boost:' || boost_id || ' hour:' || hour_at""",
    "the_journal_sums_to_the_hour": """
        UPDATE campaigns_hourchange SET d_captured_fen = d_captured_fen + 1 WHERE id IN (
            SELECT min(id) FROM campaigns_hourchange GROUP BY boost_id, hour_at
            ORDER BY min(id) LIMIT 90)
        RETURNING 'boost:' || boost_id || ' hour:' || hour_at""",
    "the_journal_sums_to_what_is_refused": """
        UPDATE campaigns_hourchange SET d_refused_fen = d_refused_fen + 1 WHERE id IN (
            SELECT min(id) FROM campaigns_hourchange GROUP BY boost_id, hour_at
            ORDER BY min(id) DESC LIMIT 90)
        RETURNING 'boost:' || boost_id || ' hour:' || hour_at""",
    "an_hour_is_captured_or_refused": """
        UPDATE campaigns_deliveryhour SET spend_fen = spend_fen + 1 WHERE id IN (
            SELECT id FROM campaigns_deliveryhour ORDER BY id DESC LIMIT 80)
        RETURNING 'boost:' || boost_id || ' hour:' || hour_at""",
    "a_day_is_the_sum_of_its_hours": """
        UPDATE campaigns_spendday SET captured_fen = captured_fen + 1, cash_fen = cash_fen + 1
        WHERE id IN (SELECT id FROM campaigns_spendday ORDER BY id LIMIT 40)
        RETURNING 'boost:' || boost_id || ' day:' || "on" """,
    "a_day_refuses_what_its_hours_do": """
        UPDATE campaigns_spendday SET refused_fen = refused_fen + 1
        WHERE id IN (SELECT id FROM campaigns_spendday ORDER BY id DESC LIMIT 40)
        RETURNING 'boost:' || boost_id || ' day:' || "on" """,
    "a_transfer_continues_the_balance_before_it": """
        UPDATE campaigns_transfer SET target_balance_fen = target_balance_fen + 1 WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY target_id ORDER BY id) AS place
                FROM campaigns_transfer WHERE reason = 'capture'
            ) AS turns WHERE place % 2 = 0 ORDER BY id LIMIT 40)
        RETURNING 'transfer:' || id""",
    "a_reason_moves_between_its_accounts": """
        UPDATE campaigns_transfer SET reason = 'release' WHERE id IN (
            SELECT id FROM campaigns_transfer WHERE reason = 'capture' ORDER BY id DESC LIMIT 30)
        RETURNING 'transfer:' || id""",
    "balance_is_the_sum_of_transfers": """
        UPDATE campaigns_account SET balance_fen = balance_fen + 1 WHERE kind IN ('spent', 'wallet')
        RETURNING 'account:' || id""",
    "what_is_spent_was_captured": """
        UPDATE campaigns_boost SET captured_fen = captured_fen - 1 RETURNING 'boost:' || id""",
    "funding_lines_sum_to_the_budget": """
        UPDATE campaigns_boost SET budget_fen = budget_fen + 1 RETURNING 'boost:' || id""",
    "an_ad_server_is_told_the_state": """
        UPDATE webhooks_message SET type = 'boost.paused' RETURNING
        'boost:' || (SELECT id FROM campaigns_boost WHERE external_id = subject)""",
    "what_runs_has_one_open_span": """
        UPDATE campaigns_boostspan SET to_at = NULL WHERE id IN (
            SELECT max(id) FROM campaigns_boostspan GROUP BY boost_id)
        RETURNING 'boost:' || boost_id""",
    "a_month_is_as_it_was_kept": """
        UPDATE campaigns_statement SET content = '\\x7b7d' RETURNING 'statement:' || id""",
    "closed_months_lead_to_the_balance": """
        UPDATE campaigns_statement SET lines_fen = lines_fen + 7, free_fen = free_fen + 7
        RETURNING 'statement:' || id""",
    "a_small_deposit_is_a_booked_payment": """
        UPDATE campaigns_payment SET amount_fen = amount_fen + 1 RETURNING
        'transfer:' || (SELECT moved.id FROM campaigns_transfer AS moved
            WHERE moved.key = campaigns_payment.key)""",
    "a_refund_holds_what_it_asks_for": """
        UPDATE campaigns_balancerefund SET amount_fen = amount_fen + 1
        RETURNING 'balancerefund:' || id""",
}


def test_thirty_days_raise_nothing_and_500_planted_ones_are_found(
    asked: list[Boost], ad_server: AdServer, shop: Merchant
) -> None:
    proofs = list(lived(ad_server, asked, shop))
    assert [made.found for made in proofs] == [0] * (DAYS + 4)
    assert not Discrepancy.objects.exists()
    ended = Boost.objects.filter(status__in=[BoostStatus.COMPLETED, BoostStatus.STOPPED])
    assert ended.exclude(settled_at=None).count() == 4
    assert Statement.objects.count() == 1
    switch_triggers_off()
    execute(
        "ALTER TABLE campaigns_statement DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_deliveryhour DROP CONSTRAINT"
        " delivery_hour_accounts_for_what_was_said",
    )
    expected: set[tuple[str, str]] = set()
    for rule, statement in PLANTS.items():
        named = planted(rule, statement)
        assert named, rule
        expected |= named
    assert len(expected) >= 500
    assert len(PLANTS) >= 12
    with clock.at(clock.start_of(FIRST + timedelta(days=DAYS + 5)) + 5 * HOUR):
        made = proven(proving.ask_daily())
    found = set(Discrepancy.objects.still_open().values_list("rule", "subject"))
    assert expected <= found
    assert made.found == made.fresh == len(found)
    # The command says the same.
    assert found == {(row.rule, row.subject) for row in proof.verify(most=10_000).broken}
    with pytest.raises(CommandError, match=rf"broken in {min(len(found), 1000)} places"):
        call_command("ledger", "verify")


@pytest.fixture
def at_five() -> Iterator[None]:
    with clock.at(datetime.fromisoformat("2026-03-02T05:00+08:00")):
        yield


def test_it_is_proven_once_a_business_day_from_three_on(db: None) -> None:
    with clock.at(datetime.fromisoformat("2026-03-02T02:59+08:00")):
        assert proving.ask_daily() is None
    with clock.at(datetime.fromisoformat("2026-03-02T03:00+08:00")):
        assert proving.ask_daily() is not None
        assert proving.ask_daily() is None
    with clock.at(datetime.fromisoformat("2026-03-03T03:00+08:00")):
        assert proving.ask_daily() is not None


def test_what_is_found_is_told_once_and_closed_when_it_is_gone(
    at_five: None, money: None, shop: Merchant, admin: User, client_of: ClientOf
) -> None:
    url = reverse("campaigns:reconciliation-list")
    assert "The books were not proven yet." in client_of(admin).get(url).content.decode()
    assert proven(proving.ask_daily()).found == 0
    assert ">Agrees<" in client_of(admin).get(url).content.decode()
    switch_triggers_off()
    execute("UPDATE campaigns_account SET balance_fen = balance_fen + 1 WHERE kind = 'wallet'")
    for fresh in (2, 0):
        made = proven(proving.ask(by=admin))
        assert (made.found, made.fresh) == (2, fresh)
    page = client_of(admin).get(url).content.decode()
    assert ">Does not agree<" in page
    assert ">Agrees<" not in page
    assert "balance_is_the_sum_of_transfers" in page
    told = Notice.objects.filter(user=admin, text__contains="do not agree")
    assert told.count() == 1
    execute("UPDATE campaigns_account SET balance_fen = balance_fen - 1 WHERE kind = 'wallet'")
    made = proven(proving.ask(by=admin))
    assert (made.found, made.gone) == (0, 2)
    assert not Discrepancy.objects.still_open().exists()
    assert ">Agrees<" in client_of(admin).get(url).content.decode()
    assert told.count() == 1


def test_a_damaged_transfer_is_found_on_both_its_accounts_and_written_once(
    at_five: None, money: None, admin: User
) -> None:
    switch_triggers_off()
    execute("UPDATE campaigns_transfer SET amount_fen = amount_fen + 1")
    made = proven(proving.ask(by=admin))
    [transfer] = Discrepancy.objects.filter(rule="a_transfer_continues_the_balance_before_it")
    assert transfer.subject.startswith("transfer:")
    assert made.found == made.fresh == Discrepancy.objects.count()


def failed(made: Reconciliation | None, monkeypatch: pytest.MonkeyPatch) -> Reconciliation:
    """The proof after its job broke until it was given up."""
    assert made is not None
    with monkeypatch.context() as patched:
        patched.setattr(proof, "verify", lambda most: 1 // 0)
        for _try in range(runner.MAX_ATTEMPTS):
            Job.objects.filter(pk=made.job_id).update(waits_until=None)
            queue.run_now(made.job)
    assert made.job.state == JobState.FAILED
    return made


def test_a_proof_that_failed_is_told_and_asked_for_again(
    at_five: None,
    money: None,
    admin: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = reverse("campaigns:reconciliation-list")
    proven(proving.ask(by=admin))
    assert ">Agrees<" in client_of(admin).get(url).content.decode()
    for _hour in range(2):
        failed(proving.ask_daily(), monkeypatch)
        page = client_of(admin).get(url).content.decode()
        assert ">The last proof failed<" in page
        assert ">Agrees<" not in page
    told = Notice.objects.filter(user=admin, text__contains="could not be proven")
    assert told.count() == 1
    again = proving.ask_daily()
    assert ">The last proof failed<" in client_of(admin).get(url).content.decode()
    assert proven(again).found == 0
    assert proving.ask_daily() is None
    page = client_of(admin).get(url).content.decode()
    assert ">Agrees<" in page
    assert "The last proof failed" not in page


def test_a_button_has_it_proven_now(at_five: None, admin: User, client_of: ClientOf) -> None:
    url = reverse("campaigns:reconciliation-run")
    for _again in range(2):
        assert client_of(admin).post(url).status_code == 302
    made = Reconciliation.objects.get()
    page = client_of(admin).get(reverse("campaigns:reconciliation-list")).content.decode()
    assert "is under way" in page
    assert url not in page
    assert proven(made).found == 0


@pytest.mark.django_db(transaction=True)
def test_looks_at_once_ask_once(admin: User) -> None:
    def look() -> Any:
        with clock.at(datetime.fromisoformat("2026-03-02T05:00+08:00")):
            return proving.ask_daily()

    made, _refused = at_once(*[look] * 5)
    assert sum(one is not None for one in made) == Reconciliation.objects.count() == 1
