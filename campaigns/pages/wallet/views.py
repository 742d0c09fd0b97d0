"""A merchant's money: balance, what boosts hold, every movement."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts import funding
from campaigns.boosts.money import money_of
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.pages.wallet import paying_in
from campaigns.pages.wallet.filters import TransferFilter
from campaigns.pages.wallet.tables import WalletTable
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("wallet.view")
def wallet_detail(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    url = reverse("campaigns:wallet-deposit", args=[merchant.code])
    record = Link(_("Record a payment"), url, needs="payment.record")
    key = ledger.wallet_key(merchant)
    return table_page(
        request,
        WalletTable,
        funding.history_of(ledger.find(key)),
        TransferFilter,
        head=Head(_("Wallet"), above=merchant.name, links=[record]),
        export_name="wallet",
        template="campaigns/wallet_detail.html",
        context={
            "money": money_of(merchant),
            "to_sign": payments.waiting_for(key),
            "paying_in": paying_in.of(merchant),
        },
    )
