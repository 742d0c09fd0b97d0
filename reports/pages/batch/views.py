"""Batches: what the platform and each merchant sent, and what became of every row."""

from collections.abc import Iterable, Iterator

import pyarrow.parquet as pq
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.exports import file_response
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.uploads.bounds import files_behind_the_door, takes_files
from reports.pages.batch import columns
from reports.pages.batch.forms import MAX_UPLOAD_BYTES, UploadForm
from reports.pages.batch.tables import (
    BatchFilter,
    BatchTable,
    MerchantBatchTable,
    QuarantineFilter,
    QuarantineTable,
)
from reports.sources import own
from reports.sources.intake import quarantine_path
from reports.sources.models import Batch, BatchState, EventKind, Source, Unit
from reports.sources.receiving import receive_stream

# How files to start from are served.
_SAMPLES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@platform_page("source.manage")
def batch_list(request: PortalRequest) -> HttpResponseBase:
    batches = Batch.objects.visible_to(request.user).with_names()
    head = _files(above="", upload_url=reverse("reports:batch-new"))
    return table_page(request, BatchTable, batches, BatchFilter, head=head)


@takes_files(MAX_UPLOAD_BYTES)
@platform_page("source.manage")
@files_behind_the_door
def batch_new(request: PortalRequest) -> HttpResponseBase:
    return _upload(request, sources=Source.objects.of_platform().order_by("code"))


@platform_page("source.manage")
def batch_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    return _detail(request, _batch(request, pk=pk))


@platform_page("source.manage")
def batch_quarantine(request: PortalRequest, pk: int) -> HttpResponseBase:
    return _download(request, _batch(request, pk=pk))


@merchant_page("batch.upload")
def data_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    batches = merchant.batches.with_names()
    upload_url = reverse("reports:data-new", args=[merchant.code])
    head = _files(above=merchant.name, upload_url=upload_url)
    return table_page(request, MerchantBatchTable, batches, BatchFilter, head=head)


@takes_files(MAX_UPLOAD_BYTES)
@merchant_page("batch.upload")
@files_behind_the_door
def data_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    sources = Source.objects.of_parties().filter(events=EventKind.CONVERSIONS).order_by("code")
    return _upload(request, sources=sources, merchant=merchant)


@merchant_page("batch.upload")
def data_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    return _detail(request, _batch(request, pk=pk, merchant=merchant))


@merchant_page("batch.upload")
def data_quarantine(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    return _download(request, _batch(request, pk=pk, merchant=merchant))


def _batch(request: PortalRequest, **which: object) -> Batch:
    rows = Batch.objects.visible_to(request.user).select_related("source", "merchant", "job")
    return get_object_or_404(rows, **which)


def _files(*, above: str, upload_url: str) -> Head:
    link = Link(_("Upload a file"), upload_url, icon="upload")
    return Head(_("Data files"), above=above, links=[link])


def _upload(
    request: PortalRequest, *, sources: Iterable[Source], merchant: Merchant | None = None
) -> HttpResponseBase:
    sources = list(sources)
    kinds = [kind for kind in EventKind if any(source.events == kind for source in sources)]
    code, _dot, dialect = request.GET.get("sample", "").partition(".")
    if code in kinds and dialect in _SAMPLES:
        return _sample(code, dialect, _units(code, sources, merchant))
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        sources=sources,
        is_merchants=merchant is not None,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            file = form.cleaned_data["file"]
            batch = receive_stream(
                form.cleaned_data["source"],
                blocks=file.chunks(1 << 20),
                file_name=file.name,
                by=request.user,
                merchant=merchant,
                manifest=form.manifest(),
            )
            messages.success(request, _("Received. Every row is being checked."))
            return redirect(batch)
    files = reverse("reports:data-list", args=[merchant.code]) if merchant else ""
    return form_page(
        request,
        form,
        head=Head(_("Upload a file"), above=merchant.name if merchant else ""),
        submit=_("Upload"),
        cancel_url=files or reverse("reports:batch-list"),
        template="reports/batch_new.html",
        context={
            "is_of_a_merchant": merchant is not None,
            "contracts": [
                (kind.label, kind.value, columns.told(kind, _units(kind, sources, merchant)))
                for kind in kinds
            ],
        },
    )


def _units(events: str, sources: list[Source], merchant: Merchant | None) -> dict[str, Unit]:
    return own.units([source for source in sources if source.events == events], merchant)


def _sample(events: str, dialect: str, units: dict[str, Unit]) -> HttpResponseBase:
    """A file to start from."""
    content = columns.sample(events, dialect, units)
    answer = HttpResponse(content, content_type=_SAMPLES[dialect])
    answer["Content-Disposition"] = f'attachment; filename="{events}.{dialect}"'
    return answer


def _detail(request: PortalRequest, batch: Batch) -> HttpResponseBase:
    context = {"batch": batch}
    if batch.state == BatchState.RECEIVED:
        return render(request, "reports/batch_waiting.html", context)
    rows = batch.quarantined_rows.select_related("batch__source").order_by("line")
    return table_page(
        request,
        QuarantineTable,
        rows,
        QuarantineFilter,
        template="reports/batch_detail.html",
        context=context,
    )


def _download(request: PortalRequest, batch: Batch) -> HttpResponseBase:
    """Every quarantined row as CSV."""
    name = f"quarantined-{batch.pk}"
    return file_response(request, _quarantined(batch), name, count=batch.quarantined)


def _quarantined(batch: Batch) -> Iterator[list[object]]:
    yield ["line", "field", "reason", "raw"]
    if batch.quarantine_fence is None:
        return
    for rows in pq.ParquetFile(quarantine_path(batch)).iter_batches(10_000):
        for row in rows.to_pylist():
            yield list(row.values())
