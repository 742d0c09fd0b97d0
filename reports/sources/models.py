"""What came in: sources, the batches they sent, and the rows that could not be taken."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.delivery.models import AdServer
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import Marketplace, StoreKind
from portal import clock, words
from portal.accounts.models import User
from portal.choices import Colour, ColouredChoices, StateField
from portal.jobs.models import Job
from reports.events.declared import MOST_FEN
from reports.events.sentences import fault_sentence, unknown_column


class EventKind(models.TextChoices):
    TOUCHPOINTS = "touchpoints", _("Touchpoints")
    CONVERSIONS = "conversions", _("Conversions")
    DELIVERIES = "deliveries", _("Delivery of boosts")


class SourceKind(models.TextChoices):
    """What kind of party a source is, and so what it may send."""

    COMMUNITY = "community", pgettext_lazy("source", "Community")
    LINKS = "links", pgettext_lazy("source", "Our own links")
    MARKETPLACE = "marketplace", pgettext_lazy("source", "Marketplace or in-app shops")
    MERCHANT = "merchant", pgettext_lazy("source", "A merchant's own figures")
    ADSERVER = "adserver", pgettext_lazy("source", "Ad server")


class Unit(models.TextChoices):
    """The unit of a source's amounts."""

    FEN = "fen", _("Fen")
    YUAN = "yuan", _("Yuan")


class Rhythm(models.TextChoices):
    """How much time one delivery of a source covers."""

    EACH_DAY = "each_day", _("Each day")
    EACH_WEEK = "each_week", _("Each week")
    EACH_MONTH = "each_month", _("Each month")


class SourceQuerySet(models.QuerySet["Source"]):
    def of_parties(self) -> Self:
        """The streams of the community, its links and the marketplaces, without merchants' own and
        what ad servers say of boosts: that is no event of a report."""
        return self.of_platform().exclude(kind=SourceKind.ADSERVER)

    def of_platform(self) -> Self:
        """The streams whose files the platform takes: all but merchants' own."""
        return self.filter(merchant=None)

    def for_list(self) -> Self:
        """With what a list shows: the merchant, and when the last file came."""
        newest = Batch.objects.filter(source=OuterRef("pk")).order_by("-received_at", "-pk")
        last = Subquery(newest.values("received_at")[:1])
        return self.select_related("merchant").annotate(last_received_at=last)


