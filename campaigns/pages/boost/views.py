"""Boosts: a merchant's list, forms, the page of one boost and its buttons."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts import funding, lines, plans
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostReview, BoostStatus, ReviewDecision
from campaigns.boosts.money import money_for
from campaigns.delivery import settling
from campaigns.pages.boost.filters import BoostFilter
from campaigns.pages.boost.forms import BoostForm, StopForm, as_typed, fresh
from campaigns.pages.boost.tables import BoostTable
from campaigns.pages.boost.timeline import steps_of
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import words
from portal.accounts import versions
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.ui.editing import carry
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.words import yuan

FORM = "campaigns/boost_edit.html"


@merchant_page("boost.view")
def boost_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    url = reverse("campaigns:boost-new", args=[merchant.code])
    new = Link(_("Boost a note"), url, needs="boost.edit")
    return table_page(
        request,
        BoostTable,
        merchant.boosts.select_related("note", "merchant").order_by("-pk"),
        BoostFilter,
        head=Head(_("Boosts"), above=merchant.name, links=[new]),
        empty_link=new,
        export_name="boosts",
    )


@merchant_page("boost.edit")
def boost_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    initial = fresh(request.GET.get("note", ""), request.GET.get("campaign", ""))
    form = BoostForm(request.POST or None, initial=initial, merchant=merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            key = form.cleaned_data["request_key"]
            boost = boosts.request(merchant, request_key=key, by=request.user, **form.plan())
            return _then(request, boost)
    return form_page(
        request,
        form,
        head=Head(_("Boost a note"), above=merchant.name),
        cancel_url=reverse("campaigns:boost-list", args=[merchant.code]),
        template=FORM,
        context={"money": money_for(request.may, merchant)},
    )


@merchant_page("boost.edit")
def boost_edit(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    boost = get_object_or_404(merchant.boosts.select_related("note"), pk=pk)
    shown = versions.shown(boost, *plans.NAMES)
    initial = {**as_typed(boost), "version": shown["version"]}
    form = BoostForm(request.POST or None, initial=initial, merchant=merchant)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            version = form.cleaned_data["version"]
            edited = boosts.edit(boost, version=version, by=request.user, **form.plan())
            return _then(request, edited)
    return form_page(
        request,
        form,
        head=Head(_("Change the boost"), above=merchant.name),
        cancel_url=boost.get_absolute_url(),
        template=FORM,
        context={"money": money_for(request.may, merchant), "told": _open_reason(boost)},
    )


@merchant_page("boost.view")
def boost_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    # Read before the boost: it is never newer than what the page says.
    version = versions.of(Boost(pk=pk))
    found = merchant.boosts.select_related("note", "merchant__team", "campaign")
    boost = get_object_or_404(found, pk=pk)
    return render(
        request,
        "campaigns/boost_detail.html",
        {
            "boost": boost,
            "version": version,
            "steps": steps_of(boost),
            "lines": lines.of(boost),
            "held_fen": boost.held_fen - boost.captured_fen,
            "reviews": boost.reviews.select_related("reviewer").order_by("-pk"),
            "told": _open_reason(boost),
            **objects.context(request, boost),
            "transfers": funding.moves_of(boost),
        },
    )


def _find(merchant: Merchant, pk: int) -> Boost:
    return get_object_or_404(merchant.boosts, pk=pk)


boost_submit = button(
    merchant_page("boost.submit"),
    _find,
    boosts.submit,
    done=lambda boost: _("Submitted. Your part of the budget is set aside until the decision."),
    is_about_what_was_read=True,
)
boost_withdraw = button(
    merchant_page("boost.edit"),
    _find,
    boosts.withdraw,
    done=lambda boost: _("Taken out of the queue. The money is back in your wallet."),
)
boost_pause = button(
    merchant_page("boost.edit"),
    _find,
    boosts.pause,
    done=lambda boost: _("Paused. This hour may still cost; then nothing until you let it go on."),
)
boost_resume = button(
    merchant_page("boost.edit"),
    _find,
    boosts.resume,
    done=lambda boost: _("It goes on, to the end of its period."),
)


@merchant_page("boost.edit")
def boost_stop(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    """Asks why, and says before what comes back and when."""
    boost = get_object_or_404(merchant.boosts.select_related("note"), pk=pk)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            stopped = boosts.stop(boost, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _told_of_stop(stopped))
            return redirect(boost)
    return form_page(
        request,
        form,
        head=Head(_("Stop the boost for good"), above=boost.note.title),
        submit=_("Stop for good"),
        cancel_url=boost.get_absolute_url(),
        hint=_what_comes_back(boost),
    )


def _what_comes_back(boost: Boost) -> str:
    told = {
        "left": yuan(boost.held_fen - boost.captured_fen),
        "spent": yuan(boost.captured_fen),
    }
    if not boost.spans.exists():
        return _("It has not begun. %(left)s is set aside and goes back at once.") % told
    wait = settling.wait_of(boost)
    if wait is None:
        return _("%(spent)s is spent. %(left)s is set aside and goes back within minutes.") % told
    return _(
        "%(spent)s is spent. %(left)s is set aside: what its last hours, this one included, do not "
        "cost of it goes back as soon as they are told, within %(wait)s at the latest."
    ) % {**told, "wait": words.duration(wait)}


def _told_of_stop(boost: Boost) -> str:
    wait = settling.wait_of(boost)
    if boost.settled_at:
        return _("Stopped. What was set aside went back.")
    if wait is None:
        return _("Stopped. What is left goes back within minutes.")
    return _(
        "Stopped. What its last hours do not cost goes back as soon as they are told, within "
        "%(wait)s at the latest."
    ) % {"wait": words.duration(wait)}


def _then(request: PortalRequest, boost: Boost) -> HttpResponseBase:
    """Submit as well when that button was pressed, and go to the boost."""
    if request.POST.get("then") == "submit":
        if boost.is_editable:
            boost = boosts.submit(boost, by=request.user)
        if boost.status == BoostStatus.SUBMITTED:
            messages.success(
                request, _("Submitted. Your part of the budget is set aside until the decision.")
            )
    elif boost.is_editable:
        messages.success(request, _("Saved as a draft. Nothing is set aside yet."))
    return redirect(boost)


def _open_reason(boost: Boost) -> BoostReview | None:
    """The decision a returned boost still has to answer."""
    if boost.status != BoostStatus.RETURNED:
        return None
    return boost.reviews.filter(decision=ReviewDecision.RETURNED).order_by("-pk").first()
