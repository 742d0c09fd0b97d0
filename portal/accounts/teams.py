"""What people may do with a team: found it, invite, join, change roles, leave."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock, meaning, words
from portal.accounts import audit, budgets, mails, people, permissions, versions
from portal.accounts.models import FormerMember, Invitation, Membership, Role, Team, User
from portal.refusals import Refusal
from portal.saving import or_refuse, save_or_refuse

INVITATION_LIFE = timedelta(days=7)


class TeamRefusal(Refusal):
    """The team cannot be changed in this way."""


@transaction.atomic
def create(name: str, *, owner: User) -> Team:
    """A new team whose first member is its owner."""
    team = Team(name=name)
    save_or_refuse(team)
    save_or_refuse(Membership(team=team, user=owner, role=Role.OWNER))
    audit.record("team.created", team, by=owner, team=team, new={"owner": owner.email})
    return team


@transaction.atomic
def rename(team: Team, name: str) -> None:
    """The team is called as its merchant is, whose change is what the audit tells."""
    team.name = name
    save_or_refuse(team)


@transaction.atomic
def invite(team: Team, *, email: str, role: str, by: User) -> Invitation:
    """Ask `email` to join as `role`; the mail with the link leaves on commit.

    An earlier invitation that has expired makes room for the new one. Every address is answered
    alike: who works for the platform is nobody's to find out, and is told himself when he accepts.
    """
    _lock(team.pk)
    permissions.require(by, "team.manage", team)
    email = meaning.identifier(email).lower()
    if team.memberships.filter(user__in=people.known_at(email)).exists():
        raise TeamRefusal(_("This person is in the team already."), field="email")
    moment = clock.now()
    team.invitations.filter(email=email, accepted_at=None, expires_at__lte=moment).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        team=team,
        email=email,
        role=role,
        token_hash=_hashed(token),
        invited_by=by,
        ties_nobody=people.known_at(email).exclude(platform_role="").exists(),
        expires_at=moment + INVITATION_LIFE,
    )
    save_or_refuse(invitation, field="email")
    if not budgets.may_invite(team):
        raise TeamRefusal(
            _("Your team has sent all invitations of today. You can invite again from %(when)s.")
            % {"when": words.instant(budgets.opens_again_at())},
            field="email",
        )
    invitation.token = token
    audit.record("team.invited", invitation, by=by, team=team, new={"role": role})
    # A mail server that is down is told in the log; the invitation stands.
    transaction.on_commit(lambda: mails.send_invitation(invitation, token), robust=True)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """Take an open invitation back; its link stops working."""
    # The team before its invitations, as `invite` does; `accept` locks the invitation alone.
    _lock(invitation.team_id)
    permissions.require(by, "team.manage", invitation.team)
    still_open = Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at=None)
    if not still_open.exists():
        raise TeamRefusal(_("This invitation was accepted or withdrawn a moment ago."))
    audit.record("team.invitation_withdrawn", invitation, by=by, team=invitation.team)
    invitation.delete()
    # As with the invitation: it is withdrawn whether or not a mail server is there to tell it.
    transaction.on_commit(lambda: mails.send_withdrawal(invitation), robust=True)


def find_invitation(token: str) -> Invitation | None:
    """The open invitation that `token` belongs to; None when it works no more."""
    return (
        Invitation.objects.select_related("team", "invited_by")
        .filter(token_hash=_hashed(token), accepted_at=None, expires_at__gt=clock.now())
        .first()
    )


@transaction.atomic
def accept(token: str, *, by: User) -> Membership:
    """Join the team; the link works once and only for whose address it was sent to: the one he
    signs in with, or another that he has proved."""
    invitation = (
        Invitation.objects.select_for_update(no_key=True)
        .filter(token_hash=_hashed(token), accepted_at=None)
        .first()
    )
    moment = clock.now()
    if invitation is None or invitation.expires_at <= moment:
        raise TeamRefusal(_("This invitation is no longer valid. Ask for a new one."))
    if not people.known_at(invitation.email).filter(pk=by.pk).exists():
        raise TeamRefusal(
            _("This invitation is for %(email)s. Sign in with that address.")
            % {"email": invitation.email}
        )
    invitation.accepted_at = moment
    invitation.save(update_fields=["accepted_at"])
    joining = Membership(team=invitation.team, user=by, role=invitation.role)
    with or_refuse(joining):
        membership, _new = Membership.objects.get_or_create(
            team=invitation.team, user=by, defaults={"role": invitation.role}
        )
    audit.record(
        "team.joined", membership, by=by, team=invitation.team, new={"role": membership.role}
    )
    return membership


@transaction.atomic
def change_role(
    membership: Membership, *, role: str, version: str | None = None, by: User
) -> Membership:
    """Give a member another role. The last owner keeps his.

    Raises Outdated unless `version`, where a page had it, is the newest.
    """
    membership = _locked(membership)
    permissions.require(by, "team.manage", membership.team)
    versions.require(membership, version)
    if role != Role.OWNER:
        _keep_an_owner(membership)
    old, membership.role = membership.role, role
    save_or_refuse(membership, field="role")
    audit.record(
        "team.role_changed",
        membership,
        by=by,
        team=membership.team,
        old={"role": old},
        new={"role": role},
    )
    return membership


@transaction.atomic
def remove(membership: Membership, *, by: User, version: str | None = None) -> None:
    """Take a member out of the team; everyone may leave, except the last owner.

    Raises Outdated unless `version`, where a page had it, is the newest.
    """
    membership = _locked(membership)
    if by.pk != membership.user_id:
        permissions.require(by, "team.manage", membership.team)
    versions.require(membership, version)
    _keep_an_owner(membership)
    audit.record(
        "team.removed", membership, by=by, team=membership.team, old={"role": membership.role}
    )
    FormerMember.objects.create(team=membership.team, user=membership.user)
    membership.delete()


def _locked(membership: Membership) -> Membership:
    """The membership, with its team locked so that two owners cannot remove each other at once."""
    _lock(membership.team_id)
    found = Membership.objects.select_related("team", "user").filter(pk=membership.pk).first()
    if found is None:
        raise TeamRefusal(_("This person is not in the team any more."))
    return found


def _lock(team_pk: int) -> None:
    """One change of a team at a time.

    Whether somebody may change it is asked after the lock: whoever had it may have removed him.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team_pk)


def _keep_an_owner(membership: Membership) -> None:
    others = membership.team.memberships.filter(role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise TeamRefusal(_("A team needs an owner. Make someone else an owner first."))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
