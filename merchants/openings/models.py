"""Policy: programmes with marketplaces, the openings under them, and applications to take part."""

from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import Marketplace, StoreKind
from merchants.marketplaces.placements import Placement
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
    """What the rule says once it is in force."""

    OPEN = "open", Colour.GREEN, _("Open")
    CLOSED = "closed", Colour.GREY, _("Closed")


class OpeningStatus(ColouredChoices):
    """Where the rule is on its way to being in force."""

    PROPOSED = "proposed", Colour.AZURE, _("Waiting for a second signature")
    SIGNED = "signed", Colour.GREEN, _("Signed")
    REJECTED = "rejected", Colour.RED, _("Rejected")
    WITHDRAWN = "withdrawn", Colour.GREY, _("Withdrawn")


class OpeningQuerySet(models.QuerySet["Opening"]):
    def signed(self) -> Self:
        return self.filter(status=OpeningStatus.SIGNED)


class Opening(Reviewable):
    """One rule for programme x category x placement x store kind, from `effective_at` on.

    Rules are never edited: a later signed rule of the same scope takes over at its own
    `effective_at`, so what was in force at any past second stays answerable.
    """

    TRANSITIONS = {
        OpeningStatus.PROPOSED: {
            OpeningStatus.SIGNED,
            OpeningStatus.REJECTED,
            OpeningStatus.WITHDRAWN,
        },
    }
    WAITING = OpeningStatus.PROPOSED
    # Merchants wait for what opens; what closes is announced long before.
    ANSWER_WITHIN = timedelta(hours=48)
    DECISIONS = frozenset({OpeningStatus.SIGNED, OpeningStatus.REJECTED})

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="openings")
    category = models.ForeignKey(Category, models.PROTECT, related_name="openings")
    placement = models.CharField(_("placement"), max_length=20, choices=Placement)
    store_kind = models.CharField(_("store kind"), max_length=10, choices=StoreKind)
    state = StateField(OpeningState, verbose_name=_("rule"), max_length=10)
    effective_at = models.DateTimeField(_("in force from"))
    reason = models.TextField(_("reason"))
    status = StateField(OpeningStatus, max_length=10, default=OpeningStatus.PROPOSED)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["submitted_at"], condition=Q(status="proposed"), name="opening_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("author")),
                name="opening_signed_by_a_second_person",
                violation_error_message=_("Another admin has to sign what you proposed."),
            ),
            models.CheckConstraint(
                condition=~Q(status="signed")
                | (Q(approver__isnull=False) & Q(signed_at__isnull=False)),
                name="opening_signed_has_approver",
            ),
            models.UniqueConstraint(
                fields=["programme", "category", "placement", "store_kind", "effective_at"],
                condition=Q(status="signed"),
                name="opening_one_rule_per_scope_and_instant",
                violation_error_message=_("Another rule of this scope starts at this very moment."),
            ),
            models.UniqueConstraint(
                fields=[
                    "programme",
                    "category",
                    "placement",
                    "store_kind",
                    "state",
                    "effective_at",
                ],
                condition=Q(status="proposed"),
                name="opening_proposed_once",
                violation_error_message=_("This very rule waits for a signature already."),
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

    def signed_before(self) -> models.QuerySet["Opening"]:
        """The other signed rules that decide, or decided, where this one would; newest first."""
        signed = Opening.objects.signed().filter(
            programme=self.programme,
            category__in=self.category.lineage(),
            placement=self.placement,
            store_kind=self.store_kind,
        )
        return signed.exclude(pk=self.pk).order_by("-effective_at", "-pk")

    def judged(self) -> dict[str, object]:
        return {
            "programme": self.programme.code,
            "category": self.category.code,
            "placement": self.placement,
            "store_kind": self.store_kind,
            "state": self.state,
            "effective_at": self.effective_at.astimezone(UTC),
            "reason": self.reason,
            "signed_before": list(self.signed_before().values_list("pk", flat=True)),
        }


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
