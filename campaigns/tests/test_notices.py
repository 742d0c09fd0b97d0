"""Who hears of a boost: those of the team who may change it, and those who may decide about it."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.ledger import payments
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import FormerMember, Team, User
from portal.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(money: None, a_boost: RequestBoost) -> Boost:
    """A boost that Alice can submit today; nobody has a notice yet."""
    today = clock.today()
    boost = a_boost(starts_on=today, ends_on=today, today=today)
    Notice.objects.all().delete()
    return boost


def told(user: User) -> list[tuple[str, str]]:
    """What the person's bell says, and where each line leads."""
    return [(str(notice), notice.url) for notice in user.notices.order_by("pk")]


def test_every_account_manager_is_told_while_the_merchant_has_none_of_its_own(
    draft: Boost, alice: User, manager: User, colleague: User, admin: User
) -> None:
    Merchant.objects.update(account_manager=None)
    boosts.submit(draft, by=alice)
    sentence = f"“Alice Beauty” asks to boost “{draft.note.title}”."
    page = reverse("review:review-detail", args=["boost", draft.pk])
    assert told(manager) == told(colleague) == [(sentence, page)]
    assert told(admin) == []


def test_the_merchants_own_account_manager_is_told_alone(
    draft: Boost, alice: User, manager: User, colleague: User
) -> None:
    Merchant.objects.update(account_manager=manager)
    boosts.submit(draft, by=alice)
    assert len(told(manager)) == 1
    assert told(colleague) == []


def test_a_colleague_is_told_when_the_merchants_own_manager_may_not_decide(
    draft: Boost, alice: User, manager: User, colleague: User
) -> None:
    Merchant.objects.update(account_manager=manager)
    FormerMember.objects.create(team=draft.merchant.team, user=manager)
    boosts.submit(draft, by=alice)
    assert told(manager) == []
    assert len(told(colleague)) == 1


def test_admins_are_told_when_no_account_manager_may_decide(
    draft: Boost, alice: User, manager: User, colleague: User, admin: User
) -> None:
    Merchant.objects.update(account_manager=manager)
    FormerMember.objects.create(team=draft.merchant.team, user=manager)
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    boosts.submit(draft, by=alice)
    assert told(manager) == told(colleague) == []
    said = f"“Alice Beauty” asks to boost “{draft.note.title}”, and no account manager may decide"
    assert [sentence for sentence, _page in told(admin)] == [f"{said} it."]


def test_admins_are_told_of_a_payment_that_no_second_person_may_sign(
    shop: Merchant, manager: User, admin: User
) -> None:
    Notice.objects.all().delete()
    payments.record(shop, amount_fen=payments.TWO_PERSON_FEN + 1, reference="BUG-1", by=manager)
    assert ["no second person may sign it" in sentence for sentence, _page in told(admin)] == [True]


def test_an_account_manager_who_left_is_told_nothing(
    draft: Boost, alice: User, manager: User, colleague: User
) -> None:
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    boosts.submit(draft, by=alice)
    assert len(told(manager)) == 1
    assert told(colleague) == []


@pytest.mark.parametrize(
    ("decide", "told_of_it"),
    [
        (decisions.approve, "is approved."),
        (decisions.send_back, "came back: see the reason."),
        (decisions.reject, "was rejected: see the reason."),
    ],
)
def test_a_decision_is_told_to_those_of_the_team_who_may_change_the_boost(
    draft: Boost,
    team: Team,
    rival: Merchant,
    alice: User,
    bob: User,
    ana: User,
    fin: User,
    charlie: User,
    manager: User,
    decide: Callable[..., Boost],
    told_of_it: str,
) -> None:
    submitted = boosts.submit(draft, by=alice)
    Notice.objects.all().delete()
    decide(submitted, version=submitted.version, reason="Shorter.", by=manager)
    sentence = f"The boost of “{draft.note.title}” {told_of_it}"
    assert told(alice) == told(bob) == [(sentence, draft.get_absolute_url())]
    assert told(ana) == told(fin) == told(charlie) == told(manager) == []
