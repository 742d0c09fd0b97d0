"""Who is told of what happens to a team and its people: a row per act."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from portal.accounts.models import Membership, Role
from portal.notices.audiences import person, team_who_may
from portal.notices.told import Nobody, Told


def _team(membership: Membership) -> str:
    return reverse("accounts:team-detail", args=[membership.team_id])


def _own_account(membership: Membership) -> str:
    return reverse("accounts:account-settings")


def _names(membership: Membership) -> dict[str, object]:
    return {
        "person": str(membership.user),
        "company": membership.team.name,
        "role": Role(membership.role).label,
    }


TABLE: dict[str, Told | Nobody] = {
    "team.created": Nobody("its owner is its only member"),
    "team.invited": Nobody("the invitation itself is a mail"),
    "team.invitation_withdrawn": Nobody("who is invited may have no account: a mail tells it"),
    "team.joined": Told(
        team_who_may("team.manage"),
        _("%(person)s has joined the team of %(company)s: %(role)s."),
        page=_team,
        names=_names,
    ),
    "team.role_changed": Told(
        person(lambda membership: membership.user),
        _("Your role in the team of %(company)s is now: %(role)s."),
        page=_team,
        names=_names,
    ),
    "team.removed": Told(
        person(lambda membership: membership.user),
        _("You are no longer in the team of %(company)s."),
        page=_own_account,
        names=_names,
        is_personal=True,
    ),
}
