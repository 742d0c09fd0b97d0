"""People of the platform are in no team, and nobody in a team gets a role of the platform."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from portal.accounts import permissions, teams
from portal.accounts.models import FormerMember, Membership, PlatformRole, Role, Team, User
from portal.refusals import Refusal
from portal.saving import save_or_refuse
from tests.racing import at_once


@pytest.fixture
def team(alice: User, bob: User) -> Team:
    """Alice's, where Bob operates."""
    team = teams.create("Alice Ltd", owner=alice)
    Membership.objects.create(team=team, user=bob, role=Role.OPERATOR)
    return team


def promote(person: User) -> None:
    User.objects.filter(pk=person.pk).update(platform_role=PlatformRole.ADMIN)


# The kinds of addresses there are, of which whoever invites learns nothing.
ADDRESSES = ["nobody@example.com", "charlie", "admin", "manager", "private@example.com"]


@pytest.mark.django_db
@pytest.mark.parametrize("whose", ADDRESSES)
def test_an_owner_who_invites_learns_nothing_of_the_address(
    team: Team,
    alice: User,
    charlie: User,
    admin: User,
    manager: User,
    client_of: Callable[[User], Client],
    django_capture_on_commit_callbacks: Any,
    mailoutbox: list[Any],
    whose: str,
) -> None:
    """Nobody's, a member's of another team, an admin's, a manager's, an admin's second one."""
    teams.create("Charlie Ltd", owner=charlie)
    EmailAddress.objects.create(user=admin, email="Private@example.com", verified=True)
    person = {"charlie": charlie, "admin": admin, "manager": manager}.get(whose)
    address = person.email.upper() if person else whose
    page = reverse("accounts:team-invite", args=[team.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(alice).post(page, {"email": address, "role": Role.OWNER}, follow=True)
    said = answer.content.decode().replace(address.lower(), "ADDRESS")
    assert "The invitation is on its way." in said
    assert "ADDRESS · Owner" in said
    assert [mail.to for mail in mailoutbox] == [[address.lower()]]
    refused = client_of(alice).post(page, {"email": address, "role": Role.OWNER})
    assert "This address has an open invitation already." in refused.content.decode()


@pytest.mark.django_db
def test_who_is_of_the_platform_is_told_behind_the_link_and_does_not_join(
    team: Team, alice: User, admin: User, client_of: Callable[[User], Client]
) -> None:
    invitation = teams.invite(team, email=admin.email, role=Role.OWNER, by=alice)
    page = reverse("accounts:invitation-accept", args=[invitation.token])
    read = client_of(admin).get(page).content.decode()
    assert "People of the platform are in no team, so you cannot join." in read
    assert "Join the team" not in read
    answer = client_of(admin).post(page)
    assert answer.status_code == 422
    assert not team.memberships.filter(user=admin).exists()


@pytest.mark.django_db
def test_who_became_an_admin_after_he_was_invited_does_not_join(
    team: Team, alice: User, charlie: User
) -> None:
    invitation = teams.invite(team, email=charlie.email, role=Role.OWNER, by=alice)
    promote(charlie)
    with pytest.raises(Refusal, match="People of the platform are in no team"):
        teams.accept(invitation.token, by=charlie)
    assert not team.memberships.filter(user=charlie).exists()
    User.objects.update(platform_role="")
    assert teams.accept(invitation.token, by=User.objects.get(pk=charlie.pk)).role == Role.OWNER


@pytest.mark.django_db
def test_the_database_lets_no_admin_into_a_team(team: Team, admin: User) -> None:
    with pytest.raises(IntegrityError, match="member_is_not_of_the_platform"):
        Membership.objects.create(team=team, user=admin, role=Role.OWNER)


@pytest.mark.django_db
def test_the_database_gives_no_member_a_platform_role(team: Team, bob: User) -> None:
    with pytest.raises(IntegrityError, match="platform_role_is_no_members"):
        promote(bob)


@pytest.mark.django_db
def test_who_saves_a_member_with_a_platform_role_reads_a_sentence(team: Team, bob: User) -> None:
    bob.platform_role = PlatformRole.ACCOUNT_MANAGER
    with pytest.raises(Refusal, match="A member of a team gets no role of the platform"):
        save_or_refuse(bob)
    teams.remove(team.memberships.get(user=bob), by=bob)
    save_or_refuse(bob)
    assert User.objects.get(pk=bob.pk).is_account_manager


@pytest.mark.django_db(transaction=True)
def test_joining_and_getting_a_role_at_once_gives_one_of_them(team: Team, charlie: User) -> None:
    def join() -> None:
        Membership.objects.create(team=team, user=charlie, role=Role.OPERATOR)

    for _ in range(20):
        done, _refused = at_once(join, lambda: promote(charlie), refusal=IntegrityError)
        assert len(done) == 1
        team.memberships.filter(user=charlie).delete()
        User.objects.filter(pk=charlie.pk).update(platform_role="")


@pytest.mark.django_db
def test_a_team_role_gives_nothing_to_whoever_has_a_platform_role(team: Team, alice: User) -> None:
    """As on a site whose rows are older than the rule."""
    assert permissions.may(alice, "merchant.edit", team)
    alice.platform_role = PlatformRole.ACCOUNT_MANAGER
    assert not permissions.may(alice, "merchant.edit", team)
    assert "merchant.edit" not in permissions.actions(alice, team)


@pytest.mark.django_db
def test_who_was_both_before_the_rule_can_still_choose_a_password(team: Team, alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user DISABLE TRIGGER platform_role_is_no_members")
        promote(alice)
        cursor.execute("ALTER TABLE accounts_user ENABLE TRIGGER platform_role_is_no_members")
    both = User.objects.get(pk=alice.pk)
    both.set_password("another long pass phrase")
    both.save()
    both.platform_role = PlatformRole.ACCOUNT_MANAGER
    with pytest.raises(IntegrityError, match="platform_role_is_no_members"):
        both.save()


@pytest.mark.django_db
def test_a_team_remembers_who_left_it(team: Team, alice: User, bob: User) -> None:
    teams.remove(team.memberships.get(user=bob), by=alice)
    assert FormerMember.objects.get().user == bob
    assert FormerMember.objects.get().team == team


@pytest.mark.django_db
def test_who_left_before_teams_remembered_is_found_in_the_audit_log(
    team: Team, alice: User, bob: User, charlie: User
) -> None:
    """Charlie had joined and left; Alice, who had founded the team, left it to Bob."""
    invitation = teams.invite(team, email=charlie.email, role=Role.OPERATOR, by=alice)
    teams.remove(teams.accept(invitation.token, by=charlie), by=alice)
    teams.change_role(team.memberships.get(user=bob), role=Role.OWNER, by=alice)
    teams.remove(team.memberships.get(user=alice), by=bob)
    FormerMember.objects.all().delete()
    User.objects.filter(pk=alice.pk).update(email="ally@example.com")
    remember = import_module("portal.accounts.migrations.0007_platform_people_are_in_no_team")
    with connection.cursor() as cursor:
        cursor.execute(remember.REMEMBER)
    left: Any = FormerMember.objects.values_list("user", "team")
    assert set(left) == {(charlie.pk, team.pk), (alice.pk, team.pk)}
