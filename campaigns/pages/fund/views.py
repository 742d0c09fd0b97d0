"""Funds: the platform's list, new ones, and the terms of each."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.pages.fund.forms import FundForm, TermsForm
from campaigns.pages.fund.tables import FundTable, RoundTable
from portal.accounts import history, versions
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@platform_page("fund.manage")
def fund_list(request: PortalRequest) -> HttpResponseBase:
    rows = Fund.objects.select_related("account").order_by("pk")
    new = Link(_("New fund"), reverse("campaigns:fund-new"), needs="fund.manage")
    head = Head(_("Funds"), links=[new])
    return table_page(request, FundTable, rows, head=head, export_name="funds")


@platform_page("fund.manage")
def fund_new(request: PortalRequest) -> HttpResponseBase:
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            fund = funds.create(**form.cleaned_data, by=request.user)
            messages.success(request, _("The fund is open. Pay in before boosts draw on it."))
            return redirect("campaigns:fund-pay-in", fund.pk)
    funds_url = reverse("campaigns:fund-list")
    head = Head(_("New fund"), above=_("Funds"), back=funds_url)
    return form_page(request, form, head=head, cancel_url=funds_url)


@platform_page("fund.manage")
def fund_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    fund = get_object_or_404(Fund.objects.for_terms(), pk=pk)
    return table_page(
        request,
        RoundTable,
        fund.rounds.order_by("-pk"),
        template="campaigns/fund_detail.html",
        context={"fund": fund, "history": history.of(fund)},
    )


@platform_page("fund.manage")
def fund_edit(request: PortalRequest, pk: int) -> HttpResponseBase:
    fund = get_object_or_404(Fund, pk=pk)
    form = TermsForm(request.POST or None, initial=versions.shown(fund, *funds.TERMS))
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            funds.edit(fund, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. It holds for what is decided from now on."))
            return redirect("campaigns:fund-detail", fund.pk)
    back = reverse("campaigns:fund-detail", args=[fund.pk])
    head = Head(_("Terms of the fund"), above=str(fund), back=back)
    return form_page(request, form, head=head, cancel_url=back)
