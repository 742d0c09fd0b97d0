"""Statements: what was given out for a month, for good. ADR 0153."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.statements.months import Month
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import Team


class StatementQuerySet(models.QuerySet["Statement"]):
    def of(self, merchant: Merchant) -> "StatementQuerySet":
        """The closed months of a merchant, the newest first."""
        return self.filter(merchant=merchant).order_by("-first_on")


class Statement(models.Model):
    """A closed month of a merchant's own money, and its `content`, byte for byte, for good.

    `opening_fen` and `lines_fen` sum to what was free and held at its end. It has every transfer
    up to the id `through` that is dated in it or before, and stands in no earlier one.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="statements")
    first_on = models.DateField()
    opening_fen = models.BigIntegerField()
    lines_fen = models.BigIntegerField()
    free_fen = models.BigIntegerField()
    held_fen = models.BigIntegerField()
    through = models.BigIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    closed_at = models.DateTimeField(default=clock.now, editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "first_on"], name="statement_once_per_month"
            ),
            models.CheckConstraint(
                condition=Q(free_fen=F("opening_fen") + F("lines_fen") - F("held_fen")),
                name="statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(free_fen__gte=0, held_fen__gte=0), name="statement_is_not_below_zero"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Statement %(month)s")) % {"month": self.month}

    @property
    def month(self) -> Month:
        return Month(self.first_on)

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.lines_fen

    def audit_team(self) -> Team:
        return self.merchant.team
