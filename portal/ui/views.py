"""The list page: one function answers page, partial and export."""

from collections.abc import Mapping, Sequence

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from portal.ui import exports, prepared, turning
from portal.ui.filters import PortalFilter
from portal.ui.pages import Head, Link
from portal.ui.tables import PAGE_SIZES, PortalTable


def table_page(
    request: HttpRequest,
    table_class: type[PortalTable],
    queryset: QuerySet[Model] | Sequence[object],
    filterset_class: type[PortalFilter] | None = None,
    *,
    head: Head | None = None,
    empty_link: Link | None = None,
    export_name: str = "",
    count: int | None = None,
    template: str = "portal/list.html",
    context: Mapping[str, object] | None = None,
) -> HttpResponseBase:
    """Answer a list: the page, only its table (htmx), or all of it as a file (`?export=csv`
    or `xlsx`), of which one is prepared when it is long (`portal.ui.prepared`).

    `queryset` is a QuerySet or a list of rows; `filterset_class` a subclass of PortalFilter.
    `empty_link` is what to do as long as there is no row. With `export_name` (a file name without
    extension) the table offers its export. `count` is how many rows there are, where that is known
    without counting them. A list that is more than its table has a `template` of
    its own, mostly one that extends `portal/list.html`, and gives it `context`; only one that
    names itself goes without `head`.
    """
    filterset = filterset_class(request.GET, queryset, request=request) if filterset_class else None
    table = table_class(filterset.qs if filterset else queryset)
    _ask(table, request, count)
    if export_name and exports.is_asked(request):
        return exports.table_response(request, table, export_name)
    table.turn_to(request.GET)
    is_partial = _wants_partial(request)
    response = render(
        request,
        "portal/_rows.html" if is_partial else template,
        {
            "head": head,
            "empty_link": empty_link,
            "table": table,
            "filterset": filterset,
            "narrowed_by": filterset.asked if filterset else [],
            "is_filtered": bool(filterset and filterset.is_narrowed),
            "export_name": export_name,
            "is_prepared": bool(table.turned) or table.page.paginator.count > prepared.MOST_ROWS,
            "page_sizes": PAGE_SIZES,
            "most_counted": turning.MOST_COUNTED,
            **(context or {}),
        },
    )
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _ask(table: PortalTable, request: HttpRequest, count: int | None) -> None:
    """Put the rows in the order that the address asks for."""
    # Given the request, the library would page and sort by it, unbounded; columns may ask for it.
    table.request = request
    table.count_is(count)
    table.sort_as(request.GET.getlist("sort"))


def _wants_partial(request: HttpRequest) -> bool:
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request and htmx.target == "table"
