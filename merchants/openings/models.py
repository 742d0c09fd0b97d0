"""Policy: programmes with marketplaces, the openings under them, and applications to take part."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import Marketplace, StoreKind
from merchants.marketplaces.placements import Placement
from merchants.rulechanges.models import Grandfather, RuleChange
from portal import clock, words
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.proofs import ProvenBy
from portal.review.subjects import Reviewable


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def running(self, day: date) -> Self:
        """Programmes that have started and not ended on `day`."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def for_store_kind(self, kind: str) -> Self:
        """Programmes of the partner where stores of `kind` are."""
        return self.filter(marketplace__in=[m for m in Marketplace if kind in m.store_kinds])


class Programme(models.Model):
    """An agreement with a marketplace, in force from `starts_on` to `ends_on`, both included."""

    code = models.SlugField(unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    marketplace = models.CharField(max_length=20, choices=Marketplace)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="programme_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return words.name(self.name_zh, self.name_en)

    @property
    def store_kinds(self) -> set[StoreKind]:
        """The kinds of store this programme is about."""
        return Marketplace(self.marketplace).store_kinds

    def runs_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class OpeningState(ColouredChoices):
    """What the rule says once it is in force: a closed set.

    `pilot` is open for the merchants on its list, `closing` for what led when it began, through its
    last day.
    """

    OPEN = "open", Colour.GREEN, _("Open")
    PILOT = "pilot", Colour.AZURE, _("Pilot")
    CLOSING = "closing", Colour.YELLOW, _("Closing")
    SUSPENDED = "suspended", Colour.RED, pgettext_lazy("rule", "Suspended")
    CLOSED = "closed", Colour.GREY, _("Closed")


class OpeningQuerySet(models.QuerySet["Opening"]):
    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)


