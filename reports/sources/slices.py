"""Slices: what one source owes for a day, for conversions of a store as well."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from merchants.stores.models import Store
from reports.sources.models import Batch, Source, SourceKind
from reports.sources.owed import Owed, StreamKey


class ClosedBy(models.TextChoices):
    """How a sender has said that the day is whole."""

    MANIFEST = "manifest", _("the file's manifest")
    PULL = "pull", _("a finished pull")
    TICK = "tick", _("a person's tick")


class SliceQuerySet(models.QuerySet["Slice"]):
    def of_streams(self, owed: Owed) -> Self:
        """The slices of what is owed, of all stores of the same sources, and of what the merchant
        has said of his stores himself.
        """
        sources = [stream.source.pk for stream in owed.streams]
        stores = [stream.store.pk for stream in owed.conversions if stream.store]
        of_parties = Q(Q(store=None) | Q(store__in=stores), source__in=sources)
        return self.filter(of_parties | Q(store__in=stores, source__kind=SourceKind.MERCHANT))


class Slice(models.Model):
    """What has come of it: a row once there is something to say, none for a slice nobody sent.

    Without a store it is the community's, or speaks for all stores of a source: that a marketplace
    said its day is whole is one row. `received_rows` counts new events, not corrections. The sender
    may have said how many rows (`expected_rows`) and fen there are. `missing_rows` are known to be
    missing although the slice is closed: the rows of the file that could not be taken.
    `told_at` is when the platform was told that it is overdue, `over_at` when that it is closed.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="slices")
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="slices")
    on = models.DateField()
    received_rows = models.BigIntegerField(default=0)
    expected_rows = models.BigIntegerField(null=True)
    expected_fen = models.DecimalField(max_digits=40, decimal_places=0, null=True)
    missing_rows = models.BigIntegerField(default=0)
    first_received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=8, choices=ClosedBy, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="closed_slices")
    told_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    objects = SliceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "store", "on"], name="slice_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="")
                | (Q(closed_at__isnull=False) & ~Q(closed_by="")),
                name="slice_closed_by_something",
            ),
            models.CheckConstraint(
                condition=Q(received_rows__gte=0, missing_rows__gte=0),
                name="slice_counts_from_zero",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "on"], name="slice_by_day"),
            models.Index(fields=["closed_at"], name="slice_by_closing"),
            models.Index(
                fields=["source", "on"],
                condition=Q(told_at__isnull=False, over_at=None),
                name="slice_overdue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.store_id or ''} {self.on}"


class SliceState(models.Model):
    """What was known of a slice from `at` on, where its sender says how many rows there are or some
    are missing: what arrives late changes that, and not what was said before.
    """

    slice = models.ForeignKey(Slice, models.CASCADE, related_name="states")
    at = models.DateTimeField()
    received_rows = models.BigIntegerField()
    expected_rows = models.BigIntegerField(null=True)
    missing_rows = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["slice", "id"], name="state_of_slice")]

    def __str__(self) -> str:
        return f"{self.slice_id} {self.at}"


@dataclass(frozen=True)
class Known:
    """What has come of one slice. `missing` counts rows that are known not to be there: where they
    are `counted_in` something wider, a file (its primary key) or the day of a source, each slice of
    it has the count of all. `is_of_all` where they are missing among all stores of the source.

    `is_told` by the merchant himself: his own rows count, and close nothing that others owe.
    `is_reported` where he has said that they are all, and they are: still nobody else has.
    """

    is_closed: bool = False
    received: int = 0
    expected: int | None = None
    missing: int = 0
    is_told: bool = False
    is_reported: bool = False
    counted_in: int | tuple[int, date] | None = None
    is_of_all: bool = False

    @property
    def has_something(self) -> bool:
        """Whether it is more than nothing: a closed slice without rows says that there are none."""
        return self.is_closed or self.received > 0 or self.is_told

    @property
    def is_whole(self) -> bool:
        return self.is_closed and not self.missing


NOTHING = Known()
KnownSlices = dict[tuple[StreamKey, date], Known]


