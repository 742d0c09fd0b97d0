"""A merchant's money: balance, what boosts hold, every movement, payments received."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts import funding
from campaigns.boosts.money import money_of
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Payment, Transfer
from campaigns.pages.wallet.filters import TransferFilter
from campaigns.pages.wallet.forms import PaymentForm
from campaigns.pages.wallet.tables import WalletTable
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.words import yuan


def said_of(made: Transfer | Payment) -> str:
    """What was done with a payment, in a sentence for whoever recorded it."""
    if isinstance(made, Payment):
        return _("%(amount)s recorded. It is booked when a second person has signed it.") % {
            "amount": yuan(made.amount_fen)
        }
    return _("%(amount)s recorded.") % {"amount": yuan(made.amount_fen)}


@merchant_page("wallet.view")
def wallet_detail(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    url = reverse("campaigns:wallet-deposit", args=[merchant.code])
    record = Link(_("Record a payment"), url, needs="payment.record")
    wallet = ledger.find(ledger.wallet_key(merchant))
    return table_page(
        request,
        WalletTable,
        funding.history_of(wallet),
        TransferFilter,
        head=Head(_("Wallet"), above=merchant.name, links=[record]),
        export_name="wallet",
        template="campaigns/wallet_detail.html",
        context={"money": money_of(merchant), "to_sign": payments.waiting_for(wallet)},
    )


@merchant_page("payment.record")
def wallet_deposit(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = PaymentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = payments.record(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, said_of(made))
            return redirect("campaigns:wallet-detail", merchant.code)
    return form_page(
        request,
        form,
        head=Head(_("Record a payment"), above=merchant.name),
        submit=_("Record"),
        cancel_url=reverse("campaigns:wallet-detail", args=[merchant.code]),
        hint=_("Only what the bank statement shows. A transfer in the ledger is for good."),
    )
