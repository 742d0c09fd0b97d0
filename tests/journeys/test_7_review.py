"""A reviewer asks, two sign, a merchant disagrees, and a campaign is decided together."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from campaigns.boosts import verbs as boosts
from campaigns.boosts.decisions import FOUR_EYES_FEN
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from campaigns.ledger import payments, proof
from campaigns.tests.conftest import put_on_sale
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal import clock
from portal.accounts import people
from portal.accounts.models import PlatformRole, User
from tests.journeys.walk import Walk

LABEL = "广告标识在哪里？"


@pytest.fixture
def colleague(db: None) -> User:
    """A second account manager."""
    return people.create(
        "colleague@example.com", "x" * 20, name="Cora", platform_role=PlatformRole.ACCOUNT_MANAGER
    )


@pytest.fixture
def campaign(brand: Merchant, alice: User) -> Campaign:
    today = clock.today()
    return campaigns.open_one(
        brand, request_key=uuid4(), name="618", starts_on=today, target_kind="",
        ends_on=today + timedelta(days=9), target_value=None, budget_fen=None, by=alice,
    )  # fmt: skip


@pytest.fixture
def ask(
    brand: Merchant, note: Note, listing: Listing, manager: User, alice: User
) -> Callable[..., Boost]:
    """`ask(fen)` waits: a boost for a week."""
    put_on_sale(note)
    for number in (1, 2):
        payments.record(brand, amount_fen=FOUR_EYES_FEN, reference=f"ICBC-{number}", by=manager)

    def submitted(budget_fen: int, **more: object) -> Boost:
        today = clock.today()
        boost = boosts.request(
            brand, note=note, objective=Objective.READS, starts_on=today,
            ends_on=today + timedelta(days=6), budget_fen=budget_fen, request_key=uuid4(),
            beside=True, by=alice, **more,  # type: ignore[arg-type]
        )  # fmt: skip
        return boosts.submit(boost, by=alice)

    return submitted


def test_from_a_question_to_a_campaign_that_is_decided_together(
    walk_as: Callable[[User], Walk], ask: Callable[..., Boost], campaign: Campaign, alice: User,
    manager: User, colleague: User,
) -> None:  # fmt: skip
    disputed, other = (ask(70_000, campaign=campaign) for _number in range(2))
    owner, first, second = walk_as(alice), walk_as(manager), walk_as(colleague)
    _ask(first, owner, disputed)
    _reject(first, disputed)
    _disagree(owner, disputed)
    _decide_together(second, campaign)
    large = ask(FOUR_EYES_FEN + 1)
    _sign(first, large)
    _approve(second, large)
    for boost in (large, disputed, other):
        boost.refresh_from_db()
        assert boost.status == BoostStatus.SCHEDULED
    assert not proof.verify().broken


def _page(boost: Boost) -> str:
    return f"/platform/reviews/boost/{boost.pk}/"


def _ask(reviewer: Walk, owner: Walk, boost: Boost) -> None:
    reviewer.open(_page(boost))
    reviewer.follow("Write a comment")
    reviewer.page.get_by_label("The merchant, too").check()
    reviewer.fill(comment=LABEL)
    reviewer.press("Send the comment")
    reviewer.sees(LABEL)
    owner.open(boost.get_absolute_url())
    owner.sees(LABEL)
    owner.follow("Write to the reviewers")
    owner.fill(comment="在首图左上角。")
    owner.press("Send the comment")
    owner.sees("在首图左上角。")


def _reject(reviewer: Walk, boost: Boost) -> None:
    reviewer.open(_page(boost))
    reviewer.sees("在首图左上角。")
    reviewer.page.get_by_label("Reject for good").check()
    reviewer.page.get_by_label("The ad label is missing or hard to see").check()
    reviewer.press("Decide")


def _disagree(owner: Walk, boost: Boost) -> None:
    owner.open(boost.get_absolute_url())
    owner.sees("The ad label is missing or hard to see")
    owner.follow("I disagree")
    owner.fill(why_you_disagree="标识在首图左上角。")
    owner.press("Let somebody else decide")
    owner.sees("Handed in again.")


def _sign(reviewer: Walk, boost: Boost) -> None:
    reviewer.open(_page(boost))
    reviewer.sees("Yours is the first signature")
    reviewer.page.get_by_label("Approve").check()
    reviewer.press("Decide")


def _approve(reviewer: Walk, boost: Boost) -> None:
    reviewer.open(_page(boost))
    reviewer.sees("Your approval is the second.")
    reviewer.page.get_by_label("Approve").check()
    reviewer.press("Decide")


def _decide_together(reviewer: Walk, campaign: Campaign) -> None:
    """Both of the campaign wait for her: one new, one that somebody else rejected."""
    reviewer.open(campaign.get_absolute_url())
    reviewer.follow("Decide about its boosts")
    boxes = reviewer.main.locator("input[name=chosen]")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        expect(box).not_to_be_checked()
        box.check()
    reviewer.page.get_by_label("Approve").check()
    reviewer.press("Decide about the chosen ones")
    expect(reviewer.main.get_by_text("Decided", exact=True)).to_have_count(2)
