"""Teams: who joins, who leaves, and that a team is never without an owner."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from portal import clock
from portal.accounts import teams
from portal.accounts.models import AuditEntry, Membership, Role, Team, User
from portal.accounts.teams import TeamRefusal
from portal.refusals import Refusal
from tests.racing import at_once, one_after_the_other


@pytest.fixture
def team(alice: User) -> Team:
    return teams.create("Alice Ltd", owner=alice)


def token_in_mail() -> str:
    found = re.search(r"/invitations/([\w-]+)/", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.fixture
def token(team: Team, alice: User, bob: User, django_capture_on_commit_callbacks: Any) -> str:
    """The link Alice sent to Bob."""
    with django_capture_on_commit_callbacks(execute=True):
        teams.invite(team, email=bob.email, role=Role.OPERATOR, by=alice)
    return token_in_mail()


def test_bob_joins_by_the_link_he_was_sent(team: Team, bob: User, token: str) -> None:
    assert teams.accept(token, by=bob).role == Role.OPERATOR
    assert AuditEntry.objects.filter(team=team, verb="team.joined", actor=bob).exists()


def test_a_link_works_once(bob: User, token: str) -> None:
    teams.accept(token, by=bob)
    with pytest.raises(TeamRefusal, match="no longer valid"):
        teams.accept(token, by=bob)


def test_a_link_dies_after_seven_days(bob: User, token: str) -> None:
    with (
        clock.at(clock.now() + timedelta(days=7)),
        pytest.raises(TeamRefusal, match="no longer valid"),
    ):
        teams.accept(token, by=bob)


def test_an_expired_invitation_makes_room_for_a_new_one(
    team: Team, alice: User, bob: User, token: str
) -> None:
    with pytest.raises(Refusal, match="open invitation"):
        teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        again = teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice)
        assert list(team.invitations.all()) == [again]
        assert teams.accept(again.token, by=bob).role == Role.ANALYST


def test_a_new_invitation_leaves_those_that_others_may_still_use(
    team: Team, alice: User, bob: User, token: str
) -> None:
    other = teams.create("Another", owner=alice)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        for email in ("dora@example.com", "eve@example.com"):
            teams.invite(team, email=email, role=Role.ANALYST, by=alice)
        teams.invite(other, email=bob.email, role=Role.ANALYST, by=alice)
    assert team.invitations.count() == 3
    assert other.invitations.count() == 1


def test_an_invitation_that_was_accepted_is_kept_however_old_it_is(
    team: Team, alice: User, bob: User, token: str
) -> None:
    accepted = team.invitations.get()
    teams.remove(teams.accept(token, by=bob), by=alice)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        again = teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice)
    assert set(team.invitations.all()) == {accepted, again}


def test_charlie_cannot_use_bobs_link(charlie: User, token: str) -> None:
    with pytest.raises(TeamRefusal, match=r"bob@example\.com"):
        teams.accept(token, by=charlie)


def test_the_database_does_not_hold_the_token(team: Team, token: str) -> None:
    assert token not in str(team.invitations.values())


def test_an_operator_may_not_invite(team: Team, bob: User, token: str) -> None:
    teams.accept(token, by=bob)
    with pytest.raises(PermissionDenied):
        teams.invite(team, email="eve@example.com", role=Role.OWNER, by=bob)


def test_the_last_owner_can_neither_leave_nor_step_down(team: Team, alice: User) -> None:
    membership = team.memberships.get(user=alice)
    with pytest.raises(TeamRefusal, match="needs an owner"):
        teams.remove(membership, by=alice)
    with pytest.raises(TeamRefusal, match="needs an owner"):
        teams.change_role(membership, role=Role.ANALYST, by=alice)


def test_a_person_is_removed_once(team: Team, alice: User, bob: User, token: str) -> None:
    membership = teams.accept(token, by=bob)
    teams.remove(Membership.objects.get(pk=membership.pk), by=alice)
    with pytest.raises(TeamRefusal, match="not in the team any more"):
        teams.remove(membership, by=alice)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_inviting_at_once_send_one_invitation(team: Team, alice: User) -> None:
    invite = partial(teams.invite, team, email="dora@example.com", role=Role.ANALYST, by=alice)
    invited, late = at_once(invite, invite)
    assert (len(invited), len(late)) == (1, 1)
    with pytest.raises(Refusal, match="open invitation already") as refused:
        invite()
    assert refused.value.field == "email"


@pytest.mark.django_db(transaction=True)
def test_who_is_being_removed_invites_nobody_meanwhile(team: Team, alice: User, bob: User) -> None:
    both_own = Membership.objects.create(team=team, user=bob, role=Role.OWNER)
    with pytest.raises(PermissionDenied):
        one_after_the_other(
            lambda: teams.remove(both_own, by=alice),
            lambda: teams.invite(team, email="friend@example.com", role=Role.OWNER, by=bob),
        )
    assert not team.invitations.exists()


def test_an_owner_may_leave_when_there_is_another(
    team: Team, alice: User, bob: User, token: str
) -> None:
    teams.change_role(teams.accept(token, by=bob), role=Role.OWNER, by=alice)
    teams.remove(team.memberships.get(user=alice), by=alice)
    assert [member.user for member in team.memberships.all()] == [bob]


def test_a_link_opens_its_own_invitation_and_no_other(
    team: Team, alice: User, bob: User, token: str
) -> None:
    other = teams.create("Another", owner=alice)
    theirs = teams.invite(other, email=bob.email, role=Role.ANALYST, by=alice)
    found = teams.find_invitation(token)
    assert found is not None
    assert (found.team, found.invited_by) == (team, alice)
    for wrong in ("", "nonsense", token + "x"):
        assert teams.find_invitation(wrong) is None
        with pytest.raises(TeamRefusal, match="no longer valid"):
            teams.accept(wrong, by=bob)
    assert teams.accept(token, by=bob).team == team
    assert teams.find_invitation(token) is None
    assert teams.accept(theirs.token, by=bob).team == other


def test_an_expired_link_shows_nothing(token: str) -> None:
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        assert teams.find_invitation(token) is None


def test_a_withdrawn_invitation_works_no_more(
    team: Team, alice: User, bob: User, token: str
) -> None:
    invitation = team.invitations.get()
    with pytest.raises(PermissionDenied):
        teams.withdraw(invitation, by=bob)
    teams.withdraw(invitation, by=alice)
    with pytest.raises(TeamRefusal, match="no longer valid"):
        teams.accept(token, by=bob)


def test_who_is_in_the_team_or_invited_is_not_invited_again(
    team: Team, alice: User, bob: User, token: str
) -> None:
    for known, sentence in [(bob, "open invitation"), (alice, "in the team already")]:
        with pytest.raises(Refusal, match=sentence) as refused:
            teams.invite(team, email=f" {known.email.upper()} ", role=Role.ANALYST, by=alice)
        assert refused.value.field == "email"
    membership = teams.accept(token, by=bob)
    with pytest.raises(TeamRefusal, match="in the team already"):
        teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice)
    teams.remove(membership, by=alice)
    assert teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice).email == bob.email


def test_only_an_owner_changes_roles_and_removes_and_anybody_may_leave(
    team: Team, alice: User, bob: User, charlie: User, token: str
) -> None:
    membership = teams.accept(token, by=bob)
    for person in (bob, charlie):
        with pytest.raises(PermissionDenied):
            teams.change_role(membership, role=Role.OWNER, by=person)
    with pytest.raises(PermissionDenied):
        teams.remove(membership, by=charlie)
    teams.change_role(membership, role=Role.FINANCE, by=alice)
    assert team.memberships.get(user=bob).role == Role.FINANCE
    teams.remove(membership, by=bob)
    assert not team.memberships.filter(user=bob).exists()


def test_a_mail_that_cannot_leave_takes_no_invitation_back(
    team: Team, alice: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = "there.is.no.such.Backend"
    with django_capture_on_commit_callbacks(execute=True):
        teams.invite(team, email="new@example.com", role=Role.ANALYST, by=alice)
    assert team.invitations.filter(email="new@example.com").exists()


def test_every_change_of_a_team_is_written_down(team: Team, alice: User, bob: User) -> None:
    sent = teams.invite(team, email=bob.email, role=Role.OPERATOR, by=alice)
    membership = teams.accept(sent.token, by=bob)
    teams.change_role(membership, role=Role.FINANCE, by=alice)
    teams.remove(membership, by=alice)
    again = teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice)
    teams.withdraw(again, by=alice)
    kept = team.audit_entries.order_by("pk").values_list("verb", "actor", "team", "old", "new")
    operator, finance, analyst = ({"role": role} for role in ("operator", "finance", "analyst"))
    assert list(kept) == [
        ("team.created", alice.pk, team.pk, {}, {"owner": alice.email}),
        ("team.invited", alice.pk, team.pk, {}, operator),
        ("team.joined", bob.pk, team.pk, {}, operator),
        ("team.role_changed", alice.pk, team.pk, operator, finance),
        ("team.removed", alice.pk, team.pk, finance, {}),
        ("team.invited", alice.pk, team.pk, {}, analyst),
        ("team.invitation_withdrawn", alice.pk, team.pk, {}, {}),
    ]
