"""Economics: what a merchant assumes of its trade, since when, and what takes it."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.costs.economics import USES, Assumed, Assumption, assume
from campaigns.pages.economics.forms import AssumptionForm
from campaigns.pages.economics.tables import AssumptionTable
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import clock
from portal.accounts.access import PortalRequest
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("cost.view")
def assumption_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    url = reverse("campaigns:assumption-new", args=[merchant.code])
    new = Link(_("Assume a share"), url, needs="economics.edit")
    today = clock.today()
    said = Assumption.objects.in_force(merchant, today)
    return table_page(
        request,
        AssumptionTable,
        Assumption.objects.filter(merchant=merchant)
        .select_related("recorded_by")
        .order_by("-from_on", "-recorded_at"),
        head=Head(
            _("Economics"),
            above=_("Costs from outside"),
            back=reverse("campaigns:cost-list", args=[merchant.code]),
            lead=_(
                "What you assume of your trade. Reports name it with its day wherever they use it."
            ),
            links=[new],
        ),
        empty_link=new,
        export_name="economics",
        template="campaigns/assumption_list.html",
        context={
            "today": today,
            "shares": [(what, said.get(what), USES[what]) for what in Assumed],
        },
    )


@merchant_page("economics.edit")
def assumption_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = AssumptionForm(request.POST or None, initial={"from_on": clock.today()})
    url = reverse("campaigns:assumption-list", args=[merchant.code])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            typed = form.cleaned_data
            assume(merchant, Assumed(typed.pop("what")), **typed, by=request.user)
            messages.success(request, _("Recorded. It holds from that day on."))
            return redirect(url)
    return form_page(
        request,
        form,
        head=Head(_("Assume a share"), above=merchant.name),
        submit=_("Record"),
        cancel_url=url,
        hint=_("What was said before stays in the list; of one day the later word counts."),
    )
