"""A company's own pages, and the platform's list of companies to verify."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant, MerchantStatus
from merchants.pages.access import merchant_page
from merchants.pages.merchant.filters import MerchantFilter
from merchants.pages.merchant.forms import AccountManagerForm, MerchantForm
from merchants.pages.merchant.tables import MerchantDirectoryTable
from portal.accounts import permissions, versions
from portal.accounts.access import PortalRequest, person_page, platform_page
from portal.ui.editing import carry
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head
from portal.ui.views import table_page

_EDITABLE = {MerchantStatus.DRAFT, MerchantStatus.RETURNED}


@person_page
def merchant_new(request: PortalRequest) -> HttpResponseBase:
    form = MerchantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            merchant = merchants.register(**form.cleaned_data, by=request.user)
            messages.success(request, _("Registered. Check the data and hand it in."))
            return redirect("merchants:merchant-detail", merchant.code)
    return form_page(
        request,
        form,
        head=Head(_("Register your company"), above=_("Welcome")),
        submit=_("Register"),
        hint=_("You become the owner of its team; you can invite others afterwards."),
    )


@merchant_page("merchant.view")
def merchant_detail(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    shown = versions.shown(merchant, "name", "credit_code")
    form = MerchantForm(request.POST or None, initial=dict(shown))
    carry(form)
    if request.method == "POST":
        permissions.require(request.user, "merchant.edit", merchant.team)
        if form.is_valid():
            with refusals_on(form):
                merchants.edit(merchant, **form.cleaned_data, by=request.user)
                messages.success(request, _("Saved."))
                return redirect("merchants:merchant-detail", merchant.code)
    is_open = "merchant.edit" in request.may and merchant.status in _EDITABLE
    context = {"is_open": is_open, "version": shown["version"]}
    return form_page(request, form, template="merchants/merchant_detail.html", context=context)


merchant_submit = button(
    merchant_page("merchant.edit"),
    lambda merchant: merchant,
    merchants.submit,
    done=lambda merchant: _("Handed in. The platform verifies it and tells you here."),
    to=lambda merchant: reverse("merchants:merchant-detail", args=[merchant.code]),
    is_about_what_was_read=True,
)


@platform_page("merchant.verify")
def merchant_directory(request: PortalRequest) -> HttpResponseBase:
    return table_page(
        request,
        MerchantDirectoryTable,
        Merchant.objects.visible_to(request.user)
        .select_related("account_manager")
        .order_by("-created_at"),
        MerchantFilter,
        head=Head(_("Merchants"), above=_("Platform")),
    )


@platform_page("merchant.assign")
def merchant_assign(request: PortalRequest, pk: int) -> HttpResponseBase:
    merchant = get_object_or_404(Merchant.objects.visible_to(request.user), pk=pk)
    directory = reverse("merchants:merchant-directory")
    form = AccountManagerForm(
        request.POST or None, initial=versions.shown(merchant, "account_manager")
    )
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            merchants.assign(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("The account manager has been told."))
            return redirect(directory)
    return form_page(
        request,
        form,
        head=Head(merchant.name, above=_("Merchants"), back=directory),
        submit=_("Assign"),
        cancel_url=directory,
    )
