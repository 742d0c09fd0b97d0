"""The job that takes a batch in: read, judge, commit to the lake, settle the row.

Each step looks first at what an earlier attempt left. The commit to the lake is the moment the
batch is in; everything after it can be done again from what was written down with it.
"""

import logging
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.jobs import workspace
from portal.jobs.registry import Claim
from reports.events.child import MERGED, SHEETS, Task
from reports.events.contract import BadFile
from reports.events.declared import Declared
from reports.events.merge import Merged
from reports.events.quarantine import FILE
from reports.events.sentences import fault_sentence, manifest_sentence
from reports.lake import commits, judging
from reports.lake import tables as lake
from reports.sources import agreeing, deliveries, keeping, sandbox
from reports.sources.models import (
    MARKETPLACE_STORE_KINDS,
    Batch,
    BatchState,
    EventKind,
    QuarantinedRow,
    SourceKind,
)
from reports.sources.receiving import inbox_path
from reports.sources.refusal import BatchRefused
from reports.sources.signals import batch_committed

log = logging.getLogger(__name__)

# So many quarantined rows are shown on the page; the download has all of them.
MOST_ROWS_SHOWN = 1000


def take_in(claim: Claim, batch: Batch) -> None:
    """Take the batch in, once. Raises BatchRefused with the sentence for its sender."""
    if not is_in(batch):
        with workspace.folder(f"batch-{batch.pk}") as work:
            try:
                _bring_in(claim, batch, work)
            except BadFile as bad:
                _note_fault(claim, batch, bad)
                raise BatchRefused(fault_sentence(bad.fault, bad.details)) from bad
    if batch.state != BatchState.COMMITTED:
        with claim.writing():
            _settle(batch)
    inbox_path(batch).unlink(missing_ok=True)


def is_in(batch: Batch) -> bool:
    """Whether the batch is in: its row says so, or the lake's log, which forgets. What ad servers
    say has no log: it is taken once more then, and changes nothing."""
    if batch.state == BatchState.COMMITTED:
        return True
    if batch.source.events == EventKind.DELIVERIES:
        return False
    return commits.committed(lake.open_table(batch.source.events), batch.pk) is not None


def settle_committed(batch: Batch) -> bool:
    """For a job that is given up: settle the batch if the lake has it; whether that went well."""
    try:
        if not is_in(batch):
            return False
        with transaction.atomic():
            _settle(batch)
    except Exception:
        log.exception("Batch %s could not be settled when its job was given up.", batch.pk)
        return False
    inbox_path(batch).unlink(missing_ok=True)
    return True


def quarantine_path(batch: Batch, *, fence: int | None = None) -> Path:
    """The file of every quarantined row of the batch."""
    name = f"{batch.pk}.{batch.quarantine_fence if fence is None else fence}.parquet"
    return keeping.quarantine() / name


def _bring_in(claim: Claim, batch: Batch, work: Path) -> None:
    with sandbox.opened(_task(claim, batch, work), claim=claim) as child:
        read = child.read()
        _check_manifest(batch, read)
        if batch.source.events == EventKind.DELIVERIES:
            merged = deliveries.take(claim, batch, work, read["parts"])
            _keep_quarantined(batch, work, fence=claim.fence)
            with claim.writing():
                _write_down(batch, _note(claim, read, merged), is_of_lake=False)
            return
        agreeing.require(batch, work, read["parts"])
        _commit(claim, batch, work, read, child)


def _commit(
    claim: Claim, batch: Batch, work: Path, read: dict[str, Any], child: sandbox.Sandbox
) -> None:
    """Compare with what is there and commit, again and again while others commit first."""
    table, source = batch.source.events, batch.source.code
    seen: list[str] | None = None
    merged = Merged({})
    while True:
        claim.beat()
        snapshot = lake.open_table(table)
        if commits.committed(snapshot, batch.pk):
            return
        before = judging.before(snapshot, table, source)
        if before.files != seen:
            seen = before.files
            merged = child.compare(before)
            _keep_quarantined(batch, work, fence=claim.fence)
        parts = {part: (newest(work, part), rows) for part, rows in merged.parts.items()}
        note = _note(claim, read, merged)
        # Nobody takes the job over meanwhile, so a worker that was thought dead commits nothing.
        with claim.writing():
            is_in = commits.commit(snapshot, table, batch_id=batch.pk, parts=parts, note=note)
        if is_in:
            judging.took(table, source, list(parts), sheets=work / SHEETS)
            return


def _keep_quarantined(batch: Batch, work: Path, *, fence: int) -> None:
    """Those that could not be read, and those that comparing has added."""
    kept = quarantine_path(batch, fence=fence)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(newest(work, FILE), kept)


