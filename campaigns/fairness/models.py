"""How the last look found each fund."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from campaigns.funds.models import Fund
from portal import clock


class Parity(models.Model):
    """Whether small companies are approved less often by a fund than large ones, and since when;
    without `fund`: by all together. The numbers are those of the look at which it turned."""

    fund = models.ForeignKey(Fund, models.PROTECT, null=True, related_name="+")
    is_below = models.BooleanField(default=False)
    small_approved = models.PositiveIntegerField(default=0)
    small_answered = models.PositiveIntegerField(default=0)
    large_approved = models.PositiveIntegerField(default=0)
    large_answered = models.PositiveIntegerField(default=0)
    turned_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund"], name="parity_once_a_fund", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(small_approved__lte=F("small_answered"))
                & Q(large_approved__lte=F("large_answered")),
                name="parity_counts_answers",
            ),
        ]

    def __str__(self) -> str:
        return str(self.fund) if self.fund else _("All funds")

    def audit_team(self) -> None:
        """It is the platform's own."""
