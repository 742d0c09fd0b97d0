"""Delivery: who serves a boost, what was said of its hours, and what became of that. ADR 0137."""

from datetime import date, datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.delivery.capping import Refusal
from campaigns.delivery.rows import Fault
from merchants.companies.models import Merchant
from portal import clock, words
from portal.webhooks.models import Endpoint

# A server that is away for longer than a week has lost what it would say.
MOST_WAIT_HOURS = 7 * 24


class AdServer(models.Model):
    """A server that shows boosted notes. It is told of them at its `endpoint`, whose code and keys
    it sends its rows with.

    New boosts are given to the one that is active; rows are taken from all. After the end of a
    boost its last rows are waited for `wait_hours`.
    """

    endpoint = models.OneToOneField(Endpoint, models.PROTECT, related_name="ad_server")
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    wait_hours = models.PositiveSmallIntegerField(
        _("hours its last rows are waited for"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_WAIT_HOURS)],
    )
    is_active = models.BooleanField(default=True)
    last_heard_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            # New boosts go to the one that is active.
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="ad_server_one_is_active"
            ),
            models.CheckConstraint(
                condition=Q(wait_hours__gte=1, wait_hours__lte=MOST_WAIT_HOURS),
                name="ad_server_waits_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return words.name(self.name_zh, self.name_en)


class Word(models.TextChoices):
    """What an ad server says of how a boost goes: a closed set."""

    SERVING = "serving", _("It is shown")
    LIMITED = "limited", _("It is shown less than asked")
    ENDED = "ended", _("It is not shown any more")


class Serving(models.Model):
    """The ad server that a boost was given to, and its latest word on it.

    `refused_told_on` is the last business day on which people were told at once of refused spend,
    `refused_told_fen` how much of it they know of, `refused_rose` whether it rose since, so that
    there may be more to tell, `last_word_at` when the last hour of a boost
    that ended was told for good.
    """

    boost = models.OneToOneField(Boost, models.PROTECT, related_name="serving")
    ad_server = models.ForeignKey(AdServer, models.PROTECT, related_name="servings")
    since = models.DateTimeField(default=clock.now, editable=False)
    refused_told_on = models.DateField(null=True, editable=False)
    refused_told_fen = models.BigIntegerField(default=0, editable=False)
    refused_rose = models.BooleanField(default=False, editable=False)
    last_word_at = models.DateTimeField(null=True, editable=False)
    word = models.CharField(max_length=10, choices=Word, default="", editable=False)
    word_reason = models.CharField(max_length=40, default="", editable=False)
    audience = models.BigIntegerField(null=True, editable=False)
    word_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["refused_told_on"],
                condition=Q(refused_rose=True),
                name="serving_refused_rose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.boost} · {self.ad_server}"


class Idle(models.Model):
    """That its team was told that a running boost spends nothing: on which business day last."""

    boost = models.OneToOneField(Boost, models.PROTECT, related_name="idle")
    told_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.boost_id} {self.told_on}"


