"""Statements: the months of a merchant's own money, and one month as page, file and paper."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.pages.statement.tables import LineTable, Shown, StatementTable
from campaigns.statements import files, giving, months
from campaigns.statements.giving import Given
from campaigns.statements.models import Statement
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest
from portal.ui.exports import file_response, is_asked
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("wallet.view")
def statement_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    lead = _("What came to your own money and went from it. Grants of funds stand beside it.")
    back = reverse("campaigns:wallet-detail", args=[merchant.code])
    return table_page(
        request,
        StatementTable,
        Statement.objects.of(merchant).select_related("merchant").defer("content"),
        head=Head(_("Statements"), above=_("Wallet"), back=back, lead=lead),
        export_name="statements",
        template="campaigns/statement_list.html",
        context={"open_months": giving.open_months(merchant)},
    )


@merchant_page("wallet.view")
def statement_detail(request: PortalRequest, merchant: Merchant, month: str) -> HttpResponseBase:
    """One month; `?export=csv`, `xlsx` or `json` gives all of it as a file."""
    asked = months.read(month)
    given = giving.give(merchant, asked) if asked else None
    if given is None:
        raise Http404
    name = f"statement-{merchant.code}-{given.month}"
    if request.GET.get("export") == "json":
        response = HttpResponse(given.content, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
    if is_asked(request):
        rows = files.table(given.drawn, state=given.state)
        return file_response(request, rows, name, count=len(given.drawn.lines))
    return table_page(
        request,
        LineTable,
        [Shown(line, merchant) for line in given.drawn.lines],
        head=_head(merchant, given),
        export_name=name,
        template="campaigns/statement_detail.html",
        context={"given": given, "statement": given.drawn},
    )


def _head(merchant: Merchant, given: Given) -> Head:
    url = reverse("campaigns:statement-detail", args=[merchant.code, given.month])
    return Head(
        _("Statement %(month)s") % {"month": given.month},
        above=_("Statements"),
        back=reverse("campaigns:statement-list", args=[merchant.code]),
        lead=merchant.name,
        links=[Link("JSON", f"{url}?export=json", "download", is_main=False)],
    )
