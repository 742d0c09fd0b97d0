"""What an account manager looks after: her merchants."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.money import with_money
from campaigns.pages.merchant.tables import MerchantTable
from merchants.companies.models import Merchant
from portal.accounts.access import PortalRequest, platform_page
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