class DeliveryMessage(models.Model):
    """One message of an ad server: its id, what it was, and the one answer it gets.

    `body` is what was sent, until it is answered: a message that was cut off half way is finished
    from it, not before `next_at` once that failed. `answer` never changes, byte for byte, and is
    empty once it `is_kept` no more: a sweep lets it go, and files never have one. ADR 0176.
    """

    ad_server = models.ForeignKey(AdServer, models.PROTECT, related_name="messages")
    message_id = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField(default=b"")
    received_at = models.DateTimeField(default=clock.now, editable=False)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    # As HTTP calls it.
    http_status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(null=True)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(null=True, editable=False)
    is_kept = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ad_server", "message_id"], name="delivery_message_once_per_id"
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=True, http_status__isnull=True)
                | Q(answer__isnull=False, http_status__isnull=False),
                name="delivery_message_answer_has_a_status",
            ),
            # NULL is no answer yet: that is kept, too.
            models.CheckConstraint(
                condition=Q(is_kept=True) | Q(answer__isnull=False, answer=b""),
                name="delivery_message_let_go_is_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(answer__isnull=True),
                name="delivery_message_unanswered",
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(answer__isnull=False, is_kept=True),
                name="delivery_message_kept",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    def get_absolute_url(self) -> str:
        return reverse("campaigns:delivery-message-list", args=[self.ad_server_id])

    def audit_team(self) -> None:
        """It is the platform's own."""


class DeliveryRow(models.Model):
    """What was said of an hour of a boost, once per revision, for good: a trigger keeps it."""

    boost = models.ForeignKey(Boost, models.PROTECT, related_name="delivery_rows")
    hour_at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    impressions = models.BigIntegerField()
    clicks = models.BigIntegerField()
    spend_fen = models.BigIntegerField()
    is_final = models.BooleanField()
    message = models.ForeignKey(DeliveryMessage, models.PROTECT, related_name="taken")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["boost", "hour_at", "revision"], name="delivery_row_once_per_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.boost_id} {self.hour_at:%Y-%m-%d %H} r{self.revision}"

    @property
    def content(self) -> tuple[int, int, int, bool]:
        """What two rows of one revision must agree in (`rows.Row.content`)."""
        return self.impressions, self.clicks, self.spend_fen, self.is_final


class DeliveryHourQuerySet(models.QuerySet["DeliveryHour"]):
    def of(self, boost: Boost) -> Self:
        """The hours of a boost as they are now, in their order."""
        return self.filter(boost=boost).order_by("hour_at")

    def refused(self) -> Self:
        """Hours with spend that the platform did not take, the latest first."""
        return self.filter(refused_fen__gt=0).order_by("-hour_at", "-pk")

    def by_refusal(self, boost: Boost) -> dict[str, int]:
        """Fen of a boost that were not captured, by the reason of the hour."""
        refused = self.filter(boost=boost).refused().order_by("refusal").values_list("refusal")
        return {why: int(fen) for why, fen in refused.annotate(fen=Sum("refused_fen"))}


class DeliveryHour(models.Model):
    """An hour of a boost as its newest revision says, and what was captured of it.

    `on` is its business day (Asia/Shanghai).
    """

    boost = models.ForeignKey(Boost, models.PROTECT, related_name="delivery_hours")
    hour_at = models.DateTimeField()
    on = models.DateField()
    revision = models.PositiveIntegerField()
    impressions = models.BigIntegerField()
    clicks = models.BigIntegerField()
    spend_fen = models.BigIntegerField()
    captured_fen = models.BigIntegerField()
    refused_fen = models.BigIntegerField()
    refusal = models.CharField(max_length=20, choices=Refusal, blank=True)
    is_final = models.BooleanField()

    objects = DeliveryHourQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["boost", "hour_at"], name="delivery_hour_once"),
            models.CheckConstraint(
                condition=Q(spend_fen=F("captured_fen") + F("refused_fen")),
                name="delivery_hour_accounts_for_what_was_said",
            ),
            models.CheckConstraint(
                condition=Q(captured_fen__gte=0, refused_fen__gte=0),
                name="delivery_hour_takes_no_less_than_nothing",
            ),
            models.CheckConstraint(
                condition=Q(refused_fen=0, refusal="") | (Q(refused_fen__gt=0) & ~Q(refusal="")),
                name="delivery_hour_says_why_it_refused",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-hour_at", "-id"],
                condition=Q(refused_fen__gt=0),
                name="delivery_hour_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.boost_id} {self.hour_at:%Y-%m-%d %H}"


class HourChangeQuerySet(models.QuerySet["HourChange"]):
    def as_of(self, moment: datetime) -> Self:
        """What was known at a moment: the sums of these are the hours as they were then."""
        return self.filter(at__lte=moment)


class HourChange(models.Model):
    """By how much an hour of a boost changed, and when: the journal, for good.

    `message` is the one that changed it; null where the boost itself began, paused or ended.
    """

    boost = models.ForeignKey(Boost, models.PROTECT, related_name="hour_changes")
    hour_at = models.DateTimeField()
    on = models.DateField()
    d_impressions = models.BigIntegerField()
    d_clicks = models.BigIntegerField()
    d_captured_fen = models.BigIntegerField()
    d_refused_fen = models.BigIntegerField()
    at = models.DateTimeField()
    message = models.ForeignKey(DeliveryMessage, models.PROTECT, null=True, related_name="changes")

    objects = HourChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["boost", "at"], name="hour_change_of_boost"),
            models.Index(fields=["on", "boost"], name="hour_change_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.boost_id} {self.hour_at:%Y-%m-%d %H} {self.d_captured_fen:+d}"


class SpendDayQuerySet(models.QuerySet["SpendDay"]):
    def of(self, merchant: Merchant, first_on: date, last_on: date) -> Self:
        """Days of the merchant's boosts in a period, both its ends included."""
        return self.filter(merchant=merchant, on__gte=first_on, on__lte=last_on)

    def of_boost(self, boost: Boost) -> Self:
        return self.filter(boost=boost).order_by("on")

    def of_campaign(self, campaign: Campaign) -> Self:
        """Days of all boosts of a campaign."""
        return self.filter(boost__campaign=campaign)

    def total(self) -> dict[str, int]:
        """The sums of all columns that add up."""
        sums = self.aggregate(**{name: Sum(name, default=0) for name in SUMMED})
        return {name: int(value) for name, value in sums.items()}


SUMMED = (
    "impressions", "clicks", "captured_fen", "refused_fen", "cash_fen", "platform_fen",
    "partner_fen",
)  # fmt: skip


class SpendDay(models.Model):
    """A business day of a boost: the sums of its hours, and whose money was captured.

    Grain: boost and day. What the three payers paid sums to `captured_fen`: hours are paid in
    their order, in the draw order of the boost's lines.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="spend_days")
    boost = models.ForeignKey(Boost, models.PROTECT, related_name="spend_days")
    on = models.DateField()
    impressions = models.BigIntegerField()
    clicks = models.BigIntegerField()
    captured_fen = models.BigIntegerField()
    refused_fen = models.BigIntegerField()
    cash_fen = models.BigIntegerField()
    platform_fen = models.BigIntegerField()
    partner_fen = models.BigIntegerField()

    objects = SpendDayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["boost", "on"], name="spend_day_once"),
            models.CheckConstraint(
                condition=Q(captured_fen=F("cash_fen") + F("platform_fen") + F("partner_fen")),
                name="spend_day_is_paid_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "on"], name="spend_day_of_merchant"),
        ]

    def __str__(self) -> str:
        return f"{self.boost_id} {self.on}"


class QuarantinedDelivery(models.Model):
    """A row that was not counted: its place in the message (from 1), the field, and why."""

    message = models.ForeignKey(DeliveryMessage, models.PROTECT, related_name="kept_apart")
    place = models.PositiveIntegerField()
    field = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20, choices=Fault)
    # As JSON writes it, in ASCII: what it says may be no text of a database.
    raw = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "place"], name="quarantined_delivery_once_per_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} #{self.place}"
