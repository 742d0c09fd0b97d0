"""Notes: the community's posts, mirrored here for the merchant on whose account they appear."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant
from portal import clock, sought
from portal.accounts import audit
from portal.accounts.models import AuditEntry, Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.counting import counted
from portal.proofs import ProvenBy
from portal.review.subjects import Reviewable

# The longest that the community lets anybody write is half of it.
MOST_TEXT = 2_000
# Their folder among the files that are kept.
COVERS = "covers"


def cover_path(_note: "Note | None", file_name: str) -> str:
    """Where a cover would be kept that no feed brings: outside what the web serves, as all are."""
    return f"{COVERS}/{uuid4().hex}{Path(file_name).suffix.lower()}"


class NoteKind(models.TextChoices):
    IMAGE = "image", _("Pictures")
    VIDEO = "video", _("Video")


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> Self:
        """Notes of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def found_by(self, text: str) -> Self:
        """Notes whose title, author or id holds every word of `text`."""
        return self.filter(sought.holding(text, "title", "author_name", "external_id"))

    def for_list(self) -> Self:
        """With what a table of notes shows."""
        return (
            self.defer("text")
            .select_related("merchant")
            .annotate(listing_count=counted(self.model, "listings"))
        )

    def published(self) -> Self:
        """Notes that readers can see now."""
        return self.filter(published_at__lte=clock.now())


class Note(models.Model):
    """A post. `external_id` is the id the community sends as `note_id`.

    Its text and its cover may be empty, since not every post has them: None says that the community
    has not sent its text, or no word about its cover (`cover_digest`).
    """

    # That it stands on the merchant's account.
    PROVEN_BY = ProvenBy.FEED

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="notes")
    external_id = models.CharField(_("note id"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    author_name = models.CharField(_("author"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=NoteKind)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    text = models.CharField(_("text"), max_length=MOST_TEXT, null=True, blank=True)  # noqa: DJ001
    cover = models.FileField(_("cover"), upload_to=cover_path, blank=True)
    # SHA-256 of the picture as it was sent, in hex; empty: it has none.
    cover_digest = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-published_at", "-id"], name="note_by_moment"),
            sought.index("title", "author_name", "external_id", name="note_by_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cover="", cover_digest=None)
                | Q(cover="", cover_digest="")
                | ~Q(cover="") & ~Q(cover_digest="") & Q(cover_digest__isnull=False),
                name="note_cover_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def cover_version(self) -> str:
        """What tells its cover from others in an address; empty: it has none."""
        return (self.cover_digest or "")[:12]

    def is_published(self, *, at: datetime) -> bool:
        """Whether readers can see it at `at`; the community may announce a date to come."""
        return self.published_at is not None and self.published_at <= at


class FeedStatus(ColouredChoices):
    SUBMITTED = "submitted", Colour.AZURE, _("Waiting for a decision")
    APPROVED = "approved", Colour.GREEN, _("Approved")
    REJECTED = "rejected", Colour.RED, _("Rejected")
    WITHDRAWN = "withdrawn", Colour.GREY, _("Withdrawn")


class FeedRequestQuerySet(models.QuerySet["FeedRequest"]):
    def with_decision(self) -> Self:
        """With `decided_at`, empty where nobody decided."""
        verbs = [f"feedrequest.{state}" for state in FeedRequest.DECISIONS]
        said = AuditEntry.objects.filter(
            subject=audit.outer_name(FeedRequest), verb__in=verbs
        ).order_by("-pk")
        return self.annotate(decided_at=Subquery(said.values("at")[:1]))

    def awaited(self) -> Self:
        """Those approved since when the feed has brought their merchant no new note of the account,
        with `decided_at`, the oldest first."""
        mirrored = AuditEntry.objects.filter(verb="note.mirrored", old={})
        new_note = mirrored.annotate(account=KeyTextTransform("author_name", "new")).filter(
            team=OuterRef("merchant__team"),
            at__gte=OuterRef("decided_at"),
            account__iexact=OuterRef("account_name"),
        )
        approved = self.with_decision().filter(status=FeedStatus.APPROVED)
        return approved.exclude(Exists(new_note)).order_by("decided_at", "pk")


class FeedRequest(Reviewable):
    """That a merchant asks for its account's notes to come with the community's feed."""

    TRANSITIONS = {
        FeedStatus.SUBMITTED: {FeedStatus.APPROVED, FeedStatus.REJECTED, FeedStatus.WITHDRAWN},
    }
    WAITING = FeedStatus.SUBMITTED
    TEAM = "merchant__team"
    # So long its answer stands above the notes there are.
    SHOWN_FOR = timedelta(days=14)
    # What a merchant cannot begin without is answered within two days.
    ANSWER_WITHIN = timedelta(hours=48)
    DECISIONS = frozenset({FeedStatus.APPROVED, FeedStatus.REJECTED})

    # That the account is the merchant's.
    PROVEN_BY = ProvenBy.NOTHING

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="feed_requests")
    account_name = models.CharField(_("account in the community"), max_length=80)
    status = StateField(FeedStatus, max_length=10, default=FeedStatus.SUBMITTED)
    decision_reason = models.TextField(blank=True)
    submitted_at = models.DateTimeField(default=clock.now, editable=False)

    # Of `with_decision` and `awaited` alone.
    decided_at: datetime | None

    objects = FeedRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["submitted_at"], condition=Q(status="submitted"), name="feed_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(status="submitted"),
                name="feed_asked_once",
                violation_error_message=_("You have asked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} · {self.account_name}"

    def audit_team(self) -> Team:
        return self.merchant.team

    def judged(self) -> dict[str, object]:
        return {"merchant": self.merchant.identity(), "account": self.account_name}
