"""What a closed opening did to boosts: the list, written first, and how far the work on it is."""

from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.models import Boost
from merchants.companies.models import Merchant
from merchants.openings.models import Opening
from portal import clock
from portal.accounts.models import Team
from portal.choices import Colour, ColouredChoices, StateField


class Closing(models.Model):
    """A signed rule that closed at its `effective_at` ends the boosts on its list.

    The list is stored at `found_at`, before the first boost is touched; `finished_at` is when each
    of them was dealt with and their merchants were told.
    """

    opening = models.OneToOneField(Opening, models.PROTECT, related_name="closing")
    found_at = models.DateTimeField(default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["found_at"], condition=Q(finished_at=None), name="closing_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return self.opening.scope

    def audit_team(self) -> None:
        """It is the platform's own."""


class Fate(ColouredChoices):
    """What became of a boost on the list: a closed set."""

    OPEN = "open", Colour.AZURE, _("Still to be dealt with")
    ENDED = "ended", Colour.GREY, _("Ended by the platform")
    RETURNED = "returned", Colour.YELLOW, _("Returned to its merchant")
    REJECTED = "rejected", Colour.GREY, _("Rejected as before; its appeal ended")
    OVER = "over", Colour.GREY, _("Was over, or taken back, already")
    SPARED = "spared", Colour.GREEN, _("Goes on: the rule was taken back")


class Lost(models.TextChoices):
    """Why a note leads nowhere any more, as far as that can be told: a closed set."""

    UNLISTED = (
        "unlisted",
        _("Readers of the note can buy nothing there any more: its listings have ended."),
    )
    UNAVAILABLE = (
        "unavailable",
        _("The products that the note links to are not available any more."),
    )
    PROGRAMME = "programme", _("A programme has ended, and nothing else leads readers on.")
    CLOSED = (
        "closed",
        _("What the note links to is closed, and nothing else leads readers on."),
    )


class ClosingBoostQuerySet(models.QuerySet["ClosingBoost"]):
    def open(self) -> Self:
        """Those still to be dealt with, in the order of the list."""
        return self.filter(fate=Fate.OPEN).order_by("pk")

    def hit(self) -> Self:
        """Those that the closing has ended or returned, or whose appeal it has ended."""
        return self.filter(fate__in=(Fate.ENDED, Fate.RETURNED, Fate.REJECTED)).order_by("pk")

    def released_fen(self) -> int:
        """What they gave back in all (fen)."""
        return int(self.aggregate(fen=Sum("released_fen", default=0))["fen"])


class ClosingBoost(models.Model):
    """One boost on the list of a closing: written with the list, dealt with in the transaction that
    moves the boost and its money."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="boosts")
    boost = models.ForeignKey(Boost, models.PROTECT, related_name="closings")
    fate = StateField(Fate, max_length=10, default=Fate.OPEN)
    released_fen = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True, editable=False)

    objects = ClosingBoostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closing", "boost"], name="closing_boost_once"),
            models.CheckConstraint(
                condition=Q(fate="open", done_at=None) | (~Q(fate="open") & ~Q(done_at=None)),
                name="closing_boost_is_done_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing} · {self.boost}"


class LostBoost(models.Model):
    """A boost whose note led nowhere when it was looked at, `since` the first of the looks in a row
    that found it so."""

    boost = models.OneToOneField(Boost, models.CASCADE, related_name="lost")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.boost_id} {self.since}"


class ClosingMerchant(models.Model):
    """A merchant with boosts on the list of a closing; told once, when all of them are done."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="merchants")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closing", "merchant"], name="closing_merchant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.closing} · {self.merchant}"

    def audit_team(self) -> Team:
        return self.merchant.team

    def hit(self) -> ClosingBoostQuerySet:
        """Its boosts that the closing has dealt with."""
        its = self.closing.boosts.filter(boost__merchant=self.merchant_id)
        return its.hit().select_related("boost__note").defer("boost__note__text")
