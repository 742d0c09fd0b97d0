"""What arrives is counted for its slices, and slices are closed when their sender says so.

A late batch in a closed slice keeps it closed: its rows are in the numbers like all others.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum

from merchants.stores.models import Store, StoreStatus
from portal import clock
from reports.sources import arrived, statements
from reports.sources.models import MARKETPLACE_STORE_KINDS, Batch, EventKind, Source, SourceKind
from reports.sources.signals import days_close, knowledge_changes
from reports.sources.slices import ClosedBy, Slice

# No row has this id: what stands for the slices of no store in arrays, which SQL makes null.
NO_STORE = 0


def on_batch_committed(*, batch: Batch, days: set[date], **signal: object) -> None:
    """The listener of `batch_committed`: count what came and close what it closes, once."""
    _take(batch, days, clock.now())


def _take(batch: Batch, days: set[date], moment: datetime) -> None:
    first = Batch.objects.filter(pk=batch.pk, in_slices_at=None).update(in_slices_at=moment)
    if not first:
        return
    batch.refresh_from_db()
    source = batch.source
    if source.kind == SourceKind.LINKS:
        return
    _receive(source, _counted(batch, days), moment)
    _close_by(batch, moment)
    counted_again = _count_missing_again(source, days)
    _remember(source, {*days, *_period(batch), *counted_again}, moment)


def _close_by(batch: Batch, moment: datetime) -> None:
    """Close what the sender of a committed batch calls whole; nothing where he does not."""
    source = batch.source
    if period := _period(batch):
        stores = list(_stores(source, batch).values()) if batch.merchant else [NO_STORE]
        # The totals of a period are those of a slice where it has one.
        is_one = len(period) == len(stores) == 1
        _close(
            source,
            stores=stores,
            days=period,
            closed_by=ClosedBy.TICK if batch.uploaded_by_id else ClosedBy.MANIFEST,
            missing=_missing_of(batch),
            expected_rows=batch.period_rows if is_one else None,
            expected_fen=batch.period_value_fen if is_one else None,
            batch=batch,
            moment=moment,
        )


def _period(batch: Batch) -> list[date]:
    """The days that its sender calls whole."""
    if not (batch.is_whole and batch.period_first_on and batch.period_last_on):
        return []
    count = (batch.period_last_on - batch.period_first_on).days + 1
    return [batch.period_first_on + timedelta(days=k) for k in range(count)]


@transaction.atomic
def pull_finished(
    source: Source,
    *,
    first_on: date,
    last_on: date,
    store: Store | None = None,
    expected_rows: int | None = None,
    expected_fen: int | None = None,
) -> None:
    """A connector has pulled everything its partner has of these days, both included.

    It says so after its batches are in. `expected_rows` and `expected_fen` are the partner's totals
    of each slice, which make sense for a single day.
    """
    days = [first_on + timedelta(days=k) for k in range((last_on - first_on).days + 1)]
    knowledge_changes.send(Slice)
    moment = clock.now()
    _close(
        source,
        stores=[store.pk if store else NO_STORE],
        days=days,
        closed_by=ClosedBy.PULL,
        missing=0,
        expected_rows=expected_rows,
        expected_fen=expected_fen,
        batch=None,
        moment=moment,
    )
    _remember(source, days, moment)


def _missing_of(batch: Batch) -> int:
    """How many rows of the period that a batch closes are not there.

    A file that is all of its period lacks the rows that could not be taken. Of a period that came
    in several files its sender has said how many rows it has.
    """
    if batch.period_rows is None or batch.period_rows == batch.sent:
        return batch.quarantined
    stores = Q(store__merchant=batch.merchant) if batch.merchant else Q(store=None)
    came = batch.source.slices.filter(
        stores, on__range=(batch.period_first_on, batch.period_last_on)
    )
    return max(batch.period_rows - (came.aggregate(rows=Sum("received_rows"))["rows"] or 0), 0)


def _count_missing_again(source: Source, days: Iterable[date]) -> set[date]:
    """What arrived late may be what was missing; the days that were counted."""
    counted: set[date] = set()
    short = source.slices.filter(on__in=list(days), missing_rows__gt=0).exclude(batch=None)
    for batch in Batch.objects.filter(closed_slices__in=short).distinct().select_related("source"):
        batch.closed_slices.update(missing_rows=_missing_of(batch))
        counted.update(batch.closed_slices.values_list("on", flat=True))
    return counted


def _remember(source: Source, days: Iterable[date], moment: datetime) -> None:
    """Keep what is known of the slices from now on, for whoever asks as of then."""
    statements.run("slices_remembered", source=source.pk, days=sorted(days), moment=moment)


def count_again() -> int:
    """Count the batches that came in before slices were kept; how many there were."""
    waiting = Batch.objects.filter(state="committed", in_slices_at=None).order_by("pk")
    done = 0
    for batch in waiting.select_related("source", "merchant").iterator():
        with transaction.atomic():
            # It was there since then, and reports that are asked as of then show it.
            _take(batch, arrived.days_of(batch), batch.committed_at or clock.now())
        done += 1
    return done


def _counted(batch: Batch, days: set[date]) -> dict[tuple[int, date], int]:
    """New events by store (or NO_STORE for all of them together) and day."""
    stores = _stores(batch.source, batch)
    counts: dict[tuple[int, date], int] = {}
    for (external_id, day), rows in arrived.rows_of(batch, days, stores=set(stores)).items():
        store = NO_STORE if external_id is None else stores[external_id]
        counts[store, day] = rows
    return counts


def _stores(source: Source, batch: Batch) -> dict[str, int]:
    """The verified stores whose conversions a batch may hold, by the id that it has for them."""
    if source.events == EventKind.TOUCHPOINTS:
        return {}
    kinds = MARKETPLACE_STORE_KINDS[source.marketplace]
    found = Store.objects.filter(status=StoreStatus.VERIFIED, kind__in=kinds)
    if batch.merchant is not None:
        found = found.filter(merchant=batch.merchant)
    return dict(found.values_list("external_id", "pk"))


def _receive(source: Source, counts: dict[tuple[int, date], int], moment: datetime) -> None:
    if not counts:
        return
    stores, days = zip(*counts, strict=True)
    statements.run(
        "slices_received",
        source=source.pk,
        stores=list(stores),
        days=list(days),
        counts=list(counts.values()),
        moment=moment,
    )


def _close(
    source: Source,
    *,
    stores: Sequence[int],
    days: Iterable[date],
    closed_by: ClosedBy,
    missing: int,
    expected_rows: int | None,
    expected_fen: int | Decimal | None,
    batch: Batch | None,
    moment: datetime,
) -> None:
    days = sorted(days)
    of_stores = [store for store in stores if store != NO_STORE]
    days_close.send(type(source), source=source, stores=of_stores, days=days, batch=batch)
    statements.run(
        "slices_closed",
        source=source.pk,
        stores=sorted(stores),
        days=days,
        closed_by=closed_by.value,
        missing=missing,
        expected_rows=expected_rows,
        expected_fen=expected_fen,
        batch=batch.pk if batch else None,
        moment=moment,
    )