class Source(models.Model):
    """One stream of one party: the community and its links (touchpoints), a marketplace, what a
    merchant says of his own stores at one marketplace (conversions), or an ad server (deliveries).

    `marketplace` is empty for the community, for its in-app shops and for ad servers. `zone` is the
    IANA name of the zone of times that name none; empty: such times are refused. `most_fen` is the
    largest amount of a line, in fen whatever the `unit` of its files. A day's rows are due
    `delay_days` after the day has ended, or after the week or month of its `rhythm`. `sends` names
    the kinds of events that come at all, as its sender says: a number that rests on others is not
    connected.
    """

    code = models.SlugField(unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    kind = models.CharField(max_length=12, choices=SourceKind, default=SourceKind.MARKETPLACE)
    events = models.CharField(max_length=12, choices=EventKind)
    marketplace = models.CharField(max_length=20, choices=Marketplace, blank=True)
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, null=True, blank=True, related_name="sources"
    )
    ad_server = models.OneToOneField(
        AdServer, models.PROTECT, null=True, blank=True, related_name="source"
    )
    unit = models.CharField(max_length=4, choices=Unit, default=Unit.FEN)
    zone = models.CharField(max_length=40, blank=True)
    most_fen = models.BigIntegerField(default=MOST_FEN)
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.EACH_DAY)
    delay_days = models.PositiveSmallIntegerField(default=1)
    sends = ArrayField(models.CharField(max_length=20), default=list)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["community", "links"], events="touchpoints")
                | Q(kind__in=["marketplace", "merchant"], events="conversions")
                | Q(kind="adserver", events="deliveries"),
                name="source_sends_what_its_kind_may",
            ),
            models.CheckConstraint(
                condition=Q(kind="adserver", ad_server__isnull=False)
                | (~Q(kind="adserver") & Q(ad_server__isnull=True)),
                name="source_of_an_ad_server_names_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="merchant", merchant__isnull=False)
                | (~Q(kind="merchant") & Q(merchant__isnull=True)),
                name="source_of_a_merchant_names_him",
            ),
            models.UniqueConstraint(
                fields=["merchant", "marketplace"], name="source_of_a_merchant_once"
            ),
            models.CheckConstraint(condition=Q(most_fen__gt=0), name="source_has_a_bound"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the language of the reader."""
        return words.name(self.name_zh, self.name_en)


class BatchState(ColouredChoices):
    RECEIVED = "received", Colour.AZURE, pgettext_lazy("batch", "Waiting")
    COMMITTED = "committed", Colour.GREEN, _("Taken in")
    FAILED = "failed", Colour.RED, _("Refused")


# Which stores a source's conversions can belong to.
MARKETPLACE_STORE_KINDS: dict[str, set[StoreKind]] = {
    "": {StoreKind.IN_APP},
    **{marketplace.value: marketplace.store_kinds for marketplace in Marketplace},
}
# The other way round: whose source has the orders of a kind of store.
MARKETPLACE_OF: dict[StoreKind, str] = {
    kind: marketplace for marketplace, kinds in MARKETPLACE_STORE_KINDS.items() for kind in kinds
}


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> Self:
        """Batches of the merchants `user` may see; every batch for people of the platform."""
        if user.platform_role:
            return self
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def untraced(self) -> Self:
        """Those in the lake of which nobody wrote down whose days they touch, the oldest first."""
        return self.filter(state=BatchState.COMMITTED, traced_at=None).order_by("pk")

    def with_names(self) -> Self:
        """With the rows a list shows, in one query."""
        return self.select_related("source", "merchant")


class Batch(models.Model):
    """One file of one source. accepted + duplicate + quarantined = sent, always.

    `merchant` is set when a merchant uploaded it: then only rows of its own stores are accepted.
    `corrected` of the accepted rows replace an event that was there with other content; `reasons`
    counts the quarantined rows. `manifest` is what the sender said the file holds. A refused file
    has its `fault`, or an `error` in words. `lake_version` is the version of the lake's table that
    first holds the batch's rows; `traced_at` is when was written down whose days they touch.

    What the sender said of more than the file: the business days it is about (both included),
    whether all of their rows are there with it (`is_whole`), how many rows and fen the period has
    in all, and when the sender made it.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="batches")
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="batches")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    state = StateField(BatchState, max_length=10, default=BatchState.RECEIVED)
    sent = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    corrected = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    unknown_columns = models.JSONField(default=list)
    manifest = models.JSONField(default=dict)
    period_first_on = models.DateField(null=True)
    period_last_on = models.DateField(null=True)
    is_whole = models.BooleanField(default=False)
    period_rows = models.BigIntegerField(null=True)
    period_value_fen = models.DecimalField(max_digits=30, decimal_places=0, null=True)
    produced_at = models.DateTimeField(null=True)
    # When its rows were counted for the slices that they are part of.
    in_slices_at = models.DateTimeField(null=True)
    quarantine_fence = models.PositiveIntegerField(null=True)
    fault = models.CharField(max_length=30, blank=True)
    fault_details = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    lake_version = models.BigIntegerField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="batch")
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(default=clock.now, editable=False)
    committed_at = models.DateTimeField(null=True)
    traced_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="batch_by_moment"),
            models.Index(fields=["merchant", "-received_at", "-id"], name="batch_of_merchant"),
            models.Index(fields=["source", "-received_at", "-id"], name="batch_of_source"),
            models.Index(fields=["id"], condition=Q(state="failed"), name="batch_failed"),
            models.Index(
                fields=["id"], condition=Q(state="committed", traced_at=None), name="batch_untraced"
            ),
            models.Index(
                fields=["id"],
                condition=Q(state="committed", in_slices_at=None),
                name="batch_not_in_slices",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent=F("accepted") + F("duplicate") + F("quarantined")),
                name="batch_every_row_accounted_for",
            ),
            models.CheckConstraint(
                condition=Q(period_first_on=None, period_last_on=None, is_whole=False)
                | Q(
                    period_first_on__isnull=False,
                    period_last_on__isnull=False,
                    period_first_on__lte=F("period_last_on"),
                ),
                name="batch_whole_of_a_period",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        if self.merchant is None:
            return reverse("reports:batch-detail", args=[self.pk])
        return reverse("reports:data-detail", args=[self.merchant.code, self.pk])

    @property
    def sentence(self) -> str:
        """Why the file was refused, in the reader's language; empty when it was not."""
        return fault_sentence(self.fault, self.fault_details) if self.fault else self.error

    @property
    def not_taken(self) -> list[str]:
        """The columns of the file that are not ours, in the reader's language; never a value."""
        return [unknown_column(column) for column in self.unknown_columns]


class QuarantinedRow(models.Model):
    """A row that was not taken: where it stands, what is wrong with it, and the row itself."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="quarantined_rows")
    line = models.BigIntegerField()
    field = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)
    raw = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["batch", "line"])]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line} {self.field} {self.reason}"
