"""The published numbers, one row per combination of dimensions, day by day.

Dimensions are ids without foreign keys: the tables are partitioned by month of `on` and written
in bulk by COPY. `report_day_id` ties each row to the ReportDay that publishes it.
"""

from django.db import models


class Fact(models.Model):
    """`on` is the business day (Asia/Shanghai) of the event that is counted.

    `row` numbers the facts of one report day.
    """

    pk = models.CompositePrimaryKey("on", "report_day_id", "row")
    on = models.DateField()
    report_day_id = models.BigIntegerField()
    row = models.IntegerField()
    merchant_id = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.on} #{self.report_day_id}.{self.row}"


class CreditFact(Fact):
    """Credit of conversions of one day to one listing of one note, under one model and window.

    `credit_micro` is millionths of a conversion; `value_fen` is null when no value was known.
    """

    listing_id = models.BigIntegerField()
    note_id = models.BigIntegerField()
    boost_id = models.BigIntegerField(null=True)
    placement = models.CharField(max_length=20)
    store_kind = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=10)
    model = models.CharField(max_length=20)
    window_days = models.SmallIntegerField()
    credit_micro = models.BigIntegerField()
    value_fen = models.BigIntegerField(null=True)

    class Meta:
        # Of a day's facts a report reads one model and one window.
        indexes = [
            models.Index(fields=["report_day_id", "model", "window_days"], name="credit_shown")
        ]


class ConversionFact(Fact):
    """Every conversion of a store's day, matched or not (`level` is empty when not matched)."""

    store_id = models.BigIntegerField()
    store_kind = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=10, blank=True)
    window_days = models.SmallIntegerField()
    conversions = models.BigIntegerField()
    value_fen = models.BigIntegerField(null=True)

    class Meta:
        # Of a day's facts a report reads the orders of one window.
        indexes = [
            models.Index(fields=["report_day_id", "window_days", "kind"], name="conversions_shown")
        ]


class TouchFact(Fact):
    """Touchpoints of a day on notes with a live listing."""

    listing_id = models.BigIntegerField()
    note_id = models.BigIntegerField()
    boost_id = models.BigIntegerField(null=True)
    placement = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    touchpoints = models.BigIntegerField()
