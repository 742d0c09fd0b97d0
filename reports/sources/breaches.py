"""Breaches: slices that were not closed when they were due, and who was told of it.

The platform is told at once, of each source once for all that a look finds. A merchant is told once
a day at most, of everything new that he waits for. Once a slice is closed, those hear it who were
told that it was overdue. What was told stands in rows that are written together with the notice.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Self

from django.db import connection, models
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from portal import clock, words
from portal.accounts.models import Team
from reports.sources.models import Source
from reports.sources.slices import Slice


class BreachQuerySet(models.QuerySet["Breach"]):
    def of_platform(self) -> Self:
        """What the platform was told, the newest last."""
        return self.filter(merchant=None).order_by("said_at", "pk")

    def take_turn(self) -> None:
        """Until this transaction ends nobody else tells anybody of breaches."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('breaches', 0))")


class Breach(models.Model):
    """What the platform (no merchant) or a merchant was told on one day: that slices are overdue,
    or that those of which he was told so are closed (`is_over`).

    `parts` is a list of {source, first_on, last_on, days, slices}, days as ISO writes them.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="breaches")
    is_over = models.BooleanField(default=False)
    said_on = models.DateField()
    said_at = models.DateTimeField()
    parts = models.JSONField()

    objects = BreachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "said_on"],
                condition=models.Q(is_over=False),
                name="breach_told_once_a_day",
            )
        ]
        indexes = [
            models.Index(
                fields=["-said_at", "-id"],
                condition=models.Q(merchant=None),
                name="breach_of_platform",
            )
        ]

    def __str__(self) -> str:
        return self.told(Source.objects.in_bulk(part["source"] for part in self.parts))

    def told(self, sources: Mapping[int, Source]) -> str:
        """Whose data, and which days, in the language of the reader."""
        return _("; ").join(_part(sources[part["source"]].name, part) for part in self.parts)

    @property
    def slices(self) -> int:
        return sum(part["slices"] for part in self.parts)

    def audit_team(self) -> Team | None:
        return self.merchant.team if self.merchant else None


class Warned(models.Model):
    """A merchant was told that a slice is overdue, and at `over_at` that it is closed."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    slice = models.ForeignKey(Slice, models.CASCADE, related_name="warned")
    breach = models.ForeignKey(Breach, models.PROTECT, related_name="warned")
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "slice"], name="warned_of_a_slice_once")
        ]
        indexes = [
            models.Index(
                fields=["slice"], condition=models.Q(over_at=None), name="warned_and_not_over"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.slice_id}"


def parts_of(found: Iterable[tuple[int, date]]) -> list[dict[str, Any]]:
    """The parts of a breach: slices, each as its source and day, put together by source."""
    by_source: dict[int, list[date]] = {}
    for source, on in found:
        by_source.setdefault(source, []).append(on)
    return [
        {
            "source": source,
            "first_on": min(days).isoformat(),
            "last_on": max(days).isoformat(),
            "days": len(set(days)),
            "slices": len(days),
        }
        for source, days in sorted(by_source.items())
    ]


def say(
    parts: list[dict[str, Any]],
    *,
    merchant: Merchant | None,
    is_over: bool,
    moment: datetime,
) -> Breach:
    """Write down what is told of the parts at `moment`."""
    return Breach.objects.create(
        merchant=merchant,
        is_over=is_over,
        said_on=clock.day_of(moment),
        said_at=moment,
        parts=parts,
    )


def _part(name: str, part: dict[str, Any]) -> str:
    first, last = date.fromisoformat(part["first_on"]), date.fromisoformat(part["last_on"])
    if first == last:
        return _("%(source)s of %(days)s") % {"source": name, "days": words.day(first)}
    said = _("%(source)s of %(days)s") % {"source": name, "days": words.period(first, last)}
    is_each = part["days"] == (last - first).days + 1
    return said if is_each else f"{said} ({words.days(part['days'])})"
