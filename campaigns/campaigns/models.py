"""Campaigns: a merchant's promotion over a period, of some notes and what these sell. ADR 0148."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal import clock, sought
from portal.accounts.models import Team, User

# Longer than the longest season; a target over years says nothing.
MOST_DAYS = 366


class TargetKind(models.TextChoices):
    """What a campaign is to bring: a count, or an amount in fen (GMV)."""

    READS = "reads", _("Reads")
    CLICKS = "clicks", _("Product clicks")
    ORDERS = "orders", _("Orders")
    GMV = "gmv", _("GMV")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> Self:
        """Campaigns of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def still_open(self) -> Self:
        """Those that boosts may be added to."""
        return self.filter(closed_at=None)

    def found_by(self, text: str) -> Self:
        """Campaigns whose name holds every word of `text`."""
        return self.filter(sought.holding(text, "name"))


class Campaign(models.Model):
    """From `starts_on` to `ends_on`, both included, business days of Shanghai.

    `target_value` is a count or, where the target is GMV, an amount (fen); `budget_fen` is what the
    merchant plans to spend, which holds nothing and forbids nothing. While it has a `closed_at` no
    boost is added; those that it has go on.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="campaigns")
    name = models.CharField(_("name"), max_length=60)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    target_kind = models.CharField(
        _("target"), max_length=10, choices=TargetKind, blank=True, default=""
    )
    target_value = models.BigIntegerField(null=True, blank=True)
    budget_fen = models.BigIntegerField(_("planned budget"), null=True, blank=True)
    request_key = models.UUIDField(unique=True, help_text=_("One form, one campaign."))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    notes = models.ManyToManyField(Note, through="CampaignNote", related_name="campaigns")
    listings = models.ManyToManyField(Listing, through="CampaignListing", related_name="campaigns")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["merchant", "-id"], name="campaign_of_merchant")]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "name"],
                condition=Q(closed_at=None),
                name="campaign_open_once_by_name",
                violation_error_message=_("A campaign of this name is open already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_it_starts",
                violation_error_message=_("The last day is on or after the first."),
            ),
            models.CheckConstraint(
                condition=Q(target_kind="", target_value=None)
                | (
                    Q(target_kind__in=TargetKind.values, target_value__isnull=False)
                    & Q(target_value__gt=0)
                ),
                name="campaign_target_has_its_number",
                violation_error_message=_("A target is a kind and a number above zero."),
            ),
            models.CheckConstraint(
                condition=Q(budget_fen=None) | Q(budget_fen__gt=0),
                name="campaign_budget_above_zero",
                violation_error_message=_("A planned budget is above zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:campaign-detail", args=[self.merchant.code, self.pk])

    def audit_team(self) -> Team:
        return self.merchant.team

    def with_listings(self) -> list["NoteWithListings"]:
        """Its notes, the newest in it first, each with what it sells in it, in two queries."""
        listings: dict[int, list[Listing]] = defaultdict(list)
        for row in self.listing_rows.select_related("listing__product").order_by("pk"):
            listings[row.listing.note_id].append(row.listing)
        rows = self.note_rows.select_related("note").defer("note__text").order_by("-pk")
        return [NoteWithListings(row.note, listings[row.note_id]) for row in rows]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True)
class NoteWithListings:
    """A note of a campaign, and the listings of it that belong to the campaign."""

    note: Note
    listings: list[Listing]


class CampaignNote(models.Model):
    """That a note belongs to a campaign. It may belong to several."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="note_rows")
    note = models.ForeignKey(Note, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "note"], name="campaign_has_a_note_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.note}"


class CampaignListing(models.Model):
    """That a listing of one of its notes belongs to a campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="listing_rows")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "listing"], name="campaign_has_a_listing_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.listing}"
