"""The pages of a team: who is in it, who is invited."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import teams, versions
from portal.accounts.access import PortalRequest, team_page
from portal.accounts.forms import InvitationForm, MembershipForm
from portal.accounts.models import Invitation, Membership, Team
from portal.accounts.tables import ManagedMemberTable, MemberTable
from portal.ui.editing import carry
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@team_page("team.view")
def team_detail(request: PortalRequest, team: Team) -> HttpResponseBase:
    """The members, and for the owner the open invitations."""
    members = team.memberships.select_related("user")
    table, open_ones = MemberTable, team.invitations.none()
    if "team.manage" in request.may:
        table, open_ones = ManagedMemberTable, team.invitations.filter(accepted_at=None)
    invite_url = reverse("accounts:team-invite", args=[team.pk])
    invite = Link(_("Invite"), invite_url, icon="user-plus", needs="team.manage")
    return table_page(
        request,
        table,
        members,
        head=Head(_("Team"), above=str(team), links=[invite]),
        template="accounts/team_detail.html",
        context={"invitations": open_ones},
    )


@team_page("team.manage")
def team_invite(request: PortalRequest, team: Team) -> HttpResponseBase:
    """Ask somebody to join."""
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            teams.invite(team, **form.cleaned_data, by=request.user)
            messages.success(request, _("The invitation is on its way."))
            return redirect("accounts:team-detail", team.pk)
    return form_page(
        request,
        form,
        head=Head(_("Invite someone"), above=str(team)),
        submit=_("Send the invitation"),
        hint=_(
            "The address gets a link that works for seven days. Whether it has an account is not "
            "told here. People of the platform can be in no team; they are told so behind the link."
        ),
        cancel_url=_team_url(team),
    )


@team_page("team.manage")
def membership_edit(request: PortalRequest, team: Team, pk: int) -> HttpResponseBase:
    """Give a member another role."""
    membership = _member(team, pk)
    shown = versions.shown(membership, "role")
    form = MembershipForm(request.POST or None, initial=dict(shown))
    carry(form)
    if form.is_valid():
        with refusals_on(form):
            teams.change_role(membership, **form.cleaned_data, by=request.user)
            messages.success(request, _("The role was changed."))
            return redirect("accounts:team-detail", team.pk)
    return form_page(
        request,
        form,
        head=Head(str(membership.user), above=str(team)),
        cancel_url=_team_url(team),
        template="accounts/membership_edit.html",
        context={"membership": membership, "version": shown["version"]},
    )


def _member(team: Team, pk: int) -> Membership:
    return get_object_or_404(team.memberships.select_related("user"), pk=pk)


def _open_invitation(team: Team, pk: int) -> Invitation:
    return get_object_or_404(team.invitations.filter(accepted_at=None), pk=pk)


def _team_url(team: Team) -> str:
    """The address of the team's page."""
    return reverse("accounts:team-detail", args=[team.pk])


membership_remove = button(
    team_page("team.manage"),
    _member,
    teams.remove,
    done=lambda membership: _("%(name)s is no longer in the team.") % {"name": membership.user},
    to=lambda membership: _team_url(membership.team),
    is_about_what_was_read=True,
)
invitation_withdraw = button(
    team_page("team.manage"),
    _open_invitation,
    teams.withdraw,
    done=lambda invitation: _("The invitation no longer works."),
    to=lambda invitation: _team_url(invitation.team),
)
