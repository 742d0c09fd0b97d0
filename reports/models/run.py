"""Runs compute; report days say which run's facts are shown."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models.merchant import Merchant
from portal.accounts.models import User
from portal.jobs.models import Job


class Run(models.Model):
    """One computation of report days, for one merchant or for all.

    It reads the lake at `touchpoints_version` and `conversions_version`.
    """

    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="runs")
    engine = models.CharField(max_length=20, default="duckdb")
    code_version = models.CharField(max_length=40)
    touchpoints_version = models.BigIntegerField(null=True)
    conversions_version = models.BigIntegerField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="run")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=models.F("first_on")), name="run_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} – {self.last_on}"


class ReportDayQuerySet(models.QuerySet["ReportDay"]):
    def visible_to(self, user: User) -> Self:
        """Report days of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def current(self) -> Self:
        return self.filter(superseded_at=None)

    def take_turn(self) -> None:
        """Until this transaction ends nobody else publishes report days or marks them stale.

        Otherwise two runs would publish the same day at once, and a mark set while a run publishes
        would be on the numbers that it supersedes.
        """
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE reports_reportday IN SHARE ROW EXCLUSIVE MODE")

    def mark_stale(self, days: Iterable[date]) -> int:
        """Events of these days arrived that the published numbers do not contain."""
        self.take_turn()
        return (
            self.current().filter(on__in=list(days), stale_at=None).update(stale_at=timezone.now())
        )


class ReportDay(models.Model):
    """The facts of one merchant for one business day, as one run published them.

    A newer run supersedes the row and adds its own; nothing is overwritten, so what was shown at
    any moment can be shown again. `stale_at` is when events arrived that it does not contain.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="report_days")
    on = models.DateField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="report_days")
    published_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    stale_at = models.DateTimeField(null=True)

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
