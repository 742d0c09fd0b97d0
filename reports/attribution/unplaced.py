"""What arrived and belongs nowhere, day by day: orders of stores that nobody has registered at the
marketplace, clicks and boosts that name nothing of the portal.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Max, Min, OuterRef, Subquery, Sum
from django.utils.translation import pgettext_lazy

from merchants.stores.models import Store, StoreStatus
from portal import clock
from reports.events.contract import LAKE_CONTRACTS
from reports.sources.models import Batch, EventKind, Source


class What(models.TextChoices):
    """What the id was to be of."""

    STORE = "store", pgettext_lazy("unplaced", "Store")
    NOTE = "note", pgettext_lazy("unplaced", "Note of a click")
    LISTING = "listing", pgettext_lazy("unplaced", "Listing of a click")
    BOOST = "boost", pgettext_lazy("unplaced", "Boost")


class TalliedDay(models.Model):
    """A day of the lake whose ids are looked up: due when events of it came in."""

    events = models.CharField(max_length=12, choices=EventKind)
    on = models.DateField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["events", "on"], name="tallied_day_once")]
        indexes = [models.Index(fields=["due_at"], name="tallied_day_due")]

    def __str__(self) -> str:
        return f"{self.events} {self.on}"


class UnplacedQuerySet(models.QuerySet["Unplaced"]):
    def by_code(self) -> Any:
        """A row for each id of a source: rows, value, first and last day; `registered_as` is the
        kind of a verified store that has the id elsewhere.
        """
        stores = Store.objects.filter(external_id=OuterRef("code"), status=StoreStatus.VERIFIED)
        return (
            self.values("source", "source__name_zh", "source__name_en", "what", "code")
            .annotate(
                events=Sum("rows"),
                value=Sum("value_fen"),
                first_on=Min("day__on"),
                last_on=Max("day__on"),
                registered_as=Subquery(stores.order_by("pk").values("kind")[:1]),
            )
            .order_by("-events", "source", "what", "code")
        )


class Unplaced(models.Model):
    """How many rows of a day name an id that is nowhere; all beyond the most frequent have no code.

    `value_fen` is that of orders with a known value.
    """

    day = models.ForeignKey(TalliedDay, models.CASCADE, related_name="unplaced")
    source = models.ForeignKey(Source, models.CASCADE, related_name="unplaced")
    what = models.CharField(max_length=8, choices=What)
    code = models.TextField(blank=True)
    rows = models.BigIntegerField()
    value_fen = models.DecimalField(max_digits=40, decimal_places=0)

    objects = UnplacedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "source", "what", "code"], name="unplaced_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["what", "code"], name="unplaced_by_code")]

    def __str__(self) -> str:
        return f"{self.what} {self.code}"


def on_batch_committed(*, batch: Batch, days: set[date], **signal: object) -> None:
    """The listener of `batch_committed`."""
    mark_due(batch.source.events, days)


def mark_due(events: str, days: Iterable[date]) -> None:
    """The ids of these days are to be looked up again."""
    assert events in LAKE_CONTRACTS
    moment = clock.now()
    # In order, so that two batches of the same days do not wait for each other.
    TalliedDay.objects.bulk_create(
        [TalliedDay(events=events, on=on, due_at=moment) for on in sorted(days)],
        update_conflicts=True,
        unique_fields=["events", "on"],
        update_fields=["due_at"],
    )
