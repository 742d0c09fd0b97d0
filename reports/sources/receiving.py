"""The door: keep the bytes, and ask for them to be taken in."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.jobs.queue import enqueue
from reports.events.sentences import manifest_sentence
from reports.sources import keeping, manifests, own
from reports.sources.models import Batch, BatchState, EventKind, Source
from reports.sources.refusal import BatchRefused

BLOCK_BYTES = 1 << 20


def receive(
    source: Source,
    *,
    path: Path,
    file_name: str,
    by: User | None,
    merchant: Merchant | None = None,
    manifest: dict[str, Any] | None = None,
    keeps_trying: bool = False,
) -> Batch:
    """Copy the file into the inbox and queue its intake; see `receive_stream`."""
    with path.open("rb") as file:
        return receive_stream(
            source,
            blocks=iter(lambda: file.read(BLOCK_BYTES), b""),
            file_name=file_name,
            by=by,
            merchant=merchant,
            manifest=manifest,
            keeps_trying=keeps_trying,
        )


def receive_stream(
    source: Source,
    *,
    blocks: Iterable[bytes],
    file_name: str,
    by: User | None,
    merchant: Merchant | None = None,
    manifest: dict[str, Any] | None = None,
    keeps_trying: bool = False,
) -> Batch:
    """Store what comes and queue its intake. `by` is None for the site's own jobs and commands.
    What nobody can send again `keeps_trying` until it is taken in.

    What a merchant sends goes to a source of his own at the marketplace of `source`, so that it
    corrects nothing of the marketplace's.

    The same bytes for the same source, not refused before, are the same batch: it is returned as
    it is, or queued once more when its job had failed for technical reasons. With something new
    said of their period or sample they are another batch, whose rows are duplicates.
    Raises PermissionDenied and BatchRefused.
    """
    _require(source, by=by, merchant=merchant)
    if merchant is not None:
        source = own.source_of(merchant, source.marketplace)
    told = manifests.checked(manifest or {})
    inbox = keeping.inbox()
    inbox.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=inbox, prefix="coming-")
    coming = Path(name)
    try:
        sha256, size = _store(handle, blocks)
        said = told.said.get("sha256", sha256)
        if said != sha256:
            raise BatchRefused(manifest_sentence("sha256", said=said, found=sha256))
        return _create(
            source,
            by=by,
            coming=coming,
            keeps_trying=keeps_trying,
            merchant=merchant,
            file_name=Path(file_name).name[-200:],
            sha256=sha256,
            bytes=size,
            told=told,
        )
    finally:
        coming.unlink(missing_ok=True)


def inbox_path(batch: Batch) -> Path:
    """Where the bytes of a batch wait; they are deleted when it is taken in or refused.

    A failed batch that still has its bytes can be tried again.
    """
    return keeping.inbox() / str(batch.pk)


def _require(source: Source, *, by: User | None, merchant: Merchant | None) -> None:
    if merchant is not None and source.events != EventKind.CONVERSIONS:
        raise BatchRefused(_("Merchants send conversions; touchpoints come from the community."))
    if source.merchant_id and (merchant is None or merchant.pk != source.merchant_id):
        raise BatchRefused(_("This source takes only what its merchant sends himself."))
    if by is None:
        return
    if merchant is None:
        permissions.require(by, "source.manage")
    else:
        permissions.require(by, "batch.upload", merchant.team)


def _store(handle: int, blocks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(handle, "wb") as file:
        for block in blocks:
            file.write(block)
            digest.update(block)
            size += len(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


@transaction.atomic
def _create(
    source: Source,
    *,
    by: User | None,
    coming: Path,
    keeps_trying: bool,
    told: manifests.Manifest,
    **values: Any,
) -> Batch:
    # One sender at a time per source, so that the same bytes meet their batch.
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    same = Batch.objects.filter(
        source=source, merchant=values["merchant"], sha256=values["sha256"]
    ).order_by("-pk")
    known = same.exclude(state=BatchState.FAILED)
    if "sampling_ratio" in told.said:
        # What is said of a sample is compared with what is agreed, also of bytes that are known.
        known = known.filter(manifest__sampling_ratio=told.said["sampling_ratio"])
    if found := (known.filter(**told.columns) if told.says_more else known).first():
        return found
    failed = same.filter(state=BatchState.FAILED).first()
    if failed and inbox_path(failed).is_file():
        Batch.objects.filter(pk=failed.pk).update(
            state=BatchState.RECEIVED, error="", manifest=told.said, **told.columns
        )
        failed.refresh_from_db()
        return _queue(failed, by=by, keeps_trying=keeps_trying)
    batch = Batch.objects.create(
        source=source, uploaded_by=by, manifest=told.said, **told.columns, **values
    )
    os.replace(coming, inbox_path(batch))
    return _queue(batch, by=by, keeps_trying=keeps_trying)


def _queue(batch: Batch, *, by: User | None, keeps_trying: bool) -> Batch:
    team = batch.merchant.team if batch.merchant else None
    batch.job = enqueue(
        "ingest.take_in", args={"batch_id": batch.pk}, team=team, by=by, keeps_trying=keeps_trying
    )
    batch.save(update_fields=["job"])
    new = {"source": batch.source.code, "sha256": batch.sha256, "bytes": batch.bytes}
    audit.record("batch.receive", batch, by=by, team=team, new=new)
    return batch
