"""What attribution publishes: runs, report days, and their facts.

Dimensions of facts are ids without foreign keys: the tables are partitioned by month of `on` and
written in bulk by COPY. `report_day_id` ties each row to the ReportDay that publishes it.
"""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant
from portal import words
from portal.accounts.models import User
from portal.jobs.models import Job
from reports.attribution.fact import Fact, sampled


def _fen() -> "models.DecimalField[Decimal | None, Decimal | None]":
    """A sum of values, in fen: many that are as high as a value may be leave 64 bits."""
    return models.DecimalField(max_digits=38, decimal_places=0, null=True)


def _assists() -> "models.IntegerField[int | None, int | None]":
    """Orders in which something had a part and the model gave it nothing; null is none."""
    return models.IntegerField(null=True)


class Credit(Fact):
    """Credit of conversions of one day, the models side by side.

    `_micro` is millionths of a conversion, null where the model gives nothing. `_fen` is null
    there, too, and where no value is known: such conversions stand apart, in rows without values.

    `_assists_among_notes` counts each of the merchant's orders once in which one of his notes had
    a part and the model gave it nothing, `_among_listings` the same of listings.
    """

    last_touch_micro = models.BigIntegerField(null=True)
    first_touch_micro = models.BigIntegerField(null=True)
    linear_micro = models.BigIntegerField(null=True)
    time_decay_micro = models.BigIntegerField(null=True)
    position_based_micro = models.BigIntegerField(null=True)
    last_touch_fen = _fen()
    first_touch_fen = _fen()
    linear_fen = _fen()
    time_decay_fen = _fen()
    position_based_fen = _fen()
    last_touch_assists_among_notes = _assists()
    first_touch_assists_among_notes = _assists()
    last_touch_assists_among_listings = _assists()
    first_touch_assists_among_listings = _assists()

    class Meta:
        abstract = True


class CreditFact(Credit):
    """Credit of conversions of one day to one listing of one note, for touches of one day.

    `touched_on` and `least_age_us`, the age of the youngest touch in microseconds, are null where
    the day was computed before facts kept them.

    `_assists_by_note` counts each order once for each note that had a part in it and was given
    nothing, in one of the note's rows; over notes it counts an order several times. So does
    `_assists_by_listing` for listings.
    """

    touched_on = models.DateField(null=True)
    listing_id = models.BigIntegerField()
    note_id = models.BigIntegerField()
    boost_id = models.BigIntegerField(null=True)
    placement = models.CharField(max_length=20)
    store_kind = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=10)
    window_days = models.SmallIntegerField()
    least_age_us = models.BigIntegerField(null=True)
    last_touch_assists_by_note = _assists()
    first_touch_assists_by_note = _assists()
    last_touch_assists_by_listing = _assists()
    first_touch_assists_by_listing = _assists()

    class Meta:
        # Of a day's facts a report reads one window, or what is one note's or listing's.
        indexes = [
            models.Index(fields=["report_day_id", "window_days"], name="credit_shown"),
            models.Index(fields=["note_id", "window_days"], name="credit_of_note"),
            models.Index(fields=["listing_id", "window_days"], name="credit_of_listing"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(least_age_us__gt=0), name="credit_after_its_touch"),
            sampled("credit_of_a_sample"),
        ]


class ConversionFact(Fact):
    """Every conversion of a store's day, matched or not (`level` is empty when not matched).

    Of orders, `numbers` counts those of one order number once, in the row of its first line, and a
    line without a number as one of its own; `units` sums items and `without_units` counts lines
    that do not say how many; `newcomers` counts those of `numbers` whose customer is new, of
    visits those whose visitor is, and `maybe_newcomers` those of which nobody says it. All five
    are null where the day was computed before facts had them.
    """

    store_id = models.BigIntegerField()
    store_kind = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=10, blank=True)
    window_days = models.SmallIntegerField()
    conversions = models.BigIntegerField()
    value_fen = _fen()
    numbers = models.BigIntegerField(null=True)
    units = models.BigIntegerField(null=True)
    without_units = models.BigIntegerField(null=True)
    newcomers = models.BigIntegerField(null=True)
    maybe_newcomers = models.BigIntegerField(null=True)

    class Meta:
        # Of a day's facts a report reads the orders of one window.
        indexes = [
            models.Index(fields=["report_day_id", "window_days", "kind"], name="conversions_shown")
        ]
        constraints = [sampled("conversions_of_a_sample")]


class TouchFact(Fact):
    """Touches of a day on notes with a live listing, each once.

    `listing_ids` are the listings that were live on the note at the touch, in rising order, or the
    one that it names.
    """

    note_id = models.BigIntegerField()
    boost_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    listing_ids = ArrayField(models.BigIntegerField())
    touchpoints = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["note_id"], name="touches_of_note")]
        constraints = [sampled("touches_of_a_sample")]


