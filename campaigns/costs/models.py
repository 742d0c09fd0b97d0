"""What a merchant pays for its notes outside of the portal, in versions. ADR 0143."""

from datetime import date, datetime
from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock, sought
from portal.accounts.models import User

MOST_REFERENCE = 80
# In what two costs without numbers of their own differ.
SAID = ("note", "boost", "campaign", "channel", "kind", "on", "amount_fen")


class Channel(models.TextChoices):
    """Where the money worked: a closed set. Captures of boosts are PAID by nature."""

    CREATOR = "creator", pgettext_lazy("channel", "Creator")
    PAID = "paid", pgettext_lazy("channel", "Paid feed")
    SEARCH = "search", pgettext_lazy("channel", "Search")


class CostKind(models.TextChoices):
    """What was paid for: a closed set."""

    CREATOR_FEE = "creator_fee", _("Creator fee")
    COMMISSION = "commission", _("Commission")
    AGENCY_FEE = "agency_fee", _("Agency fee")
    SAMPLE = "sample", _("Samples")


class CostQuerySet(models.QuerySet["Cost"]):
    """Rows are versions: whoever sums them first says as of when, or asks for the `current`."""

    def visible_to(self, user: User) -> Self:
        """Versions of costs of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def of(self, merchant: Merchant, first_on: date, last_on: date) -> Self:
        """All versions that lie on the days of a period, both its ends included."""
        return self.filter(merchant=merchant, on__gte=first_on, on__lte=last_on)

    def current(self) -> Self:
        """What counts now: each cost once, the withdrawn ones left out."""
        return self.filter(superseded_at=None)

    def as_of(self, moment: datetime) -> Self:
        """What counted at a moment: each cost once, as it was known then."""
        is_there = Q(superseded_at=None) | Q(superseded_at__gt=moment)
        return self.filter(is_there, recorded_at__lte=moment)

    def newest(self) -> Self:
        """The newest version of each cost, be it withdrawn."""
        later = Cost.objects.filter(key=OuterRef("key"), number__gt=OuterRef("number"))
        return self.exclude(Exists(later))

    def placed(self) -> Self:
        """With `counts_for_note` and `counts_for_campaign`: the keys of the note and the campaign
        under which it counts, be it through a boost; None where it is of none."""
        return self.annotate(
            counts_for_note=Coalesce("note_id", "boost__note_id"),
            counts_for_campaign=Coalesce("campaign_id", "boost__campaign_id"),
        )

    def of_note(self, note: Note) -> Self:
        """What counts under a note: its own costs and those of its boosts."""
        return self.filter(Q(note=note) | Q(boost__note=note))

    def of_campaign(self, campaign: Campaign) -> Self:
        """What counts under a campaign: its own costs and those of its boosts."""
        return self.filter(Q(campaign=campaign) | Q(boost__campaign=campaign))

    def for_list(self) -> Self:
        """With what a table of costs shows."""
        return self.select_related(
            "merchant",
            "note",
            "campaign",
            "boost__note",
            "boost__campaign",
            "boost__merchant",
            "recorded_by",
        )

    def found_by(self, text: str) -> Self:
        """Costs whose own number, note, boost or campaign holds every word of `text`."""

        def stands(word: str) -> Q:
            notes = Note.objects.found_by(word).order_by().values("pk")
            return (
                Q(note__in=notes)
                | Q(boost__note__in=notes)
                | Q(boost__external_id__icontains=word)
                | Q(campaign__name__icontains=word)
                | Q(boost__campaign__name__icontains=word)
                | Q(reference__icontains=word)
            )

        return self.filter(sought.each(text, stands))

    def history_of(self, key: UUID) -> Self:
        """All versions of one cost, the newest first."""
        return self.filter(key=key).order_by("-number")

    def total_fen(self) -> int:
        """The sum of the amounts."""
        return int(self.aggregate(sum=Sum("amount_fen", default=0))["sum"])


class CostFile(models.Model):
    """A file of which costs were added: its name, how many they were, and their sum (fen).

    The file itself is not kept: its costs are.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="cost_files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    costs = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.name


class Cost(models.Model):
    """One version of a cost: it counted from `recorded_at` until `superseded_at`, which is None of
    what counts now.

    All versions of one cost have its `key`, which is that of the form that made it, and numbers
    from 1. A version is for good: a trigger lets nothing change but `superseded_at`, and that once.
    A cost without a version that counts is withdrawn.

    It is of one boost, of one note (which may say for which campaign) or of a campaign as a whole:
    the innermost that it was paid for. What lies around that is derived and not kept. `on` is the
    business day (Asia/Shanghai) on which it counts, `reference` the merchant's own number, by which
    costs that say the same are told apart.
    """

    key = models.UUIDField(default=uuid4, editable=False)
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="costs")
    note = models.ForeignKey(Note, models.PROTECT, null=True, blank=True, related_name="costs")
    boost = models.ForeignKey(Boost, models.PROTECT, null=True, blank=True, related_name="costs")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="costs"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    kind = models.CharField(max_length=20, choices=CostKind)
    on = models.DateField()
    amount_fen = models.BigIntegerField()
    reference = models.CharField(max_length=MOST_REFERENCE, blank=True)
    # `portal.meaning.key` of it, in which two writings of one number agree.
    reference_key = models.CharField(max_length=MOST_REFERENCE * 4, blank=True, editable=False)
    file = models.ForeignKey(
        CostFile, models.PROTECT, null=True, blank=True, related_name="added", editable=False
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)

    # Of `placed` alone.
    counts_for_note: int | None
    counts_for_campaign: int | None

    objects = CostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "on"], name="cost_of_merchant"),
            models.Index(
                fields=["merchant", "-on", "-id"],
                condition=Q(superseded_at=None),
                name="cost_that_counts",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="cost_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at=None), name="cost_counts_once"
            ),
            models.UniqueConstraint(
                fields=["merchant", "reference_key"],
                condition=Q(superseded_at=None) & ~Q(reference_key=""),
                name="cost_reference_once",
                violation_error_message=_("You have a cost of this number already."),
            ),
            models.UniqueConstraint(
                fields=["merchant", *SAID],
                condition=Q(superseded_at=None, reference_key=""),
                nulls_distinct=False,
                name="cost_said_once",
                violation_error_message=_(
                    "You have the same cost already. If there were two, give this one a number of "
                    "your own."
                ),
            ),
            models.CheckConstraint(
                condition=Q(boost__isnull=False, note__isnull=True, campaign__isnull=True)
                | Q(boost__isnull=True, note__isnull=False)
                | Q(boost__isnull=True, campaign__isnull=False),
                name="cost_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0),
                name="cost_is_above_zero",
                violation_error_message=_("The amount is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None) | Q(superseded_at__gte=F("recorded_at")),
                name="cost_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.about}"

    def get_absolute_url(self) -> str:
        return reverse("campaigns:cost-detail", args=[self.merchant.code, self.key])

    @property
    def about(self) -> Note | Boost | Campaign:
        """The innermost thing that it was paid for."""
        found = self.boost or self.note or self.campaign
        assert found is not None
        return found

    @property
    def of_note(self) -> Note | None:
        """The note under which it counts; None where it is of a campaign as a whole."""
        return self.boost.note if self.boost else self.note

    @property
    def in_campaign(self) -> Campaign | None:
        """The campaign under which it counts."""
        return self.boost.campaign if self.boost else self.campaign
