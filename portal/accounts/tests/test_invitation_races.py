"""An invitation is accepted while it is withdrawn: one of the two is done, the other refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from portal.accounts import teams
from portal.accounts.models import AuditEntry, Invitation, Role, Team, User
from portal.accounts.teams import TeamRefusal

pytestmark = pytest.mark.django_db(transaction=True)
# How long the second has to show that it waits for the first.
SECONDS = 0.5


@pytest.fixture
def invitation(alice: User, bob: User) -> Invitation:
    """Alice's to Bob."""
    team = teams.create("Alice Ltd", owner=alice)
    return teams.invite(team, email=bob.email, role=Role.OPERATOR, by=alice)


def one_after_the_other(first: Callable[[], object], second: Callable[[], object]) -> str:
    """Do `second` while `first` is done but not committed; what is said to it."""

    def act() -> str:
        try:
            second()
        except TeamRefusal as refusal:
            return refusal.message
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            done = pool.submit(act)
            assert not wait([done], timeout=SECONDS).done
        return done.result()


def acts(team: Team) -> list[str]:
    return list(team.audit_entries.order_by("pk").values_list("verb", flat=True))


def test_an_invitation_that_is_being_accepted_is_not_withdrawn(
    invitation: Invitation, alice: User, bob: User
) -> None:
    said = one_after_the_other(
        lambda: teams.accept(invitation.token, by=bob),
        lambda: teams.withdraw(invitation, by=alice),
    )
    assert said == "This invitation was accepted or withdrawn a moment ago."
    assert invitation.team.memberships.filter(user=bob).exists()
    assert invitation.team.invitations.exclude(accepted_at=None).get() == invitation
    assert acts(invitation.team) == ["team.created", "team.invited", "team.joined"]


def test_an_invitation_that_is_being_withdrawn_is_not_accepted(
    invitation: Invitation, alice: User, bob: User
) -> None:
    said = one_after_the_other(
        lambda: teams.withdraw(invitation, by=alice),
        lambda: teams.accept(invitation.token, by=bob),
    )
    assert said == "This invitation is no longer valid. Ask for a new one."
    assert not invitation.team.memberships.filter(user=bob).exists()
    assert acts(invitation.team) == ["team.created", "team.invited", "team.invitation_withdrawn"]


def test_an_invitation_is_withdrawn_once(invitation: Invitation, alice: User, bob: User) -> None:
    again = Invitation.objects.get(pk=invitation.pk)
    said = one_after_the_other(
        lambda: teams.withdraw(invitation, by=alice), lambda: teams.withdraw(again, by=alice)
    )
    assert said == "This invitation was accepted or withdrawn a moment ago."
    assert AuditEntry.objects.filter(verb="team.invitation_withdrawn").count() == 1
