"""The page behind the link of an invitation."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts import people, teams
from portal.accounts.models import User
from portal.refusals import Refusal


def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to what; join on POST. People without an account are asked to sign up."""
    page = "accounts/invitation_accept.html"
    invitation = teams.find_invitation(token)
    if invitation is None:
        return render(request, page, {"invitation": None}, status=404)
    context = {"invitation": invitation, "token": token, "refusal": ""}
    if not isinstance(request.user, User):
        # The link came by e-mail, so whoever opens it reads that mailbox.
        get_adapter(request).stash_verified_email(request, invitation.email)
        context["has_account"] = people.known_at(invitation.email).exists()
    elif request.method == "POST":
        try:
            membership = teams.accept(token, by=request.user)
        except Refusal as refusal:
            return render(request, page, {**context, "refusal": refusal.message}, status=422)
        messages.success(request, _("Welcome to %(team)s.") % {"team": membership.team})
        return redirect("/")
    return render(request, page, context)
