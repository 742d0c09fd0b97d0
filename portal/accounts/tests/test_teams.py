"""Teams: who joins, who leaves, and that a team is never without an owner."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection

from portal import clock
from portal.accounts import teams
from portal.accounts.models import AuditEntry, Membership, Role, Team, User
from portal.accounts.teams import TeamRefusal
from portal.refusals import Refusal


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
    with pytest.raises(TeamRefusal, match="open invitation"):
        teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice)
    with travel(timezone.now() + timedelta(days=7, seconds=1)):
        again = teams.invite(team, email=bob.email, role=Role.ANALYST, by=alice)
        assert list(team.invitations.all()) == [again]
        assert teams.accept(again.token, by=bob).role == Role.ANALYST


def test_a_new_invitation_leaves_those_that_others_may_still_use(
    team: Team, alice: User, bob: User, token: str
) -> None:
    other = teams.create("Another", owner=alice)
    with travel(timezone.now() + timedelta(days=7, seconds=1)):
        for email in ("dora@example.com", "eve@example.com"):
            teams.invite(team, email=email, role=Role.ANALYST, by=alice)
        teams.invite(other, email=bob.email, role=Role.ANALYST, by=alice)
    assert team.invitations.count() == 3
    assert other.invitations.count() == 1


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
    together = Barrier(2)

    def invite() -> bool:
        try:
            together.wait(timeout=30)
            teams.invite(team, email="dora@example.com", role=Role.ANALYST, by=alice)
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(invite) for _ in range(2)]
    assert sorted(one.result() for one in done) == [False, True]
    with pytest.raises(Refusal, match="open invitation already") as refused:
        teams.invite(team, email="dora@example.com", role=Role.ANALYST, by=alice)
    assert refused.value.field == "email"


def test_an_owner_may_leave_when_there_is_another(
    team: Team, alice: User, bob: User, token: str
) -> None:
    teams.change_role(teams.accept(token, by=bob), role=Role.OWNER, by=alice)
    teams.remove(team.memberships.get(user=alice), by=alice)
    assert [member.user for member in team.memberships.all()] == [bob]
