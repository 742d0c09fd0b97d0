"""Invoices: a merchant asks for them and fetches them, an admin issues them."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.pages.invoice.forms import (
    DeclineForm,
    InvoiceForm,
    IssueForm,
    RedForm,
    ReturnForm,
)
from campaigns.pages.invoice.tables import InvoiceTable, IssuingTable
from campaigns.statements import covering, invoicing
from campaigns.statements.invoices import InvoiceRequest, InvoiceStatus
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts import permissions
from portal.accounts.access import PortalRequest, person_page, platform_page
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.uploads import serving
from portal.uploads.bounds import files_behind_the_door, takes_files
from portal.uploads.faults import MOST_BYTES
from portal.words import yuan

# Of each kind above the list: the newest.
MOST_TOLD = 20


@merchant_page("wallet.view")
def invoice_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    new = reverse("campaigns:invoice-new", args=[merchant.code])
    links = [Link(_("Ask for an invoice"), new, needs="invoice.request")]
    back = reverse("campaigns:wallet-detail", args=[merchant.code])
    rows = InvoiceRequest.objects.of(merchant)
    waiting = rows.filter(status__in=[InvoiceStatus.REQUESTED, InvoiceStatus.RED_ASKED])
    return table_page(
        request,
        InvoiceTable,
        rows,
        head=Head(_("Invoices"), above=_("Wallet"), back=back, lead=_open(merchant), links=links),
        export_name="invoices",
        template="campaigns/invoice_list.html",
        context={
            "under_way": list(waiting[:MOST_TOLD]),
            "short": covering.short_of(merchant, most=MOST_TOLD).items(),
        },
    )


@merchant_page("invoice.request")
def invoice_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    known = {"title": merchant.name, "tax_number": merchant.credit_code}
    form = InvoiceForm(request.POST or None, initial=known)
    back = reverse("campaigns:invoice-list", args=[merchant.code])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            invoicing.request(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("Asked for. You are told when it is issued."))
            return redirect(back)
    head = Head(_("Ask for an invoice"), above=_("Invoices"), back=back)
    return form_page(
        request, form, head=head, submit=_("Ask for it"), cancel_url=back, hint=_open(merchant)
    )


def _open(merchant: Merchant) -> str:
    return _("%(amount)s may be invoiced: what boosts have cost and no invoice has yet.") % {
        "amount": yuan(invoicing.open_fen(merchant))
    }


def _list_of(invoice: InvoiceRequest) -> str:
    return reverse("campaigns:invoice-list", args=[invoice.merchant.code])


def _invoice(merchant: Merchant, pk: int) -> InvoiceRequest:
    return get_object_or_404(InvoiceRequest.objects.of(merchant), pk=pk)


invoice_withdraw = button(
    merchant_page("invoice.request"),
    _invoice,
    invoicing.withdraw,
    done=lambda invoice: _("Withdrawn. It may be asked for again."),
    to=_list_of,
)


invoice_ask_back = button(
    merchant_page("invoice.request"),
    _invoice,
    invoicing.ask_back,
    done=lambda invoice: _("Asked for. You are told when the red-letter invoice is there."),
    to=_list_of,
)


invoice_keep = button(
    merchant_page("invoice.request"),
    _invoice,
    invoicing.keep,
    done=lambda invoice: _("The invoice stays as it is."),
    to=_list_of,
)


@person_page
def invoice_document(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The invoice as a download, for those who may see the merchant's wallet now."""
    invoice = _seen(request, pk)
    if not invoice.document:
        raise Http404
    return serving.download(request, invoice.document, name=f"invoice-{invoice.pk}")


@person_page
def red_document(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The red-letter invoice that takes one back, for the same people."""
    invoice = _seen(request, pk)
    if not invoice.red_document:
        raise Http404
    return serving.download(request, invoice.red_document, name=f"red-letter-{invoice.pk}")


def _seen(request: PortalRequest, pk: int) -> InvoiceRequest:
    found = InvoiceRequest.objects.visible_to(request.user).select_related("merchant__team")
    invoice = get_object_or_404(found, pk=pk)
    permissions.require(request.user, "invoice.view", invoice.merchant.team)
    return invoice


@platform_page("invoice.issue")
def issuing_list(request: PortalRequest) -> HttpResponseBase:
    rows = InvoiceRequest.objects.select_related("merchant").order_by("-pk")
    return table_page(
        request,
        IssuingTable,
        rows,
        head=Head(_("Invoices"), above=_("Platform")),
        export_name="invoices",
    )


@takes_files(MOST_BYTES)
@platform_page("invoice.issue")
@files_behind_the_door
def invoice_issue(request: PortalRequest, pk: int) -> HttpResponseBase:
    invoice = get_object_or_404(InvoiceRequest.objects.select_related("merchant"), pk=pk)
    form = IssueForm(request.POST or None, request.FILES or None)
    back = reverse("campaigns:issuing-list")
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            invoicing.issue(invoice, **form.cleaned_data, by=request.user)
            messages.success(request, _("Issued. The merchant is told."))
            return redirect(back)
    head = Head(_("Issue an invoice"), above=_("Invoices"), back=back)
    return form_page(request, form, head=head, cancel_url=back, hint=_facts(invoice))


@takes_files(MOST_BYTES)
@platform_page("invoice.issue")
@files_behind_the_door
def invoice_take_back(request: PortalRequest, pk: int) -> HttpResponseBase:
    invoice = get_object_or_404(InvoiceRequest.objects.select_related("merchant"), pk=pk)
    form = RedForm(request.POST or None, request.FILES or None)
    back = reverse("campaigns:issuing-list")
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            invoicing.take_back(invoice, **form.cleaned_data, by=request.user)
            messages.success(request, _("Taken back. The merchant is told."))
            return redirect(back)
    head = Head(_("Issue the red-letter invoice"), above=_("Invoices"), back=back)
    return form_page(request, form, head=head, cancel_url=back, hint=_facts(invoice))


@platform_page("invoice.issue")
def invoice_return(request: PortalRequest, pk: int) -> HttpResponseBase:
    invoice = get_object_or_404(InvoiceRequest.objects.select_related("merchant"), pk=pk)
    form = ReturnForm(request.POST or None)
    back = reverse("campaigns:issuing-list")
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            invoicing.send_back(invoice, **form.cleaned_data, by=request.user)
            messages.success(request, _("Returned. The merchant reads the reason."))
            return redirect(back)
    head = Head(_("Return an invoice request"), above=_("Invoices"), back=back)
    return form_page(request, form, head=head, cancel_url=back, hint=_facts(invoice))


@platform_page("invoice.issue")
def invoice_decline(request: PortalRequest, pk: int) -> HttpResponseBase:
    invoice = get_object_or_404(InvoiceRequest.objects.select_related("merchant"), pk=pk)
    form = DeclineForm(request.POST or None)
    back = reverse("campaigns:issuing-list")
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            invoicing.decline(invoice, **form.cleaned_data, by=request.user)
            messages.success(request, _("Declined. The merchant reads the reason."))
            return redirect(back)
    head = Head(_("Decline the red-letter invoice"), above=_("Invoices"), back=back)
    return form_page(request, form, head=head, cancel_url=back, hint=_facts(invoice))


def _facts(invoice: InvoiceRequest) -> str:
    return _("%(merchant)s: %(amount)s, title “%(title)s”, tax number %(tax_number)s.") % {
        "merchant": invoice.merchant.name,
        "amount": yuan(invoice.amount_fen),
        "title": invoice.title,
        "tax_number": invoice.tax_number,
    }