class Opening(models.Model):
    """One rule for programme x category x placement x store kind, from `effective_at` on: a line of
    a rule change.

    It is in force while `effective_at <= at < until_at`. Once it is signed nothing of it changes
    but `taken_back_at`, once: a trigger keeps it. A later signed rule of the same scope takes over
    at its own `effective_at`, so what was in force at any past second stays answerable.

    `last_on` is the last day of a closing (Shanghai). `sweeps`: what was opened in the
    category falls with it, but for the branches `kept` (primary keys of categories). What is said
    once for the whole change stands on each line, so that whoever decides reads lines alone.
    """

    change = models.ForeignKey(RuleChange, models.PROTECT, related_name="openings")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="openings")
    category = models.ForeignKey(Category, models.PROTECT, related_name="openings")
    placement = models.CharField(_("placement"), max_length=20, choices=Placement)
    store_kind = models.CharField(_("store kind"), max_length=10, choices=StoreKind)
    state = StateField(OpeningState, verbose_name=_("rule"), max_length=10)
    effective_at = models.DateTimeField(_("in force from"))
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_on = models.DateField(pgettext_lazy("of a closing", "last day"), null=True, blank=True)
    sweeps = models.BooleanField(default=False)
    grandfather = models.CharField(max_length=10, choices=Grandfather, default=Grandfather.NONE)
    grandfather_until = models.DateTimeField(null=True, blank=True)
    kept = ArrayField(models.BigIntegerField(), default=list, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    # The merchants of a pilot, by primary key, until the line is stored.
    listed: Sequence[int] = ()

    objects = OpeningQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["programme", "category"],
                condition=Q(signed_at__isnull=False),
                name="opening_signed_of_scope",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "category", "placement", "store_kind", "effective_at"],
                condition=Q(signed_at__isnull=False, taken_back_at=None),
                name="opening_one_rule_per_scope_and_instant",
                violation_error_message=_("Another rule of this scope starts at this very moment."),
            ),
            models.UniqueConstraint(
                fields=["change", "programme", "category", "placement", "store_kind"],
                name="opening_one_line_per_scope",
                violation_error_message=_("A change names each scope once."),
            ),
            models.CheckConstraint(
                condition=Q(state="closing", last_on__isnull=False)
                | (~Q(state="closing") & Q(last_on=None)),
                name="opening_closing_has_its_last_day",
                violation_error_message=_("Name the last day of what closes."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("effective_at")),
                name="opening_ends_after_it_begins",
                violation_error_message=_("A rule ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(signed_at__isnull=False),
                name="opening_taken_back_was_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope}{_(': ')}{self.get_state_display()}"

    @property
    def scope(self) -> str:
        """What the rule is about, in words."""
        parts = (
            self.programme,
            self.category,
            self.get_placement_display(),
            self.get_store_kind_display(),
        )
        return " · ".join(map(str, parts))

    @property
    def reason(self) -> str:
        """Why the change was made that it is a line of."""
        return self.change.reason

    @property
    def until_at(self) -> datetime | None:
        """The instant it ends at: it expires, or was taken back; None while neither is known."""
        ends = [at for at in (self.expires_at, self.taken_back_at) if at is not None]
        return min(ends, default=None)

    @property
    def stops_at(self) -> datetime | None:
        """The end of the last day of what closes; None for every other state."""
        return None if self.last_on is None else clock.start_of(self.last_on + timedelta(days=1))

    @property
    def pilot_merchants(self) -> list[Merchant]:
        """Whom a pilot names."""
        return [pilot.merchant for pilot in self.pilots.all()]


class OpeningMerchant(models.Model):
    """A merchant on the list of a pilot."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="pilots")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opening", "merchant"], name="opening_merchant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.opening_id} · {self.merchant_id}"


# Their folder among the files that people handed in.
DOCUMENTS = "applications"


def document_path(application: "OpeningApplication", file_name: str) -> str:
    """Where a document is kept: under a name nobody can guess, outside what the web serves."""
    return f"{DOCUMENTS}/{uuid4().hex}{Path(file_name).suffix.lower()}"


class ApplicationStatus(ColouredChoices):
    SUBMITTED = "submitted", Colour.AZURE, _("Waiting for a decision")
    APPROVED = "approved", Colour.GREEN, _("Approved")
    RETURNED = "returned", Colour.YELLOW, _("Returned")
    REJECTED = "rejected", Colour.RED, _("Rejected")


class OpeningApplicationQuerySet(models.QuerySet["OpeningApplication"]):
    def visible_to(self, user: User) -> Self:
        """Applications of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))


class OpeningApplication(Reviewable):
    TRANSITIONS = {
        ApplicationStatus.SUBMITTED: {
            ApplicationStatus.APPROVED,
            ApplicationStatus.RETURNED,
            ApplicationStatus.REJECTED,
        },
        ApplicationStatus.RETURNED: {ApplicationStatus.SUBMITTED},
    }
    WAITING = ApplicationStatus.SUBMITTED
    TEAM = "merchant__team"
    # What a merchant cannot begin without is answered within two days.
    ANSWER_WITHIN = timedelta(hours=48)
    DECISIONS = frozenset(TRANSITIONS[ApplicationStatus.SUBMITTED])

    # That the merchant may sell the category.
    PROVEN_BY = ProvenBy.DOCUMENT

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="applications")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="applications")
    category = models.ForeignKey(Category, models.PROTECT, related_name="applications")
    document = models.FileField(_("document"), upload_to=document_path)
    document_name = models.CharField(max_length=200)
    status = StateField(ApplicationStatus, max_length=10, default=ApplicationStatus.SUBMITTED)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = OpeningApplicationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="application_by_moment"),
            models.Index(
                fields=["submitted_at"], condition=Q(status="submitted"), name="application_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "programme", "category"],
                condition=~models.Q(status="rejected"),
                name="application_once_per_category",
                violation_error_message=_("You have applied for this category already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} · {self.programme} · {self.category}"

    def audit_team(self) -> Team:
        return self.merchant.team

    def judged(self) -> dict[str, object]:
        return {
            "merchant": self.merchant.identity(),
            "programme": self.programme.code,
            "category": self.category.code,
            "document": [self.document.name, self.document_name],
        }
