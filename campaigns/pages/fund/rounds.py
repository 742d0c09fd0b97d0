"""Rounds of a fund: an admin opens one and reads how it was divided; a merchant reads his own."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts import round_changes
from campaigns.boosts.awards import Award
from campaigns.funds import rounds
from campaigns.funds.models import Fund, Round
from campaigns.pages.fund.forms import CallOffForm, RoundForm
from campaigns.pages.fund.tables import AwardTable, OwnAwardTable
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts import history, versions
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head
from portal.ui.views import table_page


@platform_page("fund.manage")
def round_new(request: PortalRequest, pk: int) -> HttpResponseBase:
    fund = get_object_or_404(Fund, pk=pk)
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = rounds.open_round(fund, **form.cleaned_data, by=request.user)
            messages.success(request, _("Open. Merchants are offered the fund until then."))
            return redirect("campaigns:round-detail", made.pk)
    back = reverse("campaigns:fund-detail", args=[fund.pk])
    head = Head(_("Open a round"), above=str(fund), back=back)
    return form_page(request, form, head=head, submit=_("Open the round"), cancel_url=back)


@platform_page("fund.manage")
def round_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    round_ = get_object_or_404(Round.objects.select_related("fund", "opened_by"), pk=pk)
    return table_page(
        request,
        AwardTable,
        Award.objects.in_round(round_),
        export_name=f"round-{round_.pk}",
        template="campaigns/round_detail.html",
        context={
            "round": round_,
            "fund_fen": round_.inputs.get("fund_fen"),
            "repeats": bool(round_.inputs) and rounds.repeats(round_),
            "history": history.of(round_),
        },
    )


@platform_page("fund.manage")
def round_move(request: PortalRequest, pk: int) -> HttpResponseBase:
    round_ = get_object_or_404(Round.objects.select_related("fund"), pk=pk)
    form = RoundForm(request.POST or None, initial=versions.shown(round_, "cut_at"))
    carry(form)
    back = reverse("campaigns:round-detail", args=[round_.pk])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            round_changes.move(round_, **form.cleaned_data, by=request.user)
            messages.success(request, _("Moved. Those who asked are told."))
            return redirect(back)
    head = Head(_("Move the round"), above=str(round_.fund), back=back)
    return form_page(request, form, head=head, submit=_("Move"), cancel_url=back)


@platform_page("fund.manage")
def round_call_off(request: PortalRequest, pk: int) -> HttpResponseBase:
    round_ = get_object_or_404(Round.objects.select_related("fund"), pk=pk)
    form = CallOffForm(request.POST or None, initial=versions.shown(round_))
    carry(form)
    back = reverse("campaigns:round-detail", args=[round_.pk])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            round_changes.call_off(round_, **form.cleaned_data, by=request.user)
            messages.success(request, _("Called off. What was asked for comes back in minutes."))
            return redirect(back)
    return form_page(
        request,
        form,
        head=Head(_("Call the round off"), above=str(round_.fund), back=back),
        submit=_("Call it off"),
        cancel_url=back,
        hint=_(
            "Nothing is divided. Each boost that waits comes back, its merchant reads why, and his "
            "own part is free again."
        ),
    )


@merchant_page("boost.view")
def award_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    lead = _("What funds that are divided in rounds gave to your boosts, and why.")
    back = reverse("campaigns:boost-list", args=[merchant.code])
    return table_page(
        request,
        OwnAwardTable,
        Award.objects.of(merchant),
        head=Head(_("Grants of rounds"), above=_("Boosts"), back=back, lead=lead),
        export_name="grants",
    )
