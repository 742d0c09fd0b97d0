"""What reviewers did: the journal of decisions, who reads what, and who disagreed."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.models import User
from portal.review.subjects import Reviewable

# The verdict of a first signature, where two persons have to say yes: the subject waits on.
SIGNED = "first_signed"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def about(self, subject: Reviewable) -> Self:
        """All about one subject, the newest first."""
        found = self.filter(noun__in=subject.nouns, number=subject.pk)
        return found.select_related("by").order_by("-pk")

    def answers(self) -> Self:
        """Those that answered whoever asked; a first signature answers nobody."""
        return self.exclude(verdict=SIGNED)


class Decision(models.Model):
    """One decision about a subject of whatever kind, written as it was taken. ADR 0150.

    `noun` and `number` name the subject as the audit log does. `verdict` is the state it was moved
    to, or SIGNED. `judged` is all that was read and judged, and `version` its name; `codes` are
    those of the reasons, `reason` the words. `asked_at` is when the subject was handed in, `at`
    when it was decided. A row never changes: a trigger keeps it.
    """

    noun = models.CharField(max_length=40)
    number = models.BigIntegerField()
    verdict = models.CharField(max_length=20)
    version = models.CharField(max_length=32)
    judged = models.JSONField()
    codes = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["noun", "number", "-id"], name="decision_of_subject"),
            models.Index(fields=["noun", "at"], name="decision_by_moment"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "number", "version"],
                condition=models.Q(verdict=SIGNED),
                name="decision_signed_first_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.noun}:{self.number} · {self.verdict}"


class Claim(models.Model):
    """`by` reads a subject until a moment, and nobody else decides about it meanwhile.

    A claim whose moment has passed is none; nothing sweeps it, the next takes its place.
    """

    noun = models.CharField(max_length=40)
    number = models.BigIntegerField()
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["noun", "number"], name="claim_once_a_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.noun}:{self.number} · {self.by}"


class Outcome(models.TextChoices):
    """What came of an appeal: a closed set."""

    OPEN = "open", _("Waits for another person")
    UPHELD = "upheld", _("The decision stands")
    OVERTURNED = "overturned", _("The decision was overturned")
    CHANGED = "changed", _("Decided otherwise, and not granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Appeal(models.Model):
    """Somebody of the asking team disagrees with a decision about a subject. ADR 0151.

    The subject was handed in again for it, unchanged, at `asked_at`; `verdict` is the decision that
    is disputed. `outcome` follows from what is decided then.
    """

    noun = models.CharField(max_length=40)
    number = models.BigIntegerField()
    verdict = models.CharField(max_length=20)
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["noun", "ended_at"], name="appeal_by_its_end")]
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "number", "asked_at"], name="appeal_once_a_submission"
            ),
            models.UniqueConstraint(
                fields=["noun", "number"],
                condition=models.Q(outcome="open"),
                name="appeal_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="open", ended_at=None)
                | (
                    models.Q(outcome__in=["upheld", "overturned", "changed", "withdrawn"])
                    & models.Q(ended_at__isnull=False)
                ),
                name="appeal_ends_with_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.noun}:{self.number} · {self.outcome}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def about(self, subject: Reviewable) -> Self:
        """All about one subject, the newest first."""
        found = self.filter(noun__in=subject.nouns, number=subject.pk)
        return found.select_related("by").order_by("-pk")

    def for_all(self) -> Self:
        """Those that whoever asked reads, too."""
        return self.filter(is_internal=False)


class Comment(models.Model):
    """What `by` said about a subject while it waited. ADR 0169.

    One that `is_internal` is read by those alone who may decide about the subject: it never leaves
    the platform. A row never changes: a trigger keeps it.
    """

    noun = models.CharField(max_length=40)
    number = models.BigIntegerField()
    text = models.TextField()
    is_internal = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["noun", "number", "-id"], name="comment_of_subject")]

    def __str__(self) -> str:
        return f"{self.noun}:{self.number} · {self.by}"
