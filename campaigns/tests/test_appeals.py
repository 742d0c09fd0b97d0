"""A merchant disagrees: the same boost, another person, and what he decides stands."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from campaigns.boosts import appealing, decisions, funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts import versions
from portal.accounts.models import AuditEntry, User
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.review import appeals, kinds
from portal.review.appeals import AppealRefusal
from portal.review.concerned import ties_of
from portal.review.door import DecisionRefusal
from portal.review.models import Appeal, Outcome

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NOT_AGAIN = "Somebody who has not decided yet has to"


@pytest.fixture
def submitted(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    return boosts.submit(a_boost(), by=alice)


@pytest.fixture
def rejected(submitted: Boost, manager: User) -> Boost:
    return decisions.reject(submitted, version=submitted.version, reason="No.", by=manager)


@pytest.fixture
def returned(submitted: Boost, manager: User) -> Boost:
    return decisions.send_back(submitted, version=submitted.version, reason="No.", by=manager)


def users_of(boost: Boost) -> QuerySet[User]:
    return User.objects.filter(memberships__team=boost.merchant.team)


def outcome_of(boost: Boost) -> str:
    return Appeal.objects.get(noun="boost", number=boost.pk).outcome


def test_a_rejection_is_overturned_by_another_person(
    rejected: Boost, manager: User, colleague: User, alice: User
) -> None:
    again = appealing.appeal(rejected, text="The label is there.", by=alice)
    assert (again.status, again.submission) == (BoostStatus.SUBMITTED, 2)
    assert funding.held_fen(again) == 70_000
    assert outcome_of(again) == Outcome.OPEN
    approved = decisions.approve(again, version=again.version, by=colleague)
    assert approved.status == BoostStatus.SCHEDULED
    assert outcome_of(again) == Outcome.OVERTURNED
    assert verify().broken == []


@pytest.mark.parametrize("answer", ["approve", "send_back", "reject"])
def test_who_has_decided_is_refused_by_verb_page_and_queue(
    rejected: Boost, manager: User, colleague: User, alice: User, client_of: ClientOf, answer: str
) -> None:
    boost = appealing.appeal(rejected, text="The label is there.", by=alice)
    decide = getattr(decisions, answer)
    with pytest.raises(DecisionRefusal, match=NOT_AGAIN):
        decide(boost, version=boost.version, reason="No.", by=manager)
    url = reverse("review:review-detail", args=["boost", boost.pk])
    page = client_of(manager).get(url).content.decode()
    assert NOT_AGAIN in page
    assert 'name="decision"' not in page
    form = {"version": boost.version, "decision": answer, "reason": "No.", "field": ""}
    assert client_of(manager).post(url, form).status_code == 422
    kind = kinds.of("boost")
    assert kind
    assert not kind.waiting(ties_of(manager)).filter(pk=boost.pk).exists()
    assert kind.waiting(ties_of(colleague)).filter(pk=boost.pk).exists()
    shown = client_of(colleague).get(url).content.decode()
    assert "The label is there." in shown
    assert "Nothing of it was changed." in shown
    assert client_of(colleague).post(url, form).status_code == 302


def test_the_rule_is_about_disputed_decisions_alone(
    returned: Boost, manager: User, alice: User
) -> None:
    """Who sent a boost back decides about its correction."""
    boost = boosts.submit(returned, by=alice)
    decisions.approve(boost, version=boost.version, by=manager)


def test_only_who_has_not_decided_is_told(
    rejected: Boost, manager: User, colleague: User, alice: User
) -> None:
    before = Notice.objects.filter(user=manager).count()
    appealing.appeal(rejected, text="The label is there.", by=alice)
    assert Notice.objects.filter(user=manager).count() == before
    assert Notice.objects.filter(user=colleague).count() == 1


def test_what_a_second_person_decided_stands(rejected: Boost, colleague: User, alice: User) -> None:
    boost = appealing.appeal(rejected, text="The label is there.", by=alice)
    boost = decisions.reject(boost, version=boost.version, reason="No.", by=colleague)
    assert outcome_of(boost) == Outcome.UPHELD
    with pytest.raises(AppealRefusal, match="by a second person already"):
        appealing.appeal(boost, text="Still.", by=alice)
    assert ledger.wallet_of(boost.merchant).balance_fen == 500_000


def test_another_no_neither_stands_nor_falls(
    rejected: Boost, manager: User, colleague: User, alice: User, client_of: ClientOf
) -> None:
    """What was rejected for good may be corrected now: who reads that it stands is misled."""
    boost = appealing.appeal(rejected, text="The label is there.", by=alice)
    decisions.send_back(boost, version=boost.version, reason="Too long.", by=colleague)
    assert outcome_of(boost) == Outcome.CHANGED
    page = client_of(manager).get(reverse("review:review-detail", args=["boost", boost.pk]))
    assert page.status_code == 200
    assert "Decided otherwise, and not granted" in page.content.decode()
    assert "The decision stands" not in page.content.decode()


def test_what_was_sent_back_again_stands(returned: Boost, colleague: User, alice: User) -> None:
    boost = appealing.appeal(returned, text="The label is there.", by=alice)
    decisions.send_back(boost, version=boost.version, reason="No.", by=colleague)
    assert outcome_of(boost) == Outcome.UPHELD


def test_a_correction_is_no_appeal(returned: Boost, alice: User) -> None:
    boosts.edit(
        returned,
        version=versions.of(returned),
        note=returned.note,
        objective=Objective.READS,
        starts_on=returned.starts_on,
        ends_on=returned.ends_on,
        budget_fen=80_000,
        beside=True,
        by=alice,
    )
    with pytest.raises(AppealRefusal, match="Submit it as a correction"):
        appealing.appeal(returned, text="But.", by=alice)


def test_an_appeal_against_a_rejection_is_taken_back_and_makes_it_no_draft(
    rejected: Boost, alice: User, client_of: ClientOf
) -> None:
    client, told = client_of(alice), Notice.objects.filter(user__in=users_of(rejected))
    boost = appealing.appeal(rejected, text="The label is there.", by=alice)
    page = client.get(boost.get_absolute_url()).content.decode()
    assert "Disagree no more" in page
    assert "Withdraw" not in page
    before = told.count()
    url = reverse("campaigns:boost-withdraw", args=[boost.merchant.code, boost.pk])
    page = client.post(url, follow=True).content.decode()
    assert "The rejection stands, and the money is back in your wallet." in page
    boost.refresh_from_db()
    assert (boost.status, funding.held_fen(boost)) == (BoostStatus.REJECTED, 0)
    assert ledger.wallet_of(boost.merchant).balance_fen == 500_000
    assert outcome_of(boost) == Outcome.WITHDRAWN
    assert told.count() == before
    assert AuditEntry.objects.filter(verb="boost.appeal_taken_back", actor=alice).count() == 1
    # It was one chance, and the rejection is not another one.
    assert reverse("campaigns:boost-appeal", args=[boost.merchant.code, boost.pk]) not in page
    with pytest.raises(AppealRefusal, match="that ended"):
        appealing.appeal(boost, text="Again.", by=alice)
    with pytest.raises(boosts.BoostRefusal):
        boosts.withdraw(boost, by=alice)
    with pytest.raises(AppealRefusal, match="Nobody disagrees"):
        appealing.take_back(boost, by=alice)
    assert verify().broken == []


def test_where_nobody_is_left_to_decide_the_page_says_so_and_admins_are_told(
    rejected: Boost, alice: User, admin: User, client_of: ClientOf, request: pytest.FixtureRequest
) -> None:
    told = Notice.objects.filter(user=admin, text__contains="no account manager may decide")
    boost = appealing.appeal(rejected, text="The label is there.", by=alice)
    assert told.count() == 1
    page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert "Nobody is left who may decide upon this" in page
    request.getfixturevalue("colleague")
    page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert "Nobody is left who may decide upon this" not in page


def test_an_appeal_takes_what_submitting_takes(
    rejected: Boost, alice: User, client_of: ClientOf
) -> None:
    with clock.at(rejected.starts_at + timedelta(days=1)):
        page = client_of(alice).post(
            reverse("campaigns:boost-appeal", args=[rejected.merchant.code, rejected.pk]),
            {"text": "But."},
        )
    assert page.status_code == 422
    assert "The first day is today or later." in page.content.decode()
    rejected.refresh_from_db()
    assert rejected.status == BoostStatus.REJECTED
    assert funding.held_fen(rejected) == 0


def test_what_no_person_decided_is_not_disputed(
    submitted: Boost, alice: User, client_of: ClientOf
) -> None:
    """A closing returned it; nobody said no."""
    url = reverse("campaigns:boost-appeal", args=[submitted.merchant.code, submitted.pk])
    Boost.objects.filter(pk=submitted.pk).update(status=BoostStatus.RETURNED)
    submitted.refresh_from_db()
    client = client_of(alice)
    assert url not in client.get(submitted.get_absolute_url()).content.decode()
    answer = client.post(url, {"text": "But."})
    assert "No person decided this." in answer.content.decode()


def test_a_no_of_an_earlier_submission_is_not_disputed(returned: Boost, alice: User) -> None:
    boost = boosts.submit(returned, by=alice)
    Boost.objects.filter(pk=boost.pk).update(status=BoostStatus.RETURNED)
    with pytest.raises(AppealRefusal, match="No person decided this"):
        appealing.appeal(boost, text="But.", by=alice)


def test_an_appeal_against_a_return_is_withdrawn_with_the_boost(
    returned: Boost, alice: User, manager: User
) -> None:
    boost = appealing.appeal(returned, text="It is right.", by=alice)
    boosts.withdraw(boost, by=alice)
    assert outcome_of(boost) == Outcome.WITHDRAWN
    boost = boosts.submit(boost, by=alice)
    decisions.approve(boost, version=boost.version, by=manager)


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_appeal_says_why(rejected: Boost, alice: User, text: str) -> None:
    with pytest.raises(Refusal, match="Write the reason") as refused:
        appealing.appeal(rejected, text=text, by=alice)
    assert refused.value.field == "text"
    rejected.refresh_from_db()
    assert rejected.status == BoostStatus.REJECTED


def test_an_appeal_takes_a_no_a_period_and_the_right(
    submitted: Boost, rejected: Boost, alice: User, ana: User
) -> None:
    with pytest.raises(PermissionDenied):
        appealing.appeal(rejected, text="But.", by=ana)
    with (
        clock.at(rejected.ends_at + timedelta(minutes=1)),
        pytest.raises(AppealRefusal, match="Its period is over"),
    ):
        appealing.appeal(rejected, text="But.", by=alice)
    boost = appealing.appeal(rejected, text="But.", by=alice)
    with pytest.raises(AppealRefusal, match="Only a decision that said no"):
        appealing.appeal(boost, text="But.", by=alice)


def test_a_rejection_is_disputed_though_its_campaign_was_closed_since(
    money: None, shop: Merchant, a_boost: RequestBoost, alice: User, manager: User
) -> None:
    """Nothing is added to the campaign; what was rejected can choose no other."""
    campaign = Campaign.objects.create(
        merchant=shop, name="618", starts_on=clock.today(), ends_on=clock.today(),
        created_by=alice, request_key=uuid4(),
    )  # fmt: skip
    boost = boosts.submit(a_boost(campaign=campaign), by=alice)
    boost = decisions.reject(boost, version=boost.version, reason="No.", by=manager)
    campaigns.close(campaign, by=alice)
    assert appealing.appeal(boost, text="But.", by=alice).status == BoostStatus.SUBMITTED


def test_a_merchant_disagrees_on_its_page(
    rejected: Boost, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    url = reverse("campaigns:boost-appeal", args=[rejected.merchant.code, rejected.pk])
    assert url in client.get(rejected.get_absolute_url()).content.decode()
    told = client.post(url, {"text": "The label is there."}, follow=True).content.decode()
    assert "Handed in again." in told
    assert "Waits for another person" in told
    assert url not in told
    assert appeals.open_of(rejected)
