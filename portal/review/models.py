"""What reviewers did, for good: the journal of decisions."""

from typing import Self

from django.db import models

from portal import clock
from portal.accounts.models import User
from portal.review.subjects import Reviewable


class DecisionQuerySet(models.QuerySet["Decision"]):
    def about(self, subject: Reviewable) -> Self:
        """All about one subject, the newest first."""
        found = self.filter(noun=subject._meta.model_name, number=subject.pk)
        return found.select_related("by").order_by("-pk")


class Decision(models.Model):
    """One decision about a subject of whatever kind, written as it was taken. ADR 0150.

    `noun` and `number` name the subject as the audit log does. `verdict` is the state it was moved
    to. `judged` is all that was read and judged, and `version` its name; `codes` are those of the
    reasons, `reason` the words. `asked_at` is when the subject was handed in, `at` when it was
    decided. A row never changes: a trigger keeps it.
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

    def __str__(self) -> str:
        return f"{self.noun}:{self.number} · {self.verdict}"
