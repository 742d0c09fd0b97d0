"""Listings: a product linked to a note at a placement."""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.marketplaces import pasting
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from portal import clock, sought
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.proofs import ProvenBy
from portal.states import Stateful


class ListingStatus(ColouredChoices):
    DRAFT = "draft", Colour.GREY, _("Draft")
    LIVE = "live", Colour.GREEN, _("Live")
    PAUSED = "paused", Colour.YELLOW, _("Paused")
    ENDED = "ended", Colour.GREY, _("Ended")


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible_to(self, user: User) -> Self:
        """Listings of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def live(self) -> Self:
        """Listings that readers see now."""
        return self.filter(status=ListingStatus.LIVE)

    def on_sale(self) -> Self:
        """Those of products that can be bought."""
        return self.filter(product__is_available=True)

    def found_by(self, text: str) -> Self:
        """Listings whose link or code is in `text`, whose product it finds, or that hold its words
        between product, note and code."""
        if code := pasting.link_in(text):
            return self.filter(code__in=(code, code.lower()))
        if pasting.product_in(text):
            return self.filter(product__in=Product.objects.found_by(text))

        def stands(word: str) -> Q:
            product = sought.among("product", Product.objects.found_by(word))
            notes = Note.objects.found_by(word).filter(title__icontains=word)
            note = sought.among("note", notes)
            return product | note | Q(code__startswith=word) | Q(code__startswith=word.lower())

        return self.filter(sought.each(text, stands))


class Listing(Stateful):
    """`fallback` is the in-app product shown whenever the outside way is closed."""

    TRANSITIONS = {
        ListingStatus.DRAFT: {ListingStatus.LIVE, ListingStatus.ENDED},
        ListingStatus.LIVE: {ListingStatus.PAUSED, ListingStatus.ENDED},
        ListingStatus.PAUSED: {ListingStatus.LIVE, ListingStatus.ENDED},
    }

    # That the note carries the ad label.
    AD_LABEL_PROVEN_BY = ProvenBy.NOTHING

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="listings")
    note = models.ForeignKey(Note, models.PROTECT, related_name="listings")
    product = models.ForeignKey(Product, models.PROTECT, related_name="listings")
    placement = models.CharField(_("placement"), max_length=20, choices=Placement)
    code = models.SlugField(max_length=12, unique=True)
    fallback = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="fallback_listings"
    )
    has_ad_label = models.BooleanField(_("the note carries the ad label"), default=False)
    status = StateField(ListingStatus, max_length=10, default=ListingStatus.DRAFT)
    # Its owner made it live, edited it, or moved its product to another category for the last time.
    # What is older than a rule may be left alone by it.
    since_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-id"], name="listing_of_merchant"),
            models.Index(fields=["merchant", "status", "-id"], name="listing_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["note", "product", "placement"],
                condition=~Q(status="ended"),
                name="listing_once_per_note_and_placement",
                violation_error_message=_(
                    "This product is linked at this spot of the note already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} @ {self.note}"

    def get_absolute_url(self) -> str:
        return reverse("merchants:listing-detail", args=[self.merchant.code, self.pk])

    def audit_team(self) -> Team:
        return self.merchant.team

    @property
    def is_editable(self) -> bool:
        """Whether it may be changed: readers do not see it, or not now."""
        return self.status in {ListingStatus.DRAFT, ListingStatus.PAUSED}


class ListingPeriod(models.Model):
    """When a listing was live: from `live_from` (included) to `live_to` (not included).

    Attribution asks these rows whether a listing was live at the moment of a touch.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="periods")
    live_from = models.DateTimeField()
    live_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="listing_periods_do_not_overlap",
                expressions=[
                    (
                        Func(
                            F("listing_id"),
                            F("listing_id"),
                            function="int8range",
                            template="%(function)s(%(expressions)s, '[]')",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("live_from"), F("live_to"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.live_from} – {self.live_to}"
