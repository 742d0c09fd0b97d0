"""Reports: one address holds the whole question, and answers page, table and export."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.exports import count_of, file_response, is_asked
from portal.ui.forms import act, words_of
from portal.ui.views import table_page
from portal.words import ENGLISH
from reports.answers import counted_days, export, export_cut, export_models
from reports.answers.answer import answer
from reports.answers.cut import asked_of, cut, find
from reports.answers.doubts import doubts_of_comparison
from reports.answers.giving import given
from reports.answers.maturity_words import by_model
from reports.answers.side_by_side import compare
from reports.attribution import runs
from reports.pages.report.forms import ComparisonForm, ObjectForm, QuestionForm
from reports.pages.report.known import KnownPart
from reports.pages.report.parts import ReportPage
from reports.pages.report.tables import BreakdownTable, ComparedData, ModelsTable, report_data

Answer = TypeVar("Answer")

TEMPLATE = "reports/report_detail.html"
COMPARISON = "reports/report_models.html"


@merchant_page("report.view")
def report_detail(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """A report of `merchant`; 422 with what was typed when its days cannot be a report."""
    form = QuestionForm(merchant, request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=422)
    is_file = is_asked(request)
    report = answer(given(form.question) if is_file else form.question)
    export_name = export.file_name(report)
    words = words_of(request)
    data = report_data(report.rows.found(words) if words else report.rows)
    if is_file:
        table = BreakdownTable(data)
        table.sort_as(request.GET.getlist("sort"))
        rows = export.table(report, table.data.data)
        return file_response(request, rows, export_name, count=count_of(table))
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
    form_of_file = request.GET.get("export")
    is_file = is_asked(request)
    is_given = is_file or form_of_file == "json"
    comparison = compare(given(form.question) if is_given else form.question)
    export_name = export_models.file_name(comparison)
    if form_of_file == "json":
        return json_file(export_models.as_json, comparison, export_name)
    words = words_of(request)
    data = ComparedData(comparison.rows.found(words) if words else comparison.rows)
    if is_file:
        table = ModelsTable(data)
        table.sort_as(request.GET.getlist("sort"))
        rows = export_models.table(comparison, table.data.data)
        return file_response(request, rows, export_name, count=count_of(table))
    context = {
        "form": form,
        "comparison": comparison,
        "known": KnownPart(comparison.question, comparison.coverage),
        "shares": by_model(comparison.maturity),
        "doubts": doubts_of_comparison(comparison),
        "on_some_days": counted_days.told(comparison.rows.facts, comparison.metrics),
        **_narrowed(words),
    }
    return table_page(
        request, ModelsTable, data, export_name=export_name, template=COMPARISON, context=context
    )


@merchant_page("report.view")
def report_object(
    request: PortalRequest, merchant: Merchant, kind: str, pk: int
) -> HttpResponseBase:
    """The numbers of one object of `merchant` as a file, CSV unless another is asked for; 422
    when the days cannot be a report."""
    row = find(merchant, kind, pk)
    form = ObjectForm(merchant, request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=422)
    found = cut(given(asked_of(form.question, row)), row)
    if request.GET.get("export") == "json":
        return json_file(export_cut.as_json, found, export_cut.file_name(found))
    return file_response(request, export_cut.table(found), export_cut.file_name(found), count=1)


def json_file(written: Callable[[Answer], str], answer: Answer, name: str) -> HttpResponse:
    """`answer` as a download for programs: what has no name of its own is called the same in every
    language."""
    with translation.override(ENGLISH):
        response = HttpResponse(written(answer), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


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
