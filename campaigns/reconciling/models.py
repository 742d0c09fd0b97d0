"""What was found when the books were proven, and since when it is so. ADR 0154."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.jobs.models import Job


class Reconciliation(models.Model):
    """One proof of all books. `job` makes it; `found` is empty until it has: how many places do not
    agree, of which `fresh` were not known before and `gone` are not found any more.

    The daily one has the business day `on`; of those that people ask for, and of those that failed
    and were asked for again, it is empty.
    """

    on = models.DateField(null=True, unique=True)
    job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    proven_at = models.DateTimeField(null=True)
    accounts = models.PositiveBigIntegerField(default=0)
    transfers = models.PositiveBigIntegerField(default=0)
    found = models.PositiveIntegerField(null=True)
    fresh = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(found__isnull=True, proven_at__isnull=True)
                | Q(found__isnull=False, proven_at__isnull=False),
                name="reconciliation_says_when",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Reconciliation %(number)s")) % {"number": self.pk}

    def audit_team(self) -> None:
        """It is the platform's own."""


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    def still_open(self) -> Self:
        """Those that the last proof found."""
        return self.filter(gone_at=None)


class Discrepancy(models.Model):
    """`rule` does not hold for `subject` (`<noun>:<id>`): it has `found_fen`, not `expected_fen`.

    Open until a proof does not find it any more; found again, it is another.
    """

    rule = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    expected_fen = models.DecimalField(max_digits=30, decimal_places=0)
    found_fen = models.DecimalField(max_digits=30, decimal_places=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"],
                condition=Q(gone_at=None),
                name="discrepancy_open_once",
            ),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("first_at")), name="discrepancy_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"