def _note(claim: Claim, read: dict[str, Any], merged: Merged) -> dict[str, Any]:
    """What the commit says about the batch: enough to settle its row."""
    reasons = Counter(read["quarantined"]) + Counter(merged.quarantined)
    quarantined = reasons.total()
    return {
        "sent": read["sent"],
        "duplicate": merged.duplicate,
        "quarantined": quarantined,
        "accepted": read["sent"] - merged.duplicate - quarantined,
        "corrected": merged.corrected,
        "reasons": dict(reasons),
        "unknown_columns": read["unknown"],
        "quarantine_fence": claim.fence,
    }


def newest(work: Path, part: str) -> Path:
    again = work / MERGED / part
    return again if again.exists() else work / part


def _settle(batch: Batch) -> None:
    """Say in the database what the lake's commit says; doing it again changes nothing.

    The caller holds the job's row.
    """
    found = commits.committed(lake.open_table(batch.source.events), batch.pk)
    assert found is not None
    _write_down(batch, found.note, lake_version=found.version)
    batch_committed.send(Batch, batch=batch, days=found.days)


def _write_down(
    batch: Batch, note: dict[str, Any], *, lake_version: int | None = None, is_of_lake: bool = True
) -> None:
    """Say in the batch's row what became of its file. What is not `is_of_lake` touches no day of a
    report: nobody has to trace it."""
    rows = _shown(batch, quarantine_path(batch, fence=note["quarantine_fence"]))
    batch.quarantined_rows.all().delete()
    QuarantinedRow.objects.bulk_create(rows)
    moment = clock.now()
    traced = {} if is_of_lake else {"traced_at": moment, "in_slices_at": moment}
    Batch.objects.filter(pk=batch.pk).update(
        **note,
        **traced,
        state=BatchState.COMMITTED,
        error="",
        lake_version=lake_version,
        committed_at=moment,
    )
    batch.state = BatchState.COMMITTED


def _shown(batch: Batch, path: Path) -> list[QuarantinedRow]:
    file = pq.ParquetFile(path)
    first = next(file.iter_batches(MOST_ROWS_SHOWN), None)
    rows = first.to_pylist() if first is not None else []
    return [
        QuarantinedRow(batch=batch, **{**row, "raw": row["raw"].replace("\x00", "\ufffd")})
        for row in rows
    ]


def _task(claim: Claim, batch: Batch, work: Path) -> Task:
    return Task(
        path=str(inbox_path(batch)),
        folder=str(work),
        stem=commits.stem(batch.source.code, batch_id=batch.pk, fence=claim.fence),
        contract=batch.source.events,
        source=batch.source.code,
        batch_id=batch.pk,
        now=batch.received_at.isoformat(),
        key=settings.USER_HASH_KEY.encode()[:64].hex(),
        stores=_own_stores(batch),
        declared=Declared(batch.source.unit, batch.source.zone, batch.source.most_fen),
        produced_at=batch.produced_at.isoformat() if batch.produced_at else None,
        click_key=settings.LINK_SIGNING_KEY.encode().hex(),
        is_links=batch.source.kind == SourceKind.LINKS,
        may_be_empty=batch.is_whole,
    )


def _own_stores(batch: Batch) -> list[str] | None:
    """The stores whose rows a merchant may send; None when the sender may send any."""
    if batch.merchant is None:
        return None
    own = Store.objects.filter(
        merchant=batch.merchant,
        status=StoreStatus.VERIFIED,
        kind__in=MARKETPLACE_STORE_KINDS[batch.source.marketplace],
    )
    return list(own.values_list("external_id", flat=True))


def _check_manifest(batch: Batch, read: dict[str, Any]) -> None:
    said = batch.manifest
    found: dict[str, Any] = {"rows": read["sent"], "value_fen": read["value_fen"]}
    if "period" in said:
        days = sorted(part.split("/")[0].removeprefix("day=") for part in read["parts"])
        period = said["period"]
        inside = not days or period["first_on"] <= days[0] <= days[-1] <= period["last_on"]
        found["period"] = period if inside else {"first_on": days[0], "last_on": days[-1]}
    for what, value in found.items():
        if what in said and said[what] != value:
            raise BatchRefused(manifest_sentence(what, said=_told(said[what]), found=_told(value)))


def _told(value: object) -> object:
    """A value of a manifest for people: a period by its two days."""
    return f"{value['first_on']} – {value['last_on']}" if isinstance(value, dict) else value


def _note_fault(claim: Claim, batch: Batch, bad: BadFile) -> None:
    with claim.writing():
        Batch.objects.filter(pk=batch.pk).update(fault=bad.fault, fault_details=bad.details)
