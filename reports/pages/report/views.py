"""Reports: one address holds the whole question, and answers page, table and export."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.exports import count_of, csv_file
from portal.ui.forms import act, words_of
from portal.ui.views import table_page
from reports.answers import export
from reports.answers.answer import answer
from reports.answers.coverage import given
from reports.answers.maturity_words import by_model
from reports.answers.side_by_side import compare
from reports.attribution import runs
from reports.pages.report.forms import ComparisonForm, QuestionForm
from reports.pages.report.parts import ReportPage
from reports.pages.report.tables import BreakdownTable, ComparedData, ModelsTable, report_data

TEMPLATE = "reports/report_detail.html"
COMPARISON = "reports/report_models.html"


@merchant_page("report.view")
def report_detail(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """A report of `merchant`; 422 with what was typed when its days cannot be a report."""
    form = QuestionForm(merchant, request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=422)
    is_file = request.GET.get("export") == "csv"
    report = answer(given(form.question) if is_file else form.question)
    export_name = export.file_name(report)
    words = words_of(request)
    data = report_data(report.rows.found(words) if words else report.rows)
    if is_file:
        table = BreakdownTable(data)
        table.sort_as(request.GET.getlist("sort"))
        lines = export.csv_lines(report, table.data.data)
        return csv_file(request, lines, export_name, rows=count_of(table))
    context = {"form": form, "page": ReportPage(report), **_narrowed(words)}
    return table_page(
        request, BreakdownTable, data, export_name=export_name, template=TEMPLATE, context=context
    )


@merchant_page("report.view")
def report_models(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """Every model's credit per note or listing; 422 when the days cannot be a report."""
    form = ComparisonForm(merchant, request.GET)
    if not form.is_valid():
        return render(request, COMPARISON, {"form": form}, status=422)
    comparison = compare(form.question)
    words = words_of(request)
    data = ComparedData(comparison.rows.found(words) if words else comparison.rows)
    context = {
        "form": form,
        "comparison": comparison,
        "shares": by_model(comparison.maturity),
        **_narrowed(words),
    }
    return table_page(request, ModelsTable, data, template=COMPARISON, context=context)


def _narrowed(words: str) -> dict[str, object]:
    """What the rows say of the words they were found by."""
    return {"is_filtered": bool(words), "narrowed_by": [(_("Find a row"), words)] if words else []}


@require_POST
@merchant_page("report.run")
def report_run(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """Queue a run over the days of the question; the report it goes back to shows its progress."""
    form = QuestionForm(merchant, request.POST)
    back = reverse("reports:report-detail", args=[merchant.code])
    if not form.is_valid():
        messages.error(request, _("These days cannot be computed."))
        return redirect(back)
    first_on, last_on = form.question.order_days
    return act(
        request,
        lambda: runs.request(
            first_on=first_on, last_on=last_on, merchant=merchant, by=request.user
        ),
        done=_("The days are being computed. This page shows how far it is."),
        to=f"{back}?{form.address}",
    )
