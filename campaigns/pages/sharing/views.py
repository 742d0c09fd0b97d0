"""What admins do with the page of a fund's partner: name his address, sign it, mail codes, end
them, and read who has read."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.funds.models import Fund
from campaigns.pages.sharing.forms import AddressForm, SignForm
from campaigns.pages.sharing.tables import ReadingTable
from campaigns.sharing import verbs
from campaigns.sharing.models import FundGuest, FundPartner, FundReading
from portal.accounts import history, versions
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.editing import carry
from portal.ui.forms import act, form_page, refusals_on
from portal.ui.pages import Head
from portal.ui.views import table_page

MANAGE = "fund.manage"
# Codes of a fund that its page names: the newest.
MOST_GUESTS = 50


@platform_page(MANAGE)
def partner_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The address, the codes that were mailed, and every reading."""
    fund = get_object_or_404(Fund, pk=pk)
    partner = FundPartner.objects.filter(fund=fund).select_related("asked_by").first()
    readings = FundReading.objects.filter(guest__fund=fund).select_related("guest")
    return table_page(
        request,
        ReadingTable,
        readings.order_by("-pk"),
        export_name=f"readings-{fund.code}",
        template="campaigns/partner_detail.html",
        context={
            "fund": fund,
            "partner": partner,
            "guests": FundGuest.objects.filter(fund=fund)
            .select_related("sent_by")
            .order_by("-pk")[:MOST_GUESTS],
            "history": history.of(partner) if partner else None,
        },
    )


@platform_page(MANAGE)
def partner_address(request: PortalRequest, pk: int) -> HttpResponseBase:
    fund = get_object_or_404(Fund, pk=pk)
    partner = FundPartner.objects.filter(fund=fund).first() or FundPartner(fund=fund)
    initial = {"version": versions.of(partner), "email": partner.asked_email or partner.email}
    form = AddressForm(request.POST or None, initial=initial)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.ask_address(fund, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. It holds once another admin has signed it."))
            return redirect("campaigns:partner-detail", fund.pk)
    back = reverse("campaigns:partner-detail", args=[fund.pk])
    head = Head(_("Address of the partner"), above=str(fund), back=back)
    return form_page(request, form, head=head, cancel_url=back)


@platform_page(MANAGE)
def partner_sign(request: PortalRequest, pk: int) -> HttpResponseBase:
    partner = get_object_or_404(FundPartner.objects.select_related("fund"), fund=pk)
    initial = versions.shown(partner, "asked_email", "email")
    form = SignForm(request.POST or None, initial=initial)
    carry(form)
    back = reverse("campaigns:partner-detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.sign_address(partner.fund, **form.cleaned_data, by=request.user)
            messages.success(request, _("Signed. Codes go to this address from now on."))
            return redirect(back)
    asked = {"address": partner.asked_email or partner.email}
    return form_page(
        request,
        form,
        head=Head(_("Sign the address"), above=str(partner.fund), back=back),
        submit=_("Sign"),
        cancel_url=back,
        hint=_("Whoever reads mails at %(address)s reads the fund’s books. Is it the partner?")
        % asked,
    )


@platform_page(MANAGE)
def partner_send(request: PortalRequest, pk: int) -> HttpResponseBase:
    partner = get_object_or_404(FundPartner.objects.select_related("fund"), fund=pk)
    form = SignForm(request.POST or None, initial=versions.shown(partner, "email"))
    carry(form)
    back = reverse("campaigns:partner-detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            guest = verbs.send_code(partner.fund, **form.cleaned_data, by=request.user)
            if guest.mailed_at:
                told = _("On its way. The code is in that mail and nowhere else.")
                messages.success(request, told)
            else:
                messages.error(request, _("The mail could not be sent. Mail another code later."))
            return redirect(back)
    return form_page(
        request,
        form,
        head=Head(_("Mail a code"), above=str(partner.fund), back=back),
        submit=_("Mail it"),
        cancel_url=back,
        hint=_("A code for 30 days goes to %(address)s.") % {"address": partner.email}
        if partner.email
        else _("No address of the partner is signed yet."),
    )


@require_POST
@platform_page(MANAGE)
def guest_revoke(request: PortalRequest, pk: int) -> HttpResponse:
    guest = get_object_or_404(FundGuest, pk=pk)
    return act(
        request,
        lambda: verbs.revoke(guest, by=request.user),
        done=_("Revoked. The page is closed to whoever has this code."),
        to=reverse("campaigns:partner-detail", args=[guest.fund_id]),
    )
