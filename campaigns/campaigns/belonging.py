"""Since when, and until when, something belonged to a campaign: what an answer of the past asks.

Who changes what belongs to a campaign locks it first and takes the moment behind the lock, and so
does who gives an answer away: a change is in the answer, or dated behind it (ADR 0160).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet

from campaigns.campaigns.models import Campaign
from merchants.notes.models import Note


class Belonging(models.Model):
    """From `from_at` until before `to_at`, or still while that is null."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gte=F("from_at")),
                name="%(class)s_ends_after_it_begins",
            )
        ]


B = TypeVar("B", bound=Belonging)


def at(rows: QuerySet[B], moment: datetime) -> QuerySet[B]:
    """Those of `rows` that belonged at `moment`."""
    return rows.filter(Q(to_at=None) | Q(to_at__gt=moment), from_at__lte=moment)


class NoteBelonging(Belonging):
    """A note in a campaign: `CampaignNote` with its past."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="+")

    class Meta(Belonging.Meta):
        constraints = [
            *Belonging.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign", "note"],
                condition=Q(to_at=None),
                name="note_belongs_once_to_a_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.note}"


def take_lock(campaigns: Iterable[int]) -> None:
    """Lock the campaigns with these keys, in the caller's transaction; behind boosts, if any."""
    rows = Campaign.objects.filter(pk__in=campaigns).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
