"""Applications: what is open for a merchant, its applications, and the platform's list of all."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.openings import applications, offers
from merchants.openings.models import OpeningApplication
from merchants.pages.access import merchant_page
from merchants.pages.application.filters import ApplicationFilter
from merchants.pages.application.forms import ApplicationForm, ResubmitForm
from merchants.pages.application.tables import (
    ApplicationDirectoryTable,
    ApplicationTable,
    OfferTable,
)
from portal import clock
from portal.accounts import permissions
from portal.accounts.access import PortalRequest, person_page, platform_page
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.uploads import serving
from portal.uploads.bounds import files_behind_the_door, takes_files
from portal.uploads.faults import MOST_BYTES


@merchant_page("merchant.view")
def offer_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    mine = reverse("merchants:application-list", args=[merchant.code])
    link = Link(_("Your applications"), mine, icon="file-certificate", is_main=False)
    new = reverse("merchants:store-new", args=[merchant.code])
    lead = _(
        "These categories may link from notes to your stores on marketplaces. Apply once per "
        "category; afterwards every listing of it can go live."
    )
    return table_page(
        request,
        OfferTable,
        offers.of(merchant, at=clock.now()),
        head=Head(_("Open for you"), above=merchant.name, lead=lead, links=[link]),
        empty_link=Link(_("Register a store"), new, needs="store.register"),
    )


@merchant_page("merchant.view")
def application_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    offered = reverse("merchants:offer-list", args=[merchant.code])
    new = reverse("merchants:application-new", args=[merchant.code])
    open_for_you = Link(_("Open for you"), offered, icon="door", is_main=False)
    apply = Link(_("Apply"), new, needs="application.submit")
    return table_page(
        request,
        ApplicationTable,
        merchant.applications.select_related("merchant", "programme", "category").order_by(
            "-submitted_at"
        ),
        head=Head(_("Applications"), above=merchant.name, links=[open_for_you, apply]),
        empty_link=open_for_you,
    )


@takes_files(MOST_BYTES)
@merchant_page("application.submit")
@files_behind_the_door
def application_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    chosen = {name: request.GET.get(name, "") for name in ("programme", "category")}
    form = ApplicationForm(request.POST or None, request.FILES or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            application = applications.submit(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("Handed in. The platform decides and tells you here."))
            return redirect("merchants:application-detail", merchant.code, application.pk)
    return form_page(
        request,
        form,
        head=Head(_("Apply for a category"), above=merchant.name),
        submit=_("Hand in"),
        cancel_url=reverse("merchants:offer-list", args=[merchant.code]),
    )


@takes_files(MOST_BYTES)
@merchant_page("merchant.view")
@files_behind_the_door
def application_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    rows = merchant.applications.select_related("programme", "category")
    application = get_object_or_404(rows, pk=pk)
    form = ResubmitForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        permissions.require(request.user, "application.submit", merchant.team)
        if form.is_valid():
            with refusals_on(form):
                applications.resubmit(application, **form.cleaned_data, by=request.user)
                messages.success(request, _("Handed in again."))
                return redirect("merchants:application-detail", merchant.code, application.pk)
    context = {"application": application}
    return form_page(request, form, template="merchants/application_detail.html", context=context)


@person_page
def application_document(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The document as a download, for those who may see the application now."""
    visible = OpeningApplication.objects.visible_to(request.user)
    application = get_object_or_404(visible, pk=pk)
    return serving.download(request, application.document, name=f"application-{application.pk}")


@platform_page("application.decide")
def application_directory(request: PortalRequest) -> HttpResponseBase:
    return table_page(
        request,
        ApplicationDirectoryTable,
        OpeningApplication.objects.visible_to(request.user)
        .select_related("merchant", "programme", "category")
        .order_by("-submitted_at"),
        ApplicationFilter,
        head=Head(_("Applications"), above=_("Platform")),
    )
