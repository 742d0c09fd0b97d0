"""The button that asks for the days of a report to be computed again."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.forms import act
from reports.attribution import runs
from reports.pages.report.forms import QuestionForm


@require_POST
@merchant_page("report.run")
def report_run(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """Queue a run over the days of the question; the report it goes back to shows its progress."""
    form = QuestionForm(merchant, request.POST)
    back = reverse("reports:report-detail", args=[merchant.code])
    if not form.is_valid():
        messages.error(request, _("These days cannot be computed."))
        return redirect(back)
    asked = form.question
    return act(
        request,
        lambda: runs.request(
            first_on=asked.first_on, last_on=asked.last_on, merchant=merchant, by=request.user
        ),
        done=_("The days are being computed. This page shows how far it is."),
        to=f"{back}?{form.address}",
    )
