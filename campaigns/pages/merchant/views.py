"""What an account manager looks after: her merchants, and their payments."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.money import with_money
from campaigns.ledger import payments
from campaigns.pages.merchant.forms import MerchantPaymentForm
from campaigns.pages.merchant.tables import MerchantTable
from campaigns.pages.wallet.views import said_of
from merchants.companies.models import Merchant
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@platform_page("merchant.look_after")
def merchant_list(request: PortalRequest) -> HttpResponseBase:
    record = Link(_("Record a payment"), reverse("campaigns:payment-new"), needs="payment.record")
    return table_page(
        request,
        MerchantTable,
        with_money(Merchant.objects.looked_after_by(request.user)).order_by("name"),
        head=Head(_("My merchants"), above=_("Platform"), links=[record]),
        export_name="my-merchants",
    )


@platform_page("payment.record")
def payment_new(request: PortalRequest) -> HttpResponseBase:
    """Record a payment for one of one's own merchants; `?merchant=` has chosen it already."""
    mine = Merchant.objects.looked_after_by(request.user).order_by("name")
    chosen = mine.filter(code=request.GET.get("merchant", "").replace("\0", "")).first()
    form = MerchantPaymentForm(request.POST or None, merchants=mine, initial={"merchant": chosen})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = payments.record(**form.cleaned_data, by=request.user)
            messages.success(request, said_of(made))
            return redirect("campaigns:wallet-detail", form.cleaned_data["merchant"].code)
    return form_page(
        request,
        form,
        head=Head(_("Record a payment"), above=_("Platform")),
        submit=_("Record"),
        cancel_url=reverse("campaigns:merchant-list"),
        hint=_("Only what the bank statement shows. A transfer in the ledger is for good."),
    )
