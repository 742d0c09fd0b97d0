"""Refunds of balance: a merchant asks for one and follows it; the platform has the bank pay it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.money import money_of
from campaigns.ledger import refunding
from campaigns.ledger.refunds import OPEN, BalanceRefund, RefundStatus
from campaigns.pages.refund.forms import PaidForm, RefundForm, TurnDownForm
from campaigns.pages.refund.tables import PayoutTable, RefundTable
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.words import yuan


@merchant_page("wallet.view")
def refund_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    new = reverse("campaigns:refund-new", args=[merchant.code])
    links = [Link(_("Ask for a refund"), new, needs="refund.request")]
    back = reverse("campaigns:wallet-detail", args=[merchant.code])
    lead = _("One person checks it, another has the bank pay it; until then its money is held.")
    rows = BalanceRefund.objects.of(merchant)
    return table_page(
        request,
        RefundTable,
        rows,
        head=Head(_("Refunds of balance"), above=_("Wallet"), back=back, lead=lead, links=links),
        export_name="refunds",
        template="campaigns/refund_list.html",
        context={"open_refund": rows.filter(status__in=OPEN).first()},
    )


@merchant_page("refund.request")
def refund_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = RefundForm(request.POST or None)
    back = reverse("campaigns:refund-list", args=[merchant.code])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            refunding.request(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("Asked for. You see here how far it is."))
            return redirect(back)
    return form_page(
        request,
        form,
        head=Head(_("Ask for a refund"), above=_("Refunds of balance"), back=back),
        submit=_("Ask for it"),
        cancel_url=back,
        hint=_("%(free)s are free in the wallet. They are paid to “%(company)s” alone.")
        % {"free": yuan(money_of(merchant).free_fen), "company": merchant.name},
    )


def _refund(merchant: Merchant, pk: int) -> BalanceRefund:
    return get_object_or_404(BalanceRefund.objects.of(merchant), pk=pk)


refund_withdraw = button(
    merchant_page("refund.request"),
    _refund,
    refunding.withdraw,
    done=lambda refund: _("Withdrawn. The money is free again."),
    to=lambda refund: reverse("campaigns:refund-list", args=[refund.merchant.code]),
)


@platform_page("refund.pay")
def payout_list(request: PortalRequest) -> HttpResponseBase:
    """Refunds that are checked: those to be paid first."""
    checked = BalanceRefund.objects.for_review().filter(
        status__in=[RefundStatus.APPROVED, RefundStatus.PAID]
    )
    lead = _("Somebody has checked them. Whoever has the bank pay writes its reference down.")
    return table_page(
        request,
        PayoutTable,
        checked.order_by("status", "-pk"),
        head=Head(_("Refunds to pay"), above=_("Platform"), lead=lead),
        export_name="refunds-to-pay",
    )


@platform_page("refund.pay")
def payout_book(request: PortalRequest, pk: int) -> HttpResponseBase:
    return _decided(
        request,
        pk,
        PaidForm,
        refunding.pay,
        title=_("The bank has paid"),
        done=_("Booked. The merchant is told."),
    )


@platform_page("refund.pay")
def payout_turn_down(request: PortalRequest, pk: int) -> HttpResponseBase:
    return _decided(
        request,
        pk,
        TurnDownForm,
        refunding.turn_down,
        title=_("It cannot be paid"),
        done=_("The money is in the wallet again. The merchant reads the reason."),
    )


def _decided(
    request: PortalRequest,
    pk: int,
    form_class: type[forms.Form],
    decide: Callable[..., object],
    *,
    title: str,
    done: str,
) -> HttpResponseBase:
    """A form about one refund, which names what was read of it."""
    refund = get_object_or_404(BalanceRefund.objects.for_review(), pk=pk)
    form = form_class(request.POST or None, initial={"version": refund.version})
    back = reverse("campaigns:payout-list")
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            decide(refund, **form.cleaned_data, by=request.user)
            messages.success(request, done)
            return redirect(back)
    facts = _("%(number)s: %(amount)s to %(holder)s, %(bank)s, %(account)s.") % {
        "number": refund.number,
        "amount": yuan(refund.amount_fen),
        "holder": refund.holder,
        "bank": refund.bank,
        "account": refund.bank_account,
    }
    head = Head(title, above=_("Refunds to pay"), back=back)
    return form_page(request, form, head=head, cancel_url=back, hint=facts)
