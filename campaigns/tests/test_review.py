"""Review: one decision per submission, by somebody else, about what was read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from campaigns.boosts import decisions, funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.boosts.reviews import ReviewDecision
from campaigns.ledger import transfers as ledger
from campaigns.tests.conftest import RequestBoost
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal
from portal.review.door import DecisionRefusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    today = clock.today()
    boost = a_boost(starts_on=today, ends_on=today + timedelta(days=6))
    return boosts.submit(boost, by=alice)


def test_an_approved_boost_is_scheduled_and_keeps_its_hold(submitted: Boost, manager: User) -> None:
    boost = decisions.approve(submitted, version=submitted.version, by=manager)
    assert boost.status == BoostStatus.SCHEDULED
    assert funding.held_fen(boost) == 70_000


def test_a_returned_boost_gives_back_and_names_field_and_reason(
    submitted: Boost, manager: User
) -> None:
    boost = decisions.send_back(
        submitted,
        version=submitted.version,
        field="days",
        reason="Too long for one note.",
        by=manager,
    )
    assert boost.status == BoostStatus.RETURNED
    assert ledger.wallet_of(boost.merchant).balance_fen == 500_000
    told = boost.reviews.get()
    assert (told.field, told.reason) == ("days", "Too long for one note.")


def test_a_rejected_boost_gives_back_and_is_over(
    submitted: Boost, manager: User, alice: User
) -> None:
    boost = decisions.reject(
        submitted, version=submitted.version, reason="Not allowed.", by=manager
    )
    assert funding.held_fen(boost) == 0
    with pytest.raises(boosts.BoostRefusal):
        boosts.submit(boost, by=alice)


@pytest.mark.parametrize("decide", [decisions.reject, decisions.send_back])
def test_no_refusal_without_a_reason(
    submitted: Boost, manager: User, decide: Callable[..., Boost]
) -> None:
    for reason in ("", "  "):
        with pytest.raises(Refusal, match="Write the reason") as refused:
            decide(submitted, version=submitted.version, reason=reason, by=manager)
        assert refused.value.field == "reason"
    decide(submitted, version=submitted.version, reason=" Because. ", by=manager)
    assert submitted.reviews.get().reason == "Because."


def test_nobody_decides_twice(submitted: Boost, manager: User) -> None:
    decisions.approve(submitted, version=submitted.version, by=manager)
    with pytest.raises(DecisionRefusal, match="waits for no decision any more"):
        decisions.reject(
            submitted, version=submitted.version, reason="Changed my mind.", by=manager
        )


def test_a_decision_about_an_earlier_submission_is_refused(
    submitted: Boost, manager: User, alice: User
) -> None:
    boosts.submit(boosts.withdraw(submitted, by=alice), by=alice)
    with pytest.raises(DecisionRefusal, match="changed since you opened it"):
        decisions.approve(submitted, version=submitted.version, by=manager)


def test_a_merchant_decides_nothing(submitted: Boost, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        decisions.approve(submitted, version=submitted.version, by=alice)


@pytest.mark.parametrize(
    ("decide", "decision", "verb"),
    [
        (decisions.approve, ReviewDecision.APPROVED, "boost.scheduled"),
        (decisions.send_back, ReviewDecision.RETURNED, "boost.returned"),
        (decisions.reject, ReviewDecision.REJECTED, "boost.rejected"),
    ],
)
def test_a_decision_and_its_reason_are_written_down_and_stand_in_the_audit_log(
    submitted: Boost,
    manager: User,
    decide: Callable[..., Boost],
    decision: ReviewDecision,
    verb: str,
) -> None:
    decide(submitted, version=submitted.version, reason="Because of the label.", by=manager)
    entry = AuditEntry.objects.get(verb=verb)
    assert (entry.reason, entry.actor) == ("Because of the label.", manager)
    written = submitted.reviews.get()
    assert (written.decision, written.reviewer, written.field) == (decision, manager, "")
    assert written.reason == "Because of the label."


def test_an_approval_needs_no_reason(submitted: Boost, manager: User) -> None:
    decisions.approve(submitted, version=submitted.version, by=manager)
    assert submitted.reviews.get().reason == ""
    assert AuditEntry.objects.get(verb="boost.scheduled").reason == ""


def test_a_boost_can_be_approved_until_its_last_day_has_passed(
    submitted: Boost, manager: User
) -> None:
    yesterday = clock.today() - timedelta(days=1)
    Boost.objects.update(starts_on=yesterday, ends_on=yesterday)
    submitted.refresh_from_db()
    with pytest.raises(DecisionRefusal, match="last day has passed") as refused:
        decisions.approve(submitted, version=submitted.version, by=manager)
    assert refused.value.field == "decision"
    Boost.objects.update(ends_on=clock.today())
    submitted.refresh_from_db()
    assert (
        decisions.approve(submitted, version=submitted.version, by=manager).status
        == BoostStatus.SCHEDULED
    )
