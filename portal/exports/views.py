"""The page of an export while it is prepared and as long as it is kept, and its file."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation

from portal.accounts.access import PortalRequest, person_page
from portal.exports import asking, verbs
from portal.exports.models import Export, list_at
from portal.refusals import Refusal
from portal.uploads import serving


def prepare(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer whoever asked a list for its export: with the page of the file that is prepared."""
    known = cast("PortalRequest", request)
    try:
        export = verbs.ask(
            address=f"{request.path_info}?{request.META['QUERY_STRING']}",
            name=name,
            language=translation.get_language(),
            team=known.team,
            by=known.user,
        )
    except Refusal as no:
        messages.error(request, no.message)
        return redirect(list_at(request.get_full_path()))
    return redirect(export)


@person_page
def export_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    export = _own(request, pk)
    is_open = export.is_kept and asking.is_open(export)
    return render(request, "exports/export_detail.html", {"export": export, "is_open": is_open})


@person_page
def export_file(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The file, for whoever asked for it, while he may read the list."""
    export = _own(request, pk)
    if not export.is_kept or not asking.is_open(export):
        raise Http404
    try:
        opened = export.path.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    return serving.sent(opened, file_name=export.file_name, content_type=export.content_type)


def _own(request: PortalRequest, pk: int) -> Export:
    return get_object_or_404(request.user.exports.select_related("job__team"), pk=pk)
