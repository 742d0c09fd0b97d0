"""What stands between a person and what he wants: a second factor, and a login of these minutes."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from portal.accounts import factors, held, recent
from portal.accounts.access import PortalRequest, person_page
from portal.ui import labelled, unsent


@person_page
def factor_setup(request: PortalRequest) -> HttpResponseBase:
    """Why a second factor is asked for, and which there are; for who has one, his own."""
    if factors.is_owed(request.user):
        return render(request, "accounts/factor_setup.html", {"label": ""})
    waiting = unsent.waiting(request)
    label = recent.ASKED_FOR.get(waiting.action, "") if waiting else ""
    if label and held.is_missing(request.user):
        return render(request, "accounts/factor_setup.html", {"label": label})
    return redirect("mfa_index")


@person_page
def carry_on(request: PortalRequest) -> HttpResponseBase:
    """Send what was about to be sent, or go back to the page it was typed on."""
    waiting = unsent.waiting(request)
    if waiting is None:
        return redirect("/")
    label = recent.ASKED_FOR.get(waiting.action, "")
    lines = labelled.lines(request, waiting)
    return render(
        request, "accounts/carry_on.html", {"kept": waiting, "lines": lines, "label": label}
    )
