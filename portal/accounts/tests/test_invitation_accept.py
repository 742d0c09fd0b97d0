"""The page behind an invitation's link, for newcomers and for people who have an account."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from conftest import PASSWORD
from portal.accounts import teams
from portal.accounts.models import Role, Team, User


@pytest.fixture
def link(team: Team, alice: User) -> str:
    """Alice's invitation of somebody new."""
    sent = teams.invite(team, email="new@example.com", role=Role.ANALYST, by=alice)
    return reverse("accounts:invitation-accept", args=[sent.token])


def test_a_newcomer_signs_up_and_joins_without_a_second_mail(
    team: Team, link: str, client: Client
) -> None:
    assert "Create an account" in client.get(link).content.decode()
    signed_up = client.post(
        reverse("account_signup") + f"?next={link}",
        {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD, "next": link},
    )
    assert signed_up.headers["Location"] == link
    client.post(link)
    assert team.memberships.get(user__email="new@example.com").role == Role.ANALYST


def test_an_address_that_was_not_invited_stays_unverified(link: str, client: Client) -> None:
    client.get(link)
    client.post(
        reverse("account_signup"),
        {"email": "other@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert User.objects.filter(email="new@example.com").exists()
    assert not EmailAddress.objects.filter(email="other@example.com", verified=True).exists()


def test_charlie_is_told_whom_the_invitation_is_for(
    link: str, charlie: User, client_of: Callable[[User], Client]
) -> None:
    answer: Any = client_of(charlie).post(link)
    assert answer.status_code == 422
    assert "new@example.com" in answer.content.decode()


@pytest.mark.parametrize("is_proved", [True, False])
def test_who_has_proved_another_address_joins_by_it(
    team: Team, link: str, charlie: User, client_of: Callable[[User], Client], is_proved: bool
) -> None:
    EmailAddress.objects.create(user=charlie, email="New@example.com", verified=is_proved)
    client_of(charlie).post(link)
    assert team.memberships.filter(user=charlie).exists() is is_proved
    assert team.invitations.filter(accepted_at=None).exists() is not is_proved
