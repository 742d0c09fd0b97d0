"""Campaigns: a merchant's list, forms, the page of one and its buttons."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.boosts import totals
from campaigns.campaigns import progress
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from campaigns.delivery.models import SpendDay
from campaigns.pages.boost.tables import BoostTable
from campaigns.pages.campaign.forms import (
    CampaignForm,
    NewCampaignForm,
    NoteForm,
    as_typed,
    fresh,
)
from campaigns.pages.campaign.tables import CampaignTable
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from merchants.pages.access import merchant_page
from portal import words
from portal.accounts import versions
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.ui.editing import carry
from portal.ui.forms import act, button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("campaign.view")
def campaign_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    url = reverse("campaigns:campaign-new", args=[merchant.code])
    new = Link(_("New campaign"), url, needs="campaign.edit")
    rows = merchant.campaigns.select_related("merchant").order_by("-pk")
    return table_page(
        request,
        CampaignTable,
        totals.for_list(rows),
        head=Head(_("Campaigns"), above=merchant.name, links=[new]),
        empty_link=new,
        export_name="campaigns",
    )


@merchant_page("campaign.edit")
def campaign_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = NewCampaignForm(request.POST or None, initial=fresh())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            key = form.cleaned_data["request_key"]
            made = campaigns.open_one(merchant, request_key=key, by=request.user, **form.facts())
            messages.success(request, _("Opened. Add its notes, and boost them."))
            return redirect(made)
    back = reverse("campaigns:campaign-list", args=[merchant.code])
    head = Head(_("New campaign"), above=_("Campaigns"), back=back)
    return form_page(request, form, head=head, cancel_url=back)


@merchant_page("campaign.edit")
def campaign_edit(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    campaign = _find(merchant, pk)
    version = versions.shown(campaign, *campaigns.NAMES)["version"]
    form = CampaignForm(request.POST or None, initial={**as_typed(campaign), "version": version})
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            read = form.cleaned_data["version"]
            campaigns.edit(campaign, version=read, by=request.user, **form.facts())
            messages.success(request, _("Saved."))
            return redirect(campaign)
    head = Head(_("Change the campaign"), above=campaign.name, back=campaign.get_absolute_url())
    return form_page(request, form, head=head, cancel_url=campaign.get_absolute_url())


@merchant_page("campaign.view")
def campaign_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    campaign = _find(merchant, pk)
    return table_page(
        request,
        BoostTable,
        campaign.boosts.select_related("note", "merchant").defer("note__text").order_by("-pk"),
        export_name=f"campaign-{campaign.pk}",
        template="campaigns/campaign_detail.html",
        context={"campaign": campaign, **objects.context(request, campaign), **_sums(campaign)},
    )


def _sums(campaign: Campaign) -> dict[str, Any]:
    """What a page of a campaign says of it, each asked when the page comes to it."""
    reached = progress.of(campaign)
    return {
        "totals": lambda: totals.of(campaign),
        "delivered": lambda: SpendDay.objects.of_campaign(campaign).total(),
        "progress": reached,
        "share": words.percent(progress.share(campaign, reached)),
        "notes": lambda: campaign.with_listings(),
    }


@merchant_page("campaign.edit")
def campaign_note_add(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    campaign = _find(merchant, pk)
    initial = {"note": request.GET.get("note", "")}
    form = NoteForm(request.POST or None, initial=initial, merchant=merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            campaigns.put_in(campaign, form.cleaned_data["note"], by=request.user)
            messages.success(request, _("Added, with what it sells."))
            return redirect(campaign)
    back = campaign.get_absolute_url()
    head = Head(_("Add a note"), above=campaign.name, back=back)
    return form_page(request, form, head=head, submit=_("Add"), cancel_url=back)


@require_POST
@merchant_page("campaign.edit")
def campaign_note_remove(
    request: PortalRequest, merchant: Merchant, pk: int, note_pk: int
) -> HttpResponseBase:
    campaign = _find(merchant, pk)
    note = get_object_or_404(Note, pk=note_pk, campaigns=campaign)
    return act(
        request,
        lambda: campaigns.take_out(campaign, note, by=request.user),
        done=_("Taken out. Its boosts stay."),
        to=campaign,
    )


def _find(merchant: Merchant, pk: int) -> Campaign:
    return get_object_or_404(merchant.campaigns.select_related("merchant__team"), pk=pk)


campaign_open = button(
    merchant_page("campaign.edit"),
    _find,
    campaigns.open_again,
    done=lambda campaign: _("Open again. Boosts can be added to it."),
)
campaign_close = button(
    merchant_page("campaign.edit"),
    _find,
    campaigns.close,
    done=lambda campaign: _("Closed. No boost is added any more; those it has go on."),
)
