"""Mails that somebody makes the portal send have a budget, also when several ask at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.accounts import budgets, teams
from portal.accounts.adapter import ASKED_FOR
from portal.accounts.models import Invitation, MailCount, Role, Team, User
from portal.refusals import Refusal
from tests.racing import at_once

NOON = clock.now().replace(hour=4, minute=0)


@pytest.fixture
def team_of_alice(alice: User) -> Team:
    return teams.create("Alice Ltd", owner=alice)


def invite(team: Team, number: int, by: User) -> Invitation:
    return teams.invite(team, email=f"guest{number}@example.com", role=Role.ANALYST, by=by)


@pytest.mark.django_db
def test_a_team_invites_so_often_a_day_and_is_told_when_it_may_again(
    team_of_alice: Team, alice: User, settings: Any, client_of: Any
) -> None:
    settings.INVITATIONS_A_DAY = 3
    with clock.at(NOON):
        for number in range(3):
            teams.withdraw(invite(team_of_alice, number, alice), by=alice)
        page = reverse("accounts:team-invite", args=[team_of_alice.pk])
        answer = client_of(alice).post(page, {"email": "guest9@example.com", "role": "analyst"})
    assert answer.status_code == 422
    assert "Your team has sent all invitations of today." in answer.content.decode()
    assert not Invitation.objects.exists()
    with clock.at(budgets.opens_again_at()):
        assert invite(team_of_alice, 9, alice)
    assert invite(teams.create("Another", owner=alice), 9, alice)


@pytest.mark.django_db
def test_an_invitation_that_is_refused_takes_no_place(
    team_of_alice: Team, alice: User, settings: Any
) -> None:
    settings.INVITATIONS_A_DAY = 2
    invite(team_of_alice, 1, alice)
    for _ in range(5):
        with pytest.raises(Refusal, match="open invitation"):
            invite(team_of_alice, 1, alice)
    assert invite(team_of_alice, 2, alice)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_place(settings: Any) -> None:
    settings.MAILS_TO_ADDRESS_A_DAY = 3
    taken: list[bool] = []
    at_once(*[lambda: taken.append(budgets.may_write_to("a@example.com")) for _ in range(8)])
    assert sorted(taken) == [False] * 5 + [True] * 3
    assert MailCount.objects.get().sent == 3


@pytest.mark.django_db
def test_nobody_fills_a_letter_box_with_new_passwords(
    alice: User, settings: Any, client: Client
) -> None:
    settings.MAILS_TO_ADDRESS_A_DAY = 1
    page = reverse("account_reset_password")
    answers = [client.post(page, {"email": alice.email}) for _ in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    assert [sent.to for sent in mail.outbox] == [[alice.email]]


@pytest.mark.django_db
def test_counts_of_last_week_are_not_kept(settings: Any) -> None:
    with clock.at(clock.now() - timedelta(days=9)):
        budgets.may_write_to("a@example.com")
    budgets.may_write_to("b@example.com")
    assert MailCount.objects.count() == 1


def test_every_mail_that_is_counted_has_a_text() -> None:
    from django.conf import settings

    for prefix in ASKED_FOR:
        assert (settings.BASE_DIR / f"templates/{prefix}_message.txt").exists(), prefix
