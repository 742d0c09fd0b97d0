"""The demo world as rows and reports: made by the verbs that people use, and true to the unit."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from campaigns.boosts import totals
from campaigns.boosts.asked import AskingForm
from campaigns.boosts.awards import Award
from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.costs.economics import Assumed
from campaigns.delivery.models import DeliveryHour, DeliveryRow, QuarantinedDelivery
from campaigns.funds import rounds
from campaigns.funds.models import Round, RoundStatus
from campaigns.ledger.models import Transfer
from demo.partners import pacing
from demo.partners.pacing import Order
from demo.plan.period import at
from demo.plan.planned import Outcome
from demo.story import agreements, late_boosts
from merchants.companies import verbs as companies
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import ListingPeriod
from merchants.rulechanges.models import RuleChange
from portal import clock
from portal.accounts.models import AuditEntry, Role, User
from portal.jobs.models import Job
from portal.notices.models import Notice
from portal.webhooks.models import Message
from reports.answers.answer import Report, answer
from reports.answers.coverage import report_days
from reports.answers.day_states import DayState
from reports.answers.delays import DelayCurve
from reports.answers.facts import Facts
from reports.answers.question import By, Question, TimeBase
from reports.answers.rows import rows_of
from reports.answers.spend import Side
from reports.attribution.choices import Model
from reports.attribution.models import TouchFact
from reports.metrics.sums import MICRO
from reports.sources.models import Batch
from reports.sources.regimes import Regime

SIZE = ["--merchants", "9", "--days", "12", "--touchpoints", "3000"]
Truth = dict[str, Any]


@pytest.fixture(scope="module")
def truth(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Truth]:
    """What the command knows about the one world that all tests of this module look at."""
    folder = tmp_path_factory.mktemp("demo")
    here = override_settings(
        VAR_DIR=folder,
        MEDIA_ROOT=folder / "media",
        LAKE_URL=str(folder / "lake"),
        CELERY_BROKER_URL="memory://",
        HTTPS=False,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with here, django_db_blocker.unblock():
        try:
            told = io.StringIO()
            call_command("demo", *SIZE, "--json", stdout=told, stderr=io.StringIO())
            with open(json.loads(told.getvalue())["truth"], encoding="utf-8") as file:
                yield json.load(file)
        finally:
            call_command(
                "flush",
                interactive=False,
                verbosity=0,
                inhibit_post_migrate=True,
                # Numbers go on from test to test.
                reset_sequences=False,
            )


def _reports(
    truth: Truth, *, window: str = "15", by: By = By.NOTE
) -> Iterator[tuple[Truth, Report]]:
    """Each selling merchant's truth with its report of all that is computed, be it shown or not."""
    for known in truth["merchants"].values():
        question = Question(
            merchant=Merchant.objects.get(code=known["code"]),
            first_on=date.fromisoformat(truth["first_on"]),
            last_on=date.fromisoformat(truth["last_on"]),
            model=Model.LAST_TOUCH,
            window_days=int(window),
            by=by,
        )
        report = answer(question)
        facts = Facts(question, list(report_days(question)))
        yield (
            known,
            replace(report, facts=facts, rows=rows_of(facts, report.coverage, report.maturity)),
        )


def test_the_world_has_days_that_are_settled_and_days_that_wait(truth: Truth) -> None:
    states = Counter(
        day.state for _known, report in _reports(truth) for day in report.coverage.states
    )
    assert states[DayState.PROVISIONAL] > 0
    assert states[DayState.COLLECTING] + states[DayState.GAP] > 0


def test_the_world_has_a_campaign_of_boosts_that_cost_something(truth: Truth) -> None:
    campaign = Campaign.objects.get()
    totals_of = totals.of(campaign)
    assert totals_of.boosts >= 2
    assert totals_of.captured_fen > 0
    assert campaign.notes.count() == totals_of.boosts
    assert campaign.listings.exists()
    assert Boost.objects.filter(campaign=None).exists()


def test_the_world_has_a_quick_boost_a_round_and_what_was_paid_outside(truth: Truth) -> None:
    fast = Boost.objects.get(form=AskingForm.QUICK)
    assert (fast.status, fast.hours) == ("running", late_boosts.QUICK_HOURS)
    assert 0 < fast.captured_fen < fast.budget_fen
    awards = Award.objects.filter(round__status=RoundStatus.APPLIED)
    assert {award.status for award in awards} == {"granted"}
    assert sum(award.awarded_fen for award in awards) == late_boosts.ROUND_FUND_FEN
    assert rounds.repeats(Round.objects.get())
    owned = fast.merchant
    assert set(owned.costs.values_list("kind", flat=True)) >= {"creator_fee", "sample"}
    assert set(owned.assumptions.values_list("what", flat=True)) == set(Assumed)
    question = Question(
        owned, date.fromisoformat(truth["first_on"]), date.fromisoformat(truth["last_on"]),
        time_base=TimeBase.TOUCH,
    )  # fmt: skip
    assert {Side.BOOSTS, Side.OUTSIDE, Side.WORTH} <= answer(question).facts.sides