class CreditSum(Credit):
    """What the credit facts of a report day add up to without the day of the touch, note, listing
    and level.

    Facts of known and of unknown value stand apart, so that it is asked like facts are.
    """

    boost_id = models.BigIntegerField(null=True)
    placement = models.CharField(max_length=20)
    store_kind = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    window_days = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["report_day_id", "window_days"], name="credit_sums_shown")]
        constraints = [sampled("credit_sums_of_a_sample")]


class TouchSum(Fact):
    """What the touch facts of a report day add up to without note and listing, each touch once.

    `placements` and `store_kinds` are those of the listings that were live at a touch, in rising
    order.
    """

    boost_id = models.BigIntegerField(null=True)
    placements = ArrayField(models.CharField(max_length=20))
    store_kinds = ArrayField(models.CharField(max_length=10))
    kind = models.CharField(max_length=20)
    touchpoints = models.BigIntegerField()

    class Meta:
        constraints = [sampled("touch_sums_of_a_sample")]


class Run(models.Model):
    """One computation of report days, for one merchant or for all.

    It reads the lake at `touchpoints_version` and `conversions_version`, which contain every news
    up to number `seen`. One that is `only_due` publishes the days of merchants that are stale or
    missing when it starts, and no others.
    """

    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="runs")
    only_due = models.BooleanField(default=False, db_default=False)
    engine = models.CharField(max_length=20, default="duckdb")
    code_version = models.CharField(max_length=40)
    touchpoints_version = models.BigIntegerField(null=True)
    conversions_version = models.BigIntegerField(null=True)
    seen = models.BigIntegerField(default=0, db_default=0)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="run")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=models.F("first_on")), name="run_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return words.period(self.first_on, self.last_on)


class ReportDayQuerySet(models.QuerySet["ReportDay"]):
    def visible_to(self, user: User) -> Self:
        """Report days of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def current(self) -> Self:
        return self.filter(superseded_at=None)

    def current_at(self, moment: datetime) -> Self:
        """Those that were current at `moment`, as far as they are kept: what was given out is."""
        was_current = Q(superseded_at=None) | Q(superseded_at__gt=moment)
        return self.filter(was_current, published_at__lte=moment)

    def published_since(self, moment: datetime) -> Self:
        """Of the runs that were published at `moment` or later."""
        return self.filter(run__published_at__gte=moment)

    def take_turn(self) -> None:
        """Until this transaction ends nobody else publishes report days or tells news of them.

        Otherwise two runs would publish the same day at once, and news told while a run publishes
        would be on the numbers that it supersedes. It is taken behind a merchant's lock and
        before boosts are locked of which something can be captured, as ADR 0170 says.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('report days', 0))")


class ReportDay(models.Model):
    """The facts of one merchant for one business day, as one run published them.

    A newer run whose facts differ supersedes the row and adds its own, so what was given out at any
    moment can be given again; `given_at` is when that was last. A copy of a day that was not over,
    and that nobody was given, is replaced.

    It contains every news up to number `seen`; `stale_at` is when news came that it does not
    contain, `was_stale` when that was so before a run found the facts equal, which is `checked_by`.
    `content` is what its facts say (see Contents); empty where nobody took it.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="report_days")
    on = models.DateField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="report_days")
    published_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    stale_at = models.DateTimeField(null=True)
    seen = models.BigIntegerField(default=0, db_default=0)
    checked_by = models.ForeignKey(Run, models.PROTECT, null=True, related_name="checked_days")
    content = models.CharField(max_length=32, blank=True, default="", db_default="")
    given_at = models.DateTimeField(null=True)
    was_stale = models.JSONField(default=list, db_default=[])
    # The ratios of its samples by table of facts, such as {"credit": ["0.5"]}: of a day on which
    # everything came there are none.
    samples = models.JSONField(default=dict, db_default={})
    # Whether its credit says on which days the touches were, as all that is computed now does.
    has_touch_days = models.BooleanField(default=True, db_default=True)
    # Whether its credit counts assists, as all that is computed now does, and nothing from a worker
    # of the version before. Null is a day from before that credits no order: nothing is to count.
    has_assists = models.BooleanField(null=True, default=True, db_default=False)

    objects = ReportDayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "on"],
                condition=Q(superseded_at=None),
                name="report_day_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.on}"

    @property
    def code_version(self) -> str:
        """Of the code that computed it last, if only to find it equal."""
        return (self.checked_by or self.run).code_version

    def was_stale_at(self, moment: datetime | None) -> bool:
        """Whether news was known then that it does not contain; now, without a moment."""
        if moment is None:
            return self.stale_at is not None
        return bool(self.stale_at and self.stale_at <= moment) or any(
            datetime.fromisoformat(since) <= moment < datetime.fromisoformat(until)
            for since, until in self.was_stale
        )
