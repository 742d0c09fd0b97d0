"""What the numbers of a report day rest on, as far as PostgreSQL keeps it: news of merchants' days,
and of which days events name what nobody knew yet.
"""

from enum import StrEnum

from django.db import models
from django.db.models import Q

from merchants.companies.models import Merchant
from portal import words
from reports.sources.models import Batch


class News(models.Model):
    """The last batch or act that touched a merchant's day: a row for each merchant and day.

    `number` grows by one with each batch or act, in the order in which they are committed. A report
    day that was computed when `number` was lower does not contain it: it is stale. `act` names what
    was done where no batch came, as the audit log does (`store.verified`).
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    on = models.DateField()
    number = models.BigIntegerField()
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-number"], name="news_newest"),
            models.Index(fields=["on"], name="news_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "on"], name="news_one_row_a_day"),
            models.CheckConstraint(
                condition=Q(batch=None, act__gt="") | Q(batch__isnull=False, act=""),
                name="news_of_a_batch_or_an_act",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {words.day(self.on)} #{self.number}"


class Named(StrEnum):
    """What an event names by an id of somebody else's."""

    STORE = "store"
    BOOST = "boost"


class NamedDay(models.Model):
    """A business day that has events which name a store, or a boost that nobody knew then.

    So a store that is verified later, or a boost that is made later, knows which days it changes.
    `marketplace` is where the id of a store is from, as on Source.
    """

    what = models.CharField(max_length=5)
    marketplace = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=200)
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["what", "marketplace", "external_id", "on"], name="named_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.external_id} {self.on}"


class RefundDay(models.Model):
    """The days of an order of a store and of a refund that names it.

    What touches the order touches the refund, which takes the order's touchpoints whatever its own
    date. `external_id` is the store's, at its `marketplace`.
    """

    marketplace = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=200)
    ordered_on = models.DateField()
    refunded_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["marketplace", "external_id", "ordered_on", "refunded_on"],
                name="refund_day_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.external_id} {self.ordered_on} {self.refunded_on}"