def test_the_world_has_withheld_days_and_a_refund_period_of_its_own(truth: Truth) -> None:
    """Of the owner, who has a store at the marketplace; nobody sends a sample yet."""
    owned = Merchant.objects.get(team__memberships__user__email="owner@notelink.example")
    last_on = date.fromisoformat(truth["last_on"])
    report = answer(Question(owned, date.fromisoformat(truth["first_on"]), last_on))
    assert len(report.coverage.withheld) == agreements.SUSPENDED_DAYS
    assert report.coverage.refund_period.days == agreements.REFUND_DAYS
    assert not report.coverage.samples
    assert Regime.objects.filter(valid_from__gt=last_on, ratio__lt=1).exists()


def test_the_world_knows_how_long_orders_take(truth: Truth) -> None:
    """Of the windows that are over: the world has twelve days."""
    known = DelayCurve.objects.filter(category=None, model=Model.LAST_TOUCH, window_days__lt=12)
    assert {curve.window_days for curve in known if sum(curve.by_age)} == {1, 7}


def test_the_demo_world_has_something_for_everybody(truth: Truth) -> None:
    owned = Merchant.objects.get(team__memberships__user__email="owner@notelink.example")
    assert set(owned.team.memberships.values_list("role", flat=True)) == set(Role)
    assert set(owned.boosts.values_list("status", flat=True)) == set(Outcome)
    assert set(Merchant.objects.values_list("status", flat=True)) == set(MerchantStatus)
    assert RuleChange.objects.filter(status="proposed").exists()
    assert User.objects.get(email="owner@notelink.example").notices.filter(read_at=None).exists()


def test_nobody_of_the_demo_world_is_sent_a_mail(truth: Truth) -> None:
    assert Notice.objects.exists()
    assert not Notice.objects.owed().exists()
    assert not Job.objects.filter(kind="notices.mail").exists()
    assert User.objects.filter(notices__isnull=False, mails_notices=True).exists()


def test_what_was_done_is_dated_as_it_is_told(truth: Truth) -> None:
    begins, ends = at(date.fromisoformat(truth["first_on"])), at(clock.today())
    told = AuditEntry.objects.exclude(verb__in=["batch.receive", "report.run"])
    assert not told.filter(at__gt=ends).exists()
    assert told.filter(verb="rulechange.signed", at__lt=begins).exists()
    for period in ListingPeriod.objects.select_related("listing"):
        entries = told.filter(subject=f"listing:{period.listing_id}", verb="listing.live")
        assert entries.filter(at=period.live_from).exists()
    moments = list(Transfer.objects.order_by("pk").values_list("created_at", flat=True))
    assert moments == sorted(moments)
    for entry in told.filter(verb="boost.running"):
        boost = Boost.objects.get(pk=entry.subject.removeprefix("boost:"))
        assert entry.at == boost.starts_at


def test_boosts_run_and_the_ledger_agrees(truth: Truth) -> None:
    assert Boost.objects.filter(status="running").exists()
    call_command("ledger", "verify", stdout=io.StringIO())


def test_boosts_have_cost_what_the_ad_server_said(truth: Truth) -> None:
    """Those that were over are settled, and those that run have spent some of their budget."""
    over = Boost.objects.filter(status__in=["completed", "stopped"], spans__isnull=False)
    assert over.exists()
    for boost in over:
        assert boost.settled_at
        assert 0 < boost.captured_fen <= boost.budget_fen
    for boost in Boost.objects.filter(status="running"):
        told = DeliveryHour.objects.of(boost)
        began = boost.spans.earliest("from_at").from_at
        assert told.count() == (at(clock.today()) - began) / timedelta(hours=1)
        assert boost.captured_fen == sum(told.values_list("captured_fen", flat=True))
    assert not DeliveryHour.objects.exclude(refusal="").exists()
    assert not QuarantinedDelivery.objects.exists()


def test_each_click_of_the_past_is_one_read_of_its_boost(truth: Truth) -> None:
    """By boost and business day, in what reports are made of; boosts asked for late among them."""
    clicked = DeliveryHour.objects.filter(clicks__gt=0).values_list("boost_id", "on", "clicks")
    read = TouchFact.objects.filter(kind="view", boost_id__isnull=False)
    clicks: Counter[Any] = Counter()
    reads: Counter[Any] = Counter()
    for boost, on, count in clicked:
        clicks[boost, on] += count
    for its, day, touchpoints in read.values_list("boost_id", "on", "touchpoints"):
        reads[its, day] += touchpoints
    assert any(Boost.objects.get(pk=boost).hours for boost, _on in clicks)
    assert reads == clicks


