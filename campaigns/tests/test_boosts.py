"""Boosts: asked for, changed, submitted, taken back, stopped."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from campaigns.boosts import funding, plans
from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import MIN_DAILY_BUDGET_FEN, PlanRefusal
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.funds.models import Fund, FundingSource
from campaigns.ledger import transfers as ledger
from campaigns.tests.conftest import TODAY, RequestBoost, a_note_of
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import AuditEntry, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_a_boost_is_a_draft_that_holds_nothing(shop: Merchant, a_boost: RequestBoost) -> None:
    boost = a_boost()
    assert boost.status == BoostStatus.DRAFT
    assert [line.amount_fen for line in boost.funding_lines.all()] == [70_000]
    assert funding.held_fen(boost) == 0


def test_one_form_makes_one_boost(a_boost: RequestBoost) -> None:
    key = uuid4()
    assert a_boost(request_key=key) == a_boost(request_key=key)
    assert Boost.objects.count() == 1
    assert list(AuditEntry.objects.filter(verb__startswith="boost.").values_list("verb")) == [
        ("boost.requested",)
    ]


def test_a_form_sent_again_with_other_answers_changes_its_draft(
    money: None, a_boost: RequestBoost, alice: User
) -> None:
    key = uuid4()
    a_boost(request_key=key)
    boost = a_boost(request_key=key, budget_fen=80_000)
    assert Boost.objects.get().budget_fen == 80_000
    boosts.submit(boost, by=alice)
    with pytest.raises(boosts.BoostRefusal, match="cannot be changed now"):
        a_boost(request_key=key, budget_fen=90_000)


def test_cash_and_grant_sum_to_the_budget(a_boost: RequestBoost, fund: Fund) -> None:
    boost = a_boost(fund=fund, grant_fen=30_000)
    assert [(line.source, line.amount_fen) for line in boost.funding_lines.all()] == [
        (FundingSource.MERCHANT_CASH, 40_000),
        (FundingSource.PLATFORM_GRANT, 30_000),
    ]


@pytest.mark.parametrize(
    ("field", "plan"),
    [
        ("starts_on", {"starts_on": TODAY - timedelta(days=1)}),
        ("days", {"ends_on": TODAY - timedelta(days=1)}),
        ("days", {"ends_on": TODAY + timedelta(days=90), "budget_fen": 10**7}),
        ("budget", {"budget_fen": 69_999}),
        ("budget", {"budget_fen": 0}),
        ("budget", {"budget_fen": -1}),
        ("budget", {"budget_fen": 10**13}),
        ("budget", {"budget_fen": 10**18}),
        ("cap", {"daily_cap_fen": 9_999}),
        ("cap", {"daily_cap_fen": 70_001}),
        ("cap", {"daily_cap_fen": -1}),
        ("grant", {"grant_fen": 1}),
    ],
)
def test_a_wrong_plan_names_its_field(
    a_boost: RequestBoost, field: str, plan: dict[str, Any]
) -> None:
    with pytest.raises(PlanRefusal) as refused:
        a_boost(**plan)
    assert refused.value.field == field
    assert not Boost.objects.exists()


@pytest.mark.parametrize("grant_fen", [-1, 0, 70_001, 100_001])
def test_a_wrong_grant_is_refused(a_boost: RequestBoost, fund: Fund, grant_fen: int) -> None:
    with pytest.raises(PlanRefusal) as refused:
        a_boost(fund=fund, grant_fen=grant_fen)
    assert refused.value.field == "grant"


def test_a_grant_is_asked_for_and_not_drawn_when_submitted(
    money: None, a_boost: RequestBoost, fund: Fund, alice: User
) -> None:
    boost = a_boost(fund=fund, grant_fen=100_001, budget_fen=200_000)
    boosts.submit(boost, by=alice)
    assert funding.held_fen(boost) == 99_999
    fund.account.refresh_from_db()
    assert fund.account.balance_fen == 100_000


def test_only_a_published_note_of_ones_own_can_be_boosted(
    shop: Merchant, rival: Merchant, a_boost: RequestBoost
) -> None:
    unpublished = a_note_of(shop, "note-2", published_at=None)
    tomorrow = a_note_of(shop, "note-3", published_at=clock.now() + timedelta(days=1))
    for note in (unpublished, tomorrow, rival.notes.get()):
        with pytest.raises(PlanRefusal) as refused:
            a_boost(note=note)
        assert refused.value.field == "note"
    assert a_boost(note=a_note_of(shop, "note-4")).note.external_id == "note-4"


def test_charlie_may_not_ask_for_alices_shop(a_boost: RequestBoost, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        a_boost(by=charlie)


def test_submitting_holds_the_budget(money: None, a_boost: RequestBoost, alice: User) -> None:
    boost = boosts.submit(a_boost(), by=alice)
    assert boost.status == BoostStatus.SUBMITTED
    assert funding.held_fen(boost) == 70_000
    assert ledger.wallet_of(boost.merchant).balance_fen == 430_000


def test_submitting_twice_holds_once(money: None, a_boost: RequestBoost, alice: User) -> None:
    boost = boosts.submit(a_boost(), by=alice)
    with pytest.raises(boosts.BoostRefusal, match="already submitted"):
        boosts.submit(boost, by=alice)
    assert funding.held_fen(boost) == 70_000


def test_a_poor_wallet_names_what_is_missing(a_boost: RequestBoost, alice: User) -> None:
    boost = a_boost()
    with pytest.raises(ledger.NotEnough, match=r"lacks ¥700\.00") as refused:
        boosts.submit(boost, by=alice)
    assert refused.value.field == "budget"
    boost.refresh_from_db()
    assert (boost.status, boost.submission) == (BoostStatus.DRAFT, 0)


def test_a_merchant_who_is_not_verified_may_draft_but_not_submit(
    money: None, shop: Merchant, a_boost: RequestBoost, alice: User
) -> None:
    boost = a_boost()
    Merchant.objects.update(status="submitted")
    with pytest.raises(boosts.BoostRefusal, match="verified"):
        boosts.submit(boost, by=alice)


def test_an_edit_replaces_plan_and_lines(a_boost: RequestBoost, fund: Fund, alice: User) -> None:
    boost = a_boost(fund=fund, grant_fen=30_000)
    edited = boosts.edit(
        boost,
        by=alice,
        note=boost.note,
        objective=Objective.ORDERS,
        starts_on=TODAY,
        ends_on=TODAY,
        budget_fen=20_000,
    )
    assert [line.amount_fen for line in edited.funding_lines.all()] == [20_000]
    entry = AuditEntry.objects.get(verb="boost.edited")
    assert (entry.old["budget_fen"], entry.new["budget_fen"]) == (70_000, 20_000)


def test_a_submitted_boost_cannot_be_edited(
    money: None, a_boost: RequestBoost, alice: User
) -> None:
    boost = boosts.submit(a_boost(), by=alice)
    with pytest.raises(boosts.BoostRefusal, match="cannot be changed now"):
        boosts.edit(boost, by=alice, **plans.plan_of(boost))


def test_withdrawing_gives_the_money_back_and_a_resubmission_holds_again(
    money: None, a_boost: RequestBoost, alice: User
) -> None:
    boost = boosts.withdraw(boosts.submit(a_boost(), by=alice), by=alice)
    assert boost.status == BoostStatus.DRAFT
    assert ledger.wallet_of(boost.merchant).balance_fen == 500_000
    boosts.submit(boost, by=alice)
    assert funding.held_fen(boost) == 70_000


def test_a_draft_can_be_stopped_but_not_twice(a_boost: RequestBoost, alice: User) -> None:
    boost = boosts.stop(a_boost(), by=alice)
    assert boost.status == BoostStatus.STOPPED
    assert AuditEntry.objects.get(verb="boost.stopped").reason == "", "nobody gave one"
    with pytest.raises(boosts.BoostRefusal, match="cannot be stopped"):
        boosts.stop(boost, by=alice)


def test_a_form_of_one_merchant_is_not_used_for_another(
    rival: Merchant, a_boost: RequestBoost, charlie: User
) -> None:
    made = a_boost()
    with pytest.raises(boosts.BoostRefusal, match="already used"):
        boosts.request(rival, request_key=made.request_key, by=charlie, **plans.plan_of(made))


def test_the_longest_boost_and_the_largest_grant_are_taken(
    a_boost: RequestBoost, fund: Fund
) -> None:
    longest = a_boost(ends_on=TODAY + timedelta(days=89), budget_fen=900_000)
    assert longest.days == 90
    granted = a_boost(fund=fund, grant_fen=70_000)
    assert [line.source for line in granted.funding_lines.all()] == [FundingSource.PLATFORM_GRANT]


def test_a_wrong_plan_is_told_in_a_sentence(
    shop: Merchant, a_boost: RequestBoost, fund: Fund
) -> None:
    unpublished = a_note_of(shop, "note-2", published_at=None)
    tomorrow = a_note_of(shop, "note-3", published_at=clock.now() + timedelta(days=1))
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("Choose a published note of yours.", {"note": unpublished}),
        ("This note is not published yet.", {"note": tomorrow}),
        ("The first day is today or later.", {"starts_on": TODAY - timedelta(days=1)}),
        ("A boost runs for 1 to 90 days.", {"ends_on": TODAY + timedelta(days=90)}),
        ("The budget is less than ¥100,000,000,000.00.", {"budget_fen": 10**13}),
        ("at least ¥100.00 a day: ¥700.00 for 7 days.", {"budget_fen": 69_999}),
        ("¥100.00 a day: ¥100.00 for 1 day.", {"ends_on": TODAY, "budget_fen": 9_999}),
        ("A grant names its fund and its amount.", {"grant_fen": 1}),
        ("The grant is at most the budget.", {"fund": fund, "grant_fen": 70_001}),
    ]
    for sentence, plan in wrong:
        with pytest.raises(PlanRefusal) as refused:
            a_boost(**plan)
        assert sentence in refused.value.message


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The budget is at least ¥100.00 a day."), ("zh-hans", "预算每天至少 ¥100.00。")],
)
def test_less_than_the_budget_of_a_day_is_refused_in_the_readers_language(
    a_boost: RequestBoost, language: str, sentence: str
) -> None:
    boost = a_boost()
    boost.budget_fen = MIN_DAILY_BUDGET_FEN
    boost.validate_constraints()
    boost.budget_fen -= 1
    with translation.override(language), pytest.raises(ValidationError) as refused:
        boost.validate_constraints()
    assert refused.value.messages == [sentence]


def test_a_submission_has_its_number_and_its_moment(
    money: None, a_boost: RequestBoost, alice: User
) -> None:
    before = clock.now()
    boost = boosts.submit(a_boost(), by=alice)
    assert boost.submission == 1
    assert boost.submitted_at is not None
    assert before <= boost.submitted_at <= clock.now()
    again = boosts.submit(boosts.withdraw(boost, by=alice), by=alice)
    assert again.submission == 2


def test_the_way_of_a_boost_is_written_down(
    money: None, a_boost: RequestBoost, fund: Fund, alice: User, bob: User
) -> None:
    boost = a_boost(fund=fund, grant_fen=30_000)
    asked = {
        "note": boost.note.external_id,
        "objective": "reads",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-08",
        "budget_fen": 70_000,
        "daily_cap_fen": None,
        "day_part": "whole",
        "hours": None,
        "campaign": None,
        "fund": "spring",
        "grant_fen": 30_000,
    }
    plan = plans.plan_of(boost)
    plan["fund"], plan["grant_fen"], plan["objective"] = None, 0, Objective.ORDERS
    plan["daily_cap_fen"] = 20_000
    edited = {
        **asked, "objective": "orders", "daily_cap_fen": 20_000, "fund": None, "grant_fen": 0
    }  # fmt: skip
    boosts.edit(boost, by=bob, **plan)
    boosts.submit(boost, by=alice)
    boosts.withdraw(boost, by=bob)
    boosts.stop(boost, by=alice, reason="Sold out.")
    kept = AuditEntry.objects.filter(subject=f"boost:{boost.pk}", team=boost.merchant.team)
    told = kept.order_by("pk").values_list("verb", "actor", "old", "new", "reason")
    draft, submitted, stopped = ({"status": s} for s in ("draft", "submitted", "stopped"))
    assert list(told) == [
        ("boost.requested", alice.pk, {}, asked, ""),
        ("boost.edited", bob.pk, asked, edited, ""),
        ("boost.submitted", alice.pk, draft, submitted, ""),
        ("boost.draft", bob.pk, submitted, draft, ""),
        ("boost.stopped", alice.pk, draft, stopped, "Sold out."),
    ]
