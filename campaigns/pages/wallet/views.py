"""A merchant's money: balance, what boosts hold, every movement."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts import funding
from campaigns.boosts.money import money_of
from campaigns.ledger import announcing, payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Announcement
from campaigns.pages.wallet import paying_in
from campaigns.pages.wallet.filters import TransferFilter
from campaigns.pages.wallet.forms import AnnouncementForm
from campaigns.pages.wallet.tables import WalletTable
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import clock
from portal.accounts.access import PortalRequest
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("wallet.view")
def wallet_detail(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    url = reverse("campaigns:wallet-deposit", args=[merchant.code])
    record = Link(_("Record a payment"), url, needs="payment.record")
    told = reverse("campaigns:announcement-new", args=[merchant.code])
    announce = Link(_("I have paid"), told, needs="payment.announce")
    listed = reverse("campaigns:statement-list", args=[merchant.code])
    statements = Link(_("Statements"), listed, "file-invoice", is_main=False)
    asked = reverse("campaigns:refund-list", args=[merchant.code])
    refunds = Link(_("Refunds of balance"), asked, "cash", is_main=False)
    listed = reverse("campaigns:invoice-list", args=[merchant.code])
    invoices = Link(_("Invoices"), listed, "file-invoice", is_main=False)
    links = [statements, invoices, refunds, announce, record]
    key = ledger.wallet_key(merchant)
    return table_page(
        request,
        WalletTable,
        funding.history_of(ledger.find(key)),
        TransferFilter,
        head=Head(_("Wallet"), above=merchant.name, links=links),
        export_name="wallet",
        template="campaigns/wallet_detail.html",
        context={
            "money": money_of(merchant),
            "to_sign": payments.waiting_for(key),
            "announced": announcing.shown_of(key),
            "paying_in": paying_in.of(merchant),
        },
    )


@merchant_page("payment.announce")
def announcement_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = AnnouncementForm(request.POST or None, initial={"paid_on": clock.today()})
    url = reverse("campaigns:wallet-detail", args=[merchant.code])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            announcing.announce(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("Announced. You see here when it has arrived."))
            return redirect(url)
    return form_page(
        request,
        form,
        head=Head(_("I have paid"), above=merchant.name),
        submit=_("Announce"),
        cancel_url=url,
        hint=_("Write “%(reference)s” as the purpose of your payment: by it we know it is yours.")
        % {"reference": merchant.reference},
    )


def _announcement(merchant: Merchant, pk: int) -> Announcement:
    return get_object_or_404(Announcement, account__merchant=merchant, pk=pk)


def _wallet(announcement: Announcement) -> str:
    merchant = Merchant.objects.get(wallet=announcement.account)
    return reverse("campaigns:wallet-detail", args=[merchant.code])


announcement_withdraw = button(
    merchant_page("payment.announce"),
    _announcement,
    announcing.withdraw,
    done=lambda announcement: _("Withdrawn. Nobody waits for this payment."),
    to=_wallet,
)
