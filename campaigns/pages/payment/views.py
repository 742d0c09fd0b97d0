"""Recording payments that arrived: for one merchant, for one of one's own, into a fund."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import payments
from campaigns.ledger.models import Payment, Transfer
from campaigns.pages.payment.forms import MerchantPaymentForm, PaymentForm
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head
from portal.words import yuan


@merchant_page("payment.record")
def wallet_deposit(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = PaymentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = payments.record(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _said_of(made))
            return redirect("campaigns:wallet-detail", merchant.code)
    head = Head(_("Record a payment"), above=merchant.name)
    return _page(request, form, head, reverse("campaigns:wallet-detail", args=[merchant.code]))


@platform_page("payment.record")
def payment_new(request: PortalRequest) -> HttpResponseBase:
    """Record a payment for one of one's own merchants; `?merchant=` has chosen it already."""
    mine = Merchant.objects.looked_after_by(request.user).order_by("name")
    chosen = mine.filter(code=request.GET.get("merchant", "").replace("\0", "")).first()
    form = MerchantPaymentForm(request.POST or None, merchants=mine, initial={"merchant": chosen})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = payments.record(**form.cleaned_data, by=request.user)
            messages.success(request, _said_of(made))
            return redirect("campaigns:wallet-detail", form.cleaned_data["merchant"].code)
    head = Head(_("Record a payment"), above=_("Platform"))
    return _page(request, form, head, reverse("campaigns:merchant-list"))


@platform_page("fund.manage")
def fund_pay_in(request: PortalRequest, pk: int) -> HttpResponseBase:
    fund = get_object_or_404(Fund, pk=pk)
    form = PaymentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = funds.pay_in(fund, **form.cleaned_data, by=request.user)
            messages.success(request, _said_of(made))
            return redirect("campaigns:fund-list")
    funds_url = reverse("campaigns:fund-list")
    head = Head(_("Pay in: %(fund)s") % {"fund": fund}, above=_("Funds"), back=funds_url)
    return _page(request, form, head, funds_url)


def _said_of(made: Transfer | Payment) -> str:
    """What was done with a payment, in a sentence for whoever recorded it."""
    if made.stood:
        said = _("This payment stands already, as “%(reference)s”. Nothing was recorded again.")
    else:
        said = _("%(amount)s recorded.")
    if isinstance(made, Payment):
        said = f"{said} {_('It is booked when a second person has signed it.')}"
    return said % {"reference": made.reference, "amount": yuan(made.amount_fen)}


def _page(request: PortalRequest, form: PaymentForm, head: Head, cancel_url: str) -> HttpResponse:
    return form_page(
        request,
        form,
        head=head,
        submit=_("Record"),
        cancel_url=cancel_url,
        hint=_("Only what the bank statement shows. A transfer in the ledger is for good."),
    )
