"""What an account manager looks after: her merchants, and their payments."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.models import BoostStatus
from campaigns.ledger import payments
from campaigns.pages.portfolio.forms import MerchantPaymentForm
from campaigns.pages.portfolio.tables import PortfolioTable
from campaigns.pages.wallet.views import said_of
from merchants.companies.models import Merchant
from portal.accounts.access import PortalRequest, platform_page
from portal.accounts.models import User
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@platform_page("merchant.look_after")
def merchant_list(request: PortalRequest) -> HttpResponseBase:
    record = Link(_("Record a payment"), reverse("campaigns:payment-new"), needs="payment.record")
    rows = _looked_after_by(request.user).annotate(
        waiting=Count("boosts", filter=Q(boosts__status=BoostStatus.SUBMITTED)),
        held_fen=Coalesce(Sum("boosts__hold__balance_fen"), 0),
        free_fen=Coalesce("wallet__balance_fen", 0),
    )
    return table_page(
        request,
        PortfolioTable,
        rows,
        head=Head(_("My merchants"), above=_("Platform"), links=[record]),
        export_name="my-merchants",
    )


@platform_page("payment.record")
def payment_new(request: PortalRequest) -> HttpResponseBase:
    """Record a payment for one of one's own merchants; `?merchant=` has chosen it already."""
    mine = _looked_after_by(request.user)
    chosen = mine.filter(code=request.GET.get("merchant", "")).first()
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


def _looked_after_by(person: User) -> QuerySet[Merchant]:
    return Merchant.objects.visible_to(person).filter(account_manager=person).order_by("name")
