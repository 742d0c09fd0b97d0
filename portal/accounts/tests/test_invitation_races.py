"""An invitation is accepted while it is withdrawn: one of the two is done, the other refused."""

import pytest

from portal.accounts import teams
from portal.accounts.models import AuditEntry, Invitation, Role, Team, User
from portal.accounts.teams import TeamRefusal
from tests.racing import one_after_the_other

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invitation(alice: User, bob: User) -> Invitation:
    """Alice's to Bob."""
    team = teams.create("Alice Ltd", owner=alice)
    return teams.invite(team, email=bob.email, role=Role.OPERATOR, by=alice)


def acts(team: Team) -> list[str]:
    return list(team.audit_entries.order_by("pk").values_list("verb", flat=True))


def test_an_invitation_that_is_being_accepted_is_not_withdrawn(
    invitation: Invitation, alice: User, bob: User
) -> None:
    with pytest.raises(TeamRefusal) as refused:
        one_after_the_other(
            lambda: teams.accept(invitation.token, by=bob),
            lambda: teams.withdraw(invitation, by=alice),
        )
    assert refused.value.message == "This invitation was accepted or withdrawn a moment ago."
    assert invitation.team.memberships.filter(user=bob).exists()
    assert invitation.team.invitations.exclude(accepted_at=None).get() == invitation
    assert acts(invitation.team) == ["team.created", "team.invited", "team.joined"]


def test_an_invitation_that_is_being_withdrawn_is_not_accepted(
    invitation: Invitation, alice: User, bob: User
) -> None:
    with pytest.raises(TeamRefusal) as refused:
        one_after_the_other(
            lambda: teams.withdraw(invitation, by=alice),
            lambda: teams.accept(invitation.token, by=bob),
        )
    assert refused.value.message == "This invitation is no longer valid. Ask for a new one."
    assert not invitation.team.memberships.filter(user=bob).exists()
    assert acts(invitation.team) == ["team.created", "team.invited", "team.invitation_withdrawn"]


def test_an_invitation_is_withdrawn_once(invitation: Invitation, alice: User, bob: User) -> None:
    again = Invitation.objects.get(pk=invitation.pk)
    with pytest.raises(TeamRefusal) as refused:
        one_after_the_other(
            lambda: teams.withdraw(invitation, by=alice), lambda: teams.withdraw(again, by=alice)
        )
    assert refused.value.message == "This invitation was accepted or withdrawn a moment ago."
    assert AuditEntry.objects.filter(verb="team.invitation_withdrawn").count() == 1
