"""Sources: the platform's list, what one declares with its last files, and its form."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import versions
from portal.accounts.access import PortalRequest, platform_page
from portal.shell import objects
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from reports.pages.batch.tables import BatchFilter, BatchTable
from reports.pages.source.forms import SourceForm
from reports.pages.source.tables import ReadBatchTable, SourceFilter, SourceTable
from reports.pages.source.words import sent_by
from reports.sources import verbs as sources
from reports.sources.models import Source
from reports.sources.suspensions import DataSuspension

# The page of a source shows so many of the newest; their list has all.
SUSPENSIONS = 10
EDITED = (
    "name_zh", "name_en", "unit", "zone", "most_fen", "rhythm", "delay_days", "sends",
)  # fmt: skip


@platform_page("source.view")
def source_list(request: PortalRequest) -> HttpResponseBase:
    rows = Source.objects.for_list().order_by("pk")
    suspended = Link(
        _("Suspended data"), reverse("reports:suspension-list"), icon="eye-off", is_main=False
    )
    unplaced = Link(_("Belongs nowhere"), reverse("reports:unplaced-list"), icon="map-pin-off")
    returned = Link(
        _("Refund periods"), reverse("reports:refund-list"), icon="receipt-refund", is_main=False
    )
    head = Head(_("Sources"), above=_("Platform"), links=[unplaced, suspended, returned])
    return table_page(request, SourceTable, rows, SourceFilter, head=head, export_name="sources")


@platform_page("source.view")
def source_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    source = get_object_or_404(Source.objects.select_related("merchant"), pk=pk)
    return table_page(
        request,
        BatchTable if "source.manage" in request.may else ReadBatchTable,
        source.batches.with_names(),
        BatchFilter,
        template="reports/source_detail.html",
        context={
            "source": source,
            "sends": sent_by(source),
            "suspensions": DataSuspension.objects.filter(source=source).for_list()[:SUSPENSIONS],
            **objects.context(request, source),
        },
    )


@platform_page("source.manage")
def source_edit(request: PortalRequest, pk: int) -> HttpResponseBase:
    source = get_object_or_404(Source, pk=pk)
    shown = versions.shown(source, *EDITED)
    form = SourceForm(request.POST or None, initial=shown, source=source)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sources.edit(source, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. Files that come from now on are read by it."))
            return redirect("reports:source-detail", source.pk)
    return form_page(
        request,
        form,
        head=Head(_("Change what the source declares"), above=source.name),
        cancel_url=reverse("reports:source-detail", args=[source.pk]),
    )
