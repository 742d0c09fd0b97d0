"""The waiting boosts of a campaign, decided together: each for itself, and each is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from campaigns.funds.models import Fund
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import PlatformRole, User
from portal.review import claims
from portal.review.models import SIGNED, Decision
from portal.review.together import Fate
from tests.deciding import leave_all_teams

pytestmark = pytest.mark.django_db
Press = Callable[..., Any]


@pytest.fixture
def campaign(shop: Merchant, alice: User) -> Campaign:
    return campaigns.open_one(
        shop, request_key=uuid4(), name="618", starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=9), target_kind="", target_value=None,
        budget_fen=None, by=alice,
    )  # fmt: skip


@pytest.fixture
def three(money: None, campaign: Campaign, a_boost: RequestBoost, alice: User) -> list[Boost]:
    """Three boosts of the campaign wait, and one beside it."""
    boosts.submit(a_boost(), by=alice)
    return [boosts.submit(a_boost(campaign=campaign), by=alice) for _number in range(3)]


@pytest.fixture
def press(campaign: Campaign, manager: User, client_of: Callable[[User], Client]) -> Press:
    """`press("approve", "3:version", ...)` sends the page, and `press("", ...)` without an answer;
    `press()` opens it."""
    url = reverse("review:review-together", args=["boost", campaign.pk])

    def sent(decision: str | None = None, *chosen: str, by: User = manager, **form: Any) -> Any:
        client = client_of(by)
        if decision is None:
            return client.get(url)
        answer = {"decision": decision} if decision else {}
        return client.post(url, {**answer, "chosen": chosen, "field": "", **form})

    return sent


def named(*asked: Boost) -> list[str]:
    return [f"{boost.pk}:{boost.version}" for boost in asked]


def fates(page: Any) -> list[Fate]:
    return [one.fate for one in page.context["outcomes"]]


def states(asked: list[Boost]) -> list[str]:
    return [Boost.objects.get(pk=boost.pk).status for boost in asked]


def test_nothing_is_chosen_before_the_reviewer_chooses(press: Press, three: list[Boost]) -> None:
    page = press()
    assert [choice.subject for choice in page.context["choices"]] == three
    assert "checked" not in page.content.decode()


def test_those_that_are_chosen_are_decided_and_the_rest_waits(
    press: Press, three: list[Boost], manager: User
) -> None:
    page = press("approve", *named(*three[:2]))
    assert fates(page) == [Fate.TAKEN, Fate.TAKEN]
    assert states(three) == [BoostStatus.SCHEDULED, BoostStatus.SCHEDULED, BoostStatus.SUBMITTED]
    assert [choice.subject for choice in page.context["choices"]] == three[2:]
    decided = Decision.objects.filter(noun="boost", verdict="approved")
    assert {row.version for row in decided} == {one.version for one in three[:2]}
    assert "checked" not in page.content.decode()


def test_what_is_stale_is_told_and_the_others_are_taken(
    press: Press, three: list[Boost], alice: User
) -> None:
    chosen = named(*three)
    boosts.submit(boosts.withdraw(three[1], by=alice), by=alice)
    page = press("send_back", *chosen, codes=["no_label"])
    assert fates(page) == [Fate.TAKEN, Fate.REFUSED, Fate.TAKEN]
    assert "this was changed since you opened it" in page.context["outcomes"][1].said
    assert states(three) == [BoostStatus.RETURNED, BoostStatus.SUBMITTED, BoostStatus.RETURNED]


def test_what_refuses_one_refuses_no_other(
    press: Press, three: list[Boost], manager: User, colleague: User, fund: Fund, alice: User,
    a_boost: RequestBoost, campaign: Campaign,
) -> None:  # fmt: skip
    """One is read by a colleague, one has a fund that is short, and one is approved."""
    claims.take(three[0], "boost.review", by=colleague)
    granted = {"budget_fen": 100_000, "grant_fen": 60_000, "fund": fund, "campaign": campaign}
    poor = [boosts.submit(a_boost(**granted), by=alice) for _number in range(2)]
    page = press("approve", *named(three[0], *poor, three[1]))
    assert fates(page) == [Fate.REFUSED, Fate.TAKEN, Fate.REFUSED, Fate.TAKEN]
    said = [one.said for one in page.context["outcomes"]]
    assert colleague.name in said[0]
    assert "It lacks ¥200.00." in said[2]
    assert states([poor[1]]) == [BoostStatus.SUBMITTED]


def test_what_takes_two_is_signed(
    press: Press, three: list[Boost], monkeypatch: pytest.MonkeyPatch, colleague: User
) -> None:
    monkeypatch.setattr(decisions, "FOUR_EYES_FEN", 1)
    assert fates(press("approve", *named(three[0]))) == [Fate.SIGNED]
    assert Decision.objects.about(three[0]).get().verdict == SIGNED
    assert three[0] not in [choice.subject for choice in press().context["choices"]]
    assert fates(press("approve", *named(three[0]), by=colleague)) == [Fate.TAKEN]


def test_the_same_press_decides_once(press: Press, three: list[Boost]) -> None:
    chosen = named(*three)
    press("reject", *chosen, reason="No.")
    again = press("reject", *chosen, reason="No.")
    assert fates(again) == [Fate.REFUSED] * 3
    assert "waits for no decision any more" in again.context["outcomes"][0].said
    assert Decision.objects.filter(noun="boost").count() == 3


@pytest.mark.parametrize(
    ("decision", "is_chosen", "told"),
    [
        ("reject", True, "Write the reason"),
        ("", True, "This field is required"),
        ("approve", False, "Choose what you decide about."),
    ],
)
def test_an_answer_that_is_none_is_taken_for_nothing(
    press: Press, three: list[Boost], decision: str, is_chosen: bool, told: str
) -> None:
    page = press(decision, *(named(*three) if is_chosen else ()))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert set(states(three)) == {BoostStatus.SUBMITTED}
    assert all(choice.is_chosen == is_chosen for choice in page.context["choices"])


def test_what_is_of_no_campaign_is_not_decided_there(
    press: Press, three: list[Boost], a_boost: RequestBoost
) -> None:
    beside = Boost.objects.get(campaign=None, status=BoostStatus.SUBMITTED)
    page = press("approve", *named(beside), "x:y", "9" * 40, *named(three[0]))
    assert fates(page) == [Fate.TAKEN]
    assert states([beside]) == [BoostStatus.SUBMITTED]


def test_who_asked_for_one_is_told_that_he_does_not_decide_it(
    press: Press, three: list[Boost], bob: User
) -> None:
    """Bob was in the team when it asked, and works for the platform now."""
    leave_all_teams(bob)
    User.objects.filter(pk=bob.pk).update(platform_role=PlatformRole.ACCOUNT_MANAGER)
    bob.refresh_from_db()
    assert press(by=bob).context["choices"] == []
    assert fates(press("approve", *named(three[0]), by=bob)) == [Fate.REFUSED]


def test_pages_lead_to_it_where_others_wait(
    three: list[Boost], campaign: Campaign, manager: User, alice: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    url = reverse("review:review-together", args=["boost", campaign.pk])
    detail = reverse("review:review-detail", args=["boost", three[0].pk])
    reads = client_of(manager)
    assert url in reads.get(detail).content.decode()
    assert url in reads.get(campaign.get_absolute_url()).content.decode()
    assert url not in client_of(alice).get(campaign.get_absolute_url()).content.decode()
    Boost.objects.exclude(pk=three[0].pk).update(campaign=None)
    assert url not in reads.get(detail).content.decode()