def known(
    owed: Owed, *, first_on: date, last_on: date, as_of: datetime | None = None
) -> KnownSlices:
    """What has come of the slices owed for the days, both included; in one query, in up to three
    with `as_of`: then what had come, was closed and was known to be missing by then.
    """
    rows = Slice.objects.of_streams(owed).filter(on__range=(first_on, last_on))
    then = _states(rows, as_of) if as_of else {}
    files = _files_then(then.values(), as_of) if as_of else {}
    found: KnownSlices = {}
    # A page reads hundreds of them: moments are compared where they stand.
    asked = rows.annotate(
        is_closed=_was_by("closed_at", as_of), has_come=_was_by("first_received_at", as_of)
    )
    for pk, source_id, store_id, on, is_closed, has_come, received, expected, missing, file in (
        asked.values_list(
            "pk", "source_id", "store_id", "on", "is_closed", "has_come",
            "received_rows", "expected_rows", "missing_rows", "batch_id",
        )
    ):  # fmt: skip
        if as_of is None:
            one = _known(is_closed, received, expected, missing, file)
        elif state := then.get(pk):
            counts = (state.received_rows, state.expected_rows, state.missing_rows)
            one = _known(is_closed, *counts, files.get(pk))
        else:
            # Nobody had said how many there are: whether anything had come is all that counts.
            one = _known(is_closed, received if has_come else 0, None, 0, None)
        found[(source_id, store_id), on] = one
    streams = [stream.key for stream in owed.conversions]
    told = _told(found, {source for source, _store in streams})
    for source, store in streams:
        for on, is_reported in told.get(store, {}).items():
            own = found.get(((source, store), on), NOTHING)
            found[(source, store), on] = replace(own, is_told=True, is_reported=is_reported)
    return _with_all_stores(found, streams)


def _states(rows: SliceQuerySet, as_of: datetime) -> dict[int, SliceState]:
    """The last state of each slice by then, where it has one."""
    states = SliceState.objects.filter(slice__in=rows, at__lte=as_of).order_by("pk")
    return {state.slice_id: state for state in states.select_related("slice__store")}


def _files_then(states: Collection[SliceState], as_of: datetime) -> dict[int, int]:
    """In which file the rows were counted that slices lacked then, by slice: the last by then that
    closed it. Another may have closed it since, so that the slice itself does not tell."""
    lacking = [state.slice for state in states if state.missing_rows]
    if not lacking:
        return {}
    days = [one.on for one in lacking]
    closing = Batch.objects.filter(
        source__in={one.source_id for one in lacking},
        is_whole=True,
        in_slices_at__lte=as_of,
        period_first_on__lte=max(days),
        period_last_on__gte=min(days),
    ).order_by("in_slices_at", "pk")
    told = list(
        closing.values_list("pk", "source_id", "merchant_id", "period_first_on", "period_last_on")
    )
    found: dict[int, int] = {}
    for one in lacking:
        merchant = one.store.merchant_id if one.store else None
        for pk, source, of, first_on, last_on in told:
            is_its = (source, of) == (one.source_id, merchant)
            if is_its and first_on and last_on and first_on <= one.on <= last_on:
                found[one.pk] = pk
    return found


def _told(found: KnownSlices, sources: set[int]) -> dict[int | None, dict[date, bool]]:
    """Of which stores' days the merchant has said something in a source of his own, and whether
    that is that all of it is there."""
    told: dict[int | None, dict[date, bool]] = {}
    for ((source, store), on), known in found.items():
        if store is not None and source not in sources and known.has_something:
            said = told.setdefault(store, {})
            said[on] = said.get(on, False) or known.is_whole
    return told


def _was_by(moment: str, as_of: datetime | None) -> Coalesce:
    """Whether what the column tells the moment of had happened by then, or has by now."""
    happened = Q(**{f"{moment}__isnull": False} if as_of is None else {f"{moment}__lte": as_of})
    return Coalesce(ExpressionWrapper(happened, models.BooleanField()), False)


def _known(
    is_closed: bool, received: int, expected: int | None, missing: int, file: int | None
) -> Known:
    # Fewer rows than were promised are missing, whether or not anybody has said which.
    short = max((expected or 0) - received, 0) if is_closed else 0
    # What a file lacks is written down in each slice that it closes.
    counted_in = file if missing else None
    return Known(is_closed, received, expected, max(missing, short), counted_in=counted_in)


def _with_all_stores(found: KnownSlices, streams: Iterable[StreamKey]) -> KnownSlices:
    """A day that a source has closed for all its stores is closed for each of them. Rows that are
    missing among all of them may be of any."""
    days = {on for _key, on in found}
    for source, store in streams:
        for on in days:
            for_all = found.get(((source, None), on))
            if for_all is None or not for_all.is_closed:
                continue
            own = found.get(((source, store), on), NOTHING)
            if not own.is_closed:
                found[(source, store), on] = replace(
                    own,
                    is_closed=True,
                    missing=for_all.missing,
                    counted_in=(for_all.counted_in or (source, on)) if for_all.missing else None,
                    is_of_all=for_all.missing > 0,
                )
    return found
