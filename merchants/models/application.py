"""Applications: a merchant asks to link outside under a programme, for one category."""

from pathlib import Path
from typing import Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.models.category import Category
from merchants.models.merchant import Merchant
from merchants.models.programme import Programme
from portal.accounts.models import Team, User
from portal.states import Stateful


def document_path(application: "OpeningApplication", file_name: str) -> str:
    """Where a document is kept: under a name nobody can guess, outside what the web serves."""
    return f"applications/{uuid4().hex}{Path(file_name).suffix.lower()}"


class ApplicationStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Rejected")


class OpeningApplicationQuerySet(models.QuerySet["OpeningApplication"]):
    def visible_to(self, user: User) -> Self:
        """Applications of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))


class OpeningApplication(Stateful):
    TRANSITIONS = {
        ApplicationStatus.SUBMITTED: {
            ApplicationStatus.APPROVED,
            ApplicationStatus.RETURNED,
            ApplicationStatus.REJECTED,
        },
        ApplicationStatus.RETURNED: {ApplicationStatus.SUBMITTED},
    }

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="applications")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="applications")
    category = models.ForeignKey(Category, models.PROTECT, related_name="applications")
    document = models.FileField(_("document"), upload_to=document_path)
    document_name = models.CharField(max_length=200)
    status = models.CharField(
        max_length=10, choices=ApplicationStatus, default=ApplicationStatus.SUBMITTED
    )
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = OpeningApplicationQuerySet.as_manager()

    class Meta:
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
