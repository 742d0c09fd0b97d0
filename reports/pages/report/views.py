"""The report page: one address holds the whole question, and answers page, table and export."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.exports import csv_file
from portal.ui.views import table_page
from reports.answers import export
from reports.answers.answer import answer
from reports.pages.report.forms import QuestionForm
from reports.pages.report.parts import ReportPage
from reports.pages.report.tables import BreakdownTable, records

TEMPLATE = "reports/report_detail.html"


@merchant_page("report.view")
def report_detail(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """A report of `merchant`; 422 with what was typed when its days cannot be a report."""
    form = QuestionForm(merchant, request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"merchant": merchant, "form": form}, status=422)
    report = answer(form.question)
    export_name = export.file_name(report)
    rows = searched(records(report), request.GET.get("q", ""))
    if request.GET.get("export") == "csv":
        table = BreakdownTable(rows)
        table.sort_as(request.GET.getlist("sort"))
        lines = export.csv_lines(report, [record["row"] for record in table.data])
        return csv_file(lines, export_name)
    page = ReportPage(request, report)
    is_filtered = bool(request.GET.get("q"))
    context = {"merchant": merchant, "form": form, "page": page, "is_filtered": is_filtered}
    return table_page(
        request, TEMPLATE, BreakdownTable, rows, context=context, export_name=export_name
    )


def searched(rows: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    """The rows whose name, second line or key contain `words`."""
    words = words.strip().casefold()
    if not words:
        return rows
    return [row for row in rows if row["row"].label.contains(words)]
