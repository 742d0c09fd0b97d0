"""The models side by side: how much of a note's credit is the choice of a model."""

from django.http import HttpResponseBase
from django.shortcuts import render

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.views import table_page
from reports.answers.side_by_side import compare
from reports.pages.report.forms import ComparisonForm
from reports.pages.report.tables import ModelsTable, compared
from reports.pages.report.views import searched

TEMPLATE = "reports/report_models.html"


@merchant_page("report.view")
def report_models(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """Every model's credit per note or listing; 422 when the days cannot be a report."""
    form = ComparisonForm(merchant, request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"merchant": merchant, "form": form}, status=422)
    comparison = compare(form.question)
    rows = searched(compared(comparison), request.GET.get("q", ""))
    is_filtered = bool(request.GET.get("q"))
    context = {
        "merchant": merchant, "form": form, "comparison": comparison, "is_filtered": is_filtered,
    }  # fmt: skip
    return table_page(request, TEMPLATE, ModelsTable, rows, context=context)
