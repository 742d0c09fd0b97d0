"""The page on which a rule change is written: what it does is shown before it is proposed."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.openings import changing, effects
from merchants.openings import verbs as openings
from merchants.openings.effects import Told
from merchants.openings.models import Opening
from merchants.pages.rulechange.forms import RollbackForm, RuleChangeForm
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal import clock, typed
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head

# What of the form names where the rules hold, and what the act alone is told.
SCOPES = ("programmes", "categories", "placements", "store_kinds")
OF_THE_ACT = ("reason", "evidence", "seen")


@platform_page("opening.propose")
def rulechange_new(request: PortalRequest) -> HttpResponseBase:
    """Whoever sends the form reads what it does; sent again unchanged, it is proposed."""
    form = RuleChangeForm(request.POST or None, initial=_like(request.GET.get("like", "")))
    told = None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            given = {"kept": (), **form.cleaned_data}
            scopes = openings.scopes(*(given.pop(name) for name in SCOPES))
            act = {name: given.pop(name) for name in OF_THE_ACT}
            told = effects.of_lines(openings.draft(scopes, **given), at=clock.now())
            if act.pop("seen") == told.seen:
                change = openings.propose(scopes, **act, **given, by=request.user)
                messages.success(request, _said(told))
                return redirect("merchants:rulechange-detail", change.pk)
            form.offer_to_keep(
                one.category.pk for one in told.below if given["state"] in openings.SWEEPS
            )
            form.show(told.seen)
    return form_page(
        request,
        form,
        head=Head(_("Propose a change"), above=_("Platform")),
        submit=_("Propose") if told else _("Show what it does"),
        cancel_url=reverse("merchants:rulechange-list"),
        hint=_(
            "Nothing changes until other admins sign. Rules are never edited: a later one of "
            "the same scope takes over."
        ),
        template="merchants/rulechange_new.html",
        context={"told": told},
    )


def _said(told: Told) -> str:
    if told.is_short:
        return _("Proposed. Two other admins have to sign it.")
    return _("Proposed. Another admin has to sign it.")


def _like(number: str) -> Mapping[str, Any]:
    """The form as it was for a change of before, to be proposed anew from now on."""
    if not number.isdecimal() or len(number) > typed.MOST_DIGITS:
        return {}
    lines = list(Opening.objects.filter(change=int(number)).order_by("pk"))
    if not lines:
        return {}
    first = lines[0]
    pilots = first.pilots.select_related("merchant").order_by("pk")
    return {
        "programmes": list({line.programme_id for line in lines}),
        "categories": list({line.category_id for line in lines}),
        "placements": list({line.placement for line in lines}),
        "store_kinds": list({line.store_kind for line in lines}),
        "state": first.state,
        "grandfather": first.grandfather,
        "merchants": "\n".join(pilot.merchant.code for pilot in pilots),
    }


@platform_page("opening.propose")
def rulechange_back(request: PortalRequest, pk: int) -> HttpResponseBase:
    """What was before a signed change is proposed to be again."""
    change = get_object_or_404(RuleChange, pk=pk, status=ChangeStatus.SIGNED, takes_back=None)
    told = effects.of_rollback(changing.lines_of(change), change, at=clock.now())
    form = RollbackForm(request.POST or None, initial={"seen": told.seen})
    if request.method == "POST" and form.is_valid():
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        if seen != told.seen:
            form.show(told.seen)
        else:
            with refusals_on(form):
                proposed = openings.roll_back(change, reason=reason, by=request.user)
                messages.success(request, _said(told))
                return redirect("merchants:rulechange-detail", proposed.pk)
    return form_page(
        request,
        form,
        head=Head(_("Propose a rollback"), above=str(change)),
        submit=_("Propose"),
        cancel_url=reverse("merchants:rulechange-detail", args=[change.pk]),
        hint=_("What decided before decides again, from the last signature on."),
        template="merchants/rulechange_new.html",
        context={"told": told},
    )