def test_the_ad_server_goes_on_where_the_past_ended(truth: Truth) -> None:
    """It is told of all boosts at once when it starts; what it says of the past is known."""
    said: list[tuple[object, ...]] = []
    newest: dict[str, Any] = {}
    for message in Message.objects.order_by("sequence"):
        newest[message.subject] = json.loads(message.text)["data"]
    for data in newest.values():
        order = Order.read(data)
        said += [
            (row.boost_id, row.hour_at, row.revision, row.impressions, row.clicks, row.spend_fen)
            for row in pacing.hours(order, at(clock.today()).astimezone(UTC))
        ]
    assert said
    assert sorted(said) == sorted(
        DeliveryRow.objects.values_list(
            "boost__external_id", "hour_at", "revision", "impressions", "clicks", "spend_fen"
        )
    )


def test_every_row_of_every_file_is_accounted_for(truth: Truth) -> None:
    taken = Batch.objects.values_list("file_name", "sent", "accepted", "duplicate", "quarantined")
    known = [
        (f["path"], f["sent"], f["accepted"], f["duplicate"], f["quarantined"])
        for f in truth["files"]
    ]
    assert sorted(taken) == sorted(known)


def test_every_note_has_the_touchpoints_that_happened(truth: Truth) -> None:
    for known, report in _reports(truth):
        shown = {row.label.key: _counts(row.sums.touchpoints) for row in report.rows if row.sums}
        happened = {note: kinds for note, kinds in known["touchpoints"].items() if kinds}
        assert {note: kinds for note, kinds in shown.items() if kinds} == happened


@pytest.mark.parametrize("window", ["1", "7", "15", "30"])
def test_every_note_has_the_orders_it_was_last_touched_for(truth: Truth, window: str) -> None:
    for known, report in _reports(truth, window=window):
        notes = known["last_touch"][window]["notes"]
        for row in report.rows:
            assert row.sums is not None
            owed = Counter(notes.get(row.label.key, {}))
            for kind in ("search", "visit", "favourite", "cart", "order", "refund"):
                assert row.sums.credited_micro[kind] == owed[kind] * MICRO, (row.label, kind)
            assert row.sums.value_fen["order"] == owed["order_fen"]
            assert row.sums.value_fen["refund"] == -owed["refund_fen"]
        assert {note for note, owed in notes.items() if owed} <= {r.label.key for r in report.rows}


@pytest.mark.parametrize("window", ["1", "7", "15", "30"])
def test_orders_match_at_the_level_they_were_made_for(truth: Truth, window: str) -> None:
    for known, report in _reports(truth, window=window):
        for level, counts in known["last_touch"][window]["levels"].items():
            shown = "" if level == "unmatched" else level
            assert report.orders
            assert report.orders.orders[shown] == counts.get("order", 0)
            assert report.orders.value_fen[shown] == counts.get("order_fen", 0)


def test_each_store_and_day_has_its_own_orders(truth: Truth) -> None:
    for known, report in _reports(truth, by=By.DAY):
        ordered = sum(store.get("order", 0) for store in known["stores"].values())
        assert report.orders
        assert sum(report.orders.orders.values()) == ordered
        matched = sum(sums.credited_micro["order"] for sums in report.days.values())
        unmatched = report.orders.orders[""] * MICRO
        assert matched + unmatched == ordered * MICRO


def test_a_second_start_leaves_the_world_alone(truth: Truth) -> None:
    said = io.StringIO()
    before = Batch.objects.count()
    call_command("demo", *SIZE, stdout=said)
    assert "exists already" in said.getvalue()
    assert "owner@notelink.example" in said.getvalue()
    assert Batch.objects.count() == before


@pytest.mark.django_db
def test_a_portal_with_merchants_of_its_own_is_refused(alice: User) -> None:
    companies.register(name="Alice Beauty", credit_code="91310000MA1FL0AL17", by=alice)
    with pytest.raises(CommandError, match="fills an empty portal") as refused:
        call_command("demo", *SIZE)
    assert refused.value.returncode == 2


@pytest.mark.django_db
def test_a_site_with_https_is_no_place_for_a_demo_world(settings: Any) -> None:
    settings.HTTPS = True
    with pytest.raises(CommandError, match="HTTPS") as refused:
        call_command("demo", *SIZE, stdout=io.StringIO())
    assert refused.value.returncode == 2
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value"),
    [("--merchants", "3"), ("--days", "0"), ("--touchpoints", "-1"), ("--until", "tomorrow")],
)
def test_a_world_of_an_impossible_size_is_refused(option: str, value: str) -> None:
    if value == "tomorrow":
        value = (clock.today() + timedelta(days=1)).isoformat()
    with pytest.raises(CommandError, match=option):
        call_command("demo", option, value)


def _counts(counter: Counter[str]) -> dict[str, int]:
    return {kind: count for kind, count in counter.items() if count}
