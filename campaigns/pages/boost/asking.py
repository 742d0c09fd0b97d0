"""Pages on which boosts are asked for: the quick form, the full one, and changing either."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from campaigns.boosts import forecast, plans, quick, several
from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import AskingForm
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.boosts.money import money_for
from campaigns.boosts.reviews import BoostReview, ReviewDecision
from campaigns.pages.boost import forms, quick_forms
from campaigns.pages.boost.forms import BoostForm, NewBoostForm
from campaigns.pages.boost.quick_forms import QuickForm
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import typed
from portal.accounts import versions
from portal.accounts.access import PortalRequest
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link

FORM = "campaigns/boost_edit.html"
QUICK_FORM = "campaigns/boost_quick.html"


@merchant_page("boost.submit_quick")
def boost_quick(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    copied = _copied(request, merchant)
    told = request.GET.get("note", ""), request.GET.get("campaign", "")
    initial = quick_forms.fresh(*told, copied)
    form = QuickForm(request.POST or None, initial=initial, merchant=merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            key = form.cleaned_data["request_key"]
            asked = boosts.request(merchant, request_key=key, by=request.user, **form.plan())
            return _then(request, [asked])
    full = reverse("campaigns:boost-new", args=[merchant.code])
    asked_of = {name: str(initial[name] or "") for name in ("note", "campaign")}
    query = urlencode({name: value for name, value in asked_of.items() if value})
    links = [Link(_("More options"), f"{full}?{query}", "adjustments", is_main=False)]
    return form_page(
        request,
        form,
        head=Head(_("Quick boost"), above=merchant.name, links=links),
        cancel_url=reverse("campaigns:boost-list", args=[merchant.code]),
        template=QUICK_FORM,
        context=_beside(request, merchant, form),
    )


@merchant_page("boost.edit")
def boost_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    copied = _copied(request, merchant)
    if copied and copied.form == AskingForm.QUICK and request.method == "GET":
        url = reverse("campaigns:boost-quick", args=[merchant.code])
        return redirect(f"{url}?copy={copied.pk}")
    initial = forms.fresh(request.GET.get("note", ""), request.GET.get("campaign", ""), copied)
    form = NewBoostForm(request.POST or None, initial=initial, merchant=merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            key = form.cleaned_data["request_key"]
            asked = several.request(
                merchant, form.notes(), request_key=key, by=request.user, **form.plan()
            )
            return _then(request, asked)
    return form_page(
        request,
        form,
        head=Head(_("Boost a note"), above=merchant.name),
        cancel_url=reverse("campaigns:boost-list", args=[merchant.code]),
        template=FORM,
        context=_beside(request, merchant, form),
    )


@merchant_page("boost.edit")
def boost_edit(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    boost = get_object_or_404(merchant.boosts.select_related("note"), pk=pk)
    shown = versions.shown(boost, *plans.NAMES)
    form_class, starts, template = _form_of(boost)
    initial = {**starts(boost), "version": shown["version"]}
    form = form_class(request.POST or None, initial=initial, merchant=merchant)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            version = form.cleaned_data["version"]
            edited = boosts.edit(boost, version=version, by=request.user, **form.plan())
            return _then(request, [edited])
    return form_page(
        request,
        form,
        head=Head(_("Change the boost"), above=merchant.name),
        cancel_url=boost.get_absolute_url(),
        template=template,
        context={**_beside(request, merchant, form), "told": open_reason(boost)},
    )


def _form_of(boost: Boost) -> tuple[Any, Callable[[Boost], dict[str, object]], str]:
    """The form on which it was asked for, what that starts with, and the template."""
    if boost.form == AskingForm.QUICK:
        return QuickForm, quick_forms.as_typed, QUICK_FORM
    return BoostForm, forms.as_typed, FORM


def _beside(request: PortalRequest, merchant: Merchant, form: Form) -> dict[str, object]:
    """What stands beside a form: money, and what budgets may bring."""
    known = forecast.of(merchant)
    offered = set(quick.AMOUNTS_FEN)
    if form.is_bound and hasattr(form, "cleaned_data"):
        # The page that comes back with a refusal says it of what was typed, too.
        offered |= {form.cleaned_data.get(name) or 0 for name in ("budget", "own")} - {0}
    ranges = known and [{"budget_fen": fen, "reads": known.reads(fen)} for fen in sorted(offered)]
    return {
        "money": money_for(request.may, merchant),
        "forecast": known,
        "ranges": ranges,
    }


def _copied(request: PortalRequest, merchant: Merchant) -> Boost | None:
    """The boost of the merchant that `?copy=` names; None without one."""
    number = typed.number_of(request.GET.get("copy", ""))
    found = merchant.boosts.select_related("note", "campaign").filter(pk=number or 0)
    return found.first()


def _then(request: PortalRequest, asked: list[Boost]) -> HttpResponseBase:
    """Submit as well when that button was pressed, all or none, and go where they are seen."""
    if request.POST.get("then") == "submit":
        asked = [
            boosts.submit(boost, by=request.user) if boost.is_editable else boost for boost in asked
        ]
        if all(boost.status == BoostStatus.SUBMITTED for boost in asked):
            messages.success(request, _submitted(len(asked)))
    elif any(boost.is_editable for boost in asked):
        messages.success(request, _("Saved as a draft. Nothing is set aside yet."))
    if len(asked) == 1:
        return redirect(asked[0])
    if asked[0].campaign:
        return redirect(asked[0].campaign)
    return redirect("campaigns:boost-list", asked[0].merchant.code)


def _submitted(count: int) -> str:
    if count == 1:
        return _("Submitted. Your part of the budget is set aside until the decision.")
    return _("%(count)s boosts submitted. Your part of each is set aside until its decision.") % {
        "count": count
    }


def open_reason(boost: Boost) -> BoostReview | None:
    """The decision a returned boost still has to answer."""
    if boost.status != BoostStatus.RETURNED:
        return None
    # One that a round sent back has an answered reason of an earlier submission at most.
    told = boost.reviews.filter(decision=ReviewDecision.RETURNED, submission=boost.submission)
    return told.order_by("-pk").first()
