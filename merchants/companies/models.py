"""Merchants: the companies that sell."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.companies import looks
from merchants.companies.references import number_of, reference_of
from portal import clock, meaning, sought
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.proofs import ProvenBy
from portal.review.subjects import Reviewable


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def visible_to(self, user: User) -> Self:
        """The merchants `user` belongs to; every merchant for people of the platform."""
        if user.platform_role:
            return self
        return self.filter(team__memberships__user=user)

    def found_by(self, text: str) -> Self:
        """Merchants whose name, code or credit code holds every word of `text`, or the one whose
        payments carry it."""
        if (number := number_of(meaning.identifier(text))) is not None:
            return self.filter(pk=number)
        return self.filter(sought.holding(text, "name", "code", "credit_code"))

    def unattended(self) -> Self:
        """Verified merchants for whom nobody books payments or decides boosts: they have no account
        manager, or one who left or does something else now."""
        managers = User.objects.account_managers()
        return self.filter(status=MerchantStatus.VERIFIED).exclude(account_manager__in=managers)

    def looked_after_by(self, manager: User) -> Self:
        """The merchants of an account manager."""
        return self.filter(account_manager=manager)


class MerchantStatus(ColouredChoices):
    DRAFT = "draft", Colour.GREY, _("Draft")
    SUBMITTED = "submitted", Colour.AZURE, _("Waiting for verification")
    VERIFIED = "verified", Colour.GREEN, pgettext_lazy("standing", "Verified")
    RETURNED = "returned", Colour.YELLOW, _("Returned")


class Merchant(Reviewable):
    """A company with its team, stores, notes and money."""

    TRANSITIONS = {
        MerchantStatus.DRAFT: {MerchantStatus.SUBMITTED},
        MerchantStatus.SUBMITTED: {MerchantStatus.VERIFIED, MerchantStatus.RETURNED},
        MerchantStatus.RETURNED: {MerchantStatus.SUBMITTED},
    }
    WAITING = MerchantStatus.SUBMITTED
    TEAM = "team"
    # What a merchant cannot begin without is answered within two days.
    ANSWER_WITHIN = timedelta(hours=48)
    DECISIONS = frozenset({MerchantStatus.VERIFIED, MerchantStatus.RETURNED})
    CARE = frozenset({"assigned"})

    # That the company is whose people registered it.
    PROVEN_BY = ProvenBy.NOTHING

    code = models.SlugField(unique=True, help_text=_("Its part of every address, never changed."))
    name = models.CharField(_("company name"), max_length=120)
    # `looks.of` the name, by which names that are taken for it are found.
    look = models.CharField(max_length=looks.MOST_LETTERS, editable=False, default="")
    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    status = StateField(MerchantStatus, max_length=12, default=MerchantStatus.DRAFT)
    team = models.OneToOneField(Team, models.PROTECT, related_name="merchant")
    account_manager = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="managed_merchants"
    )
    decision_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        indexes = [
            sought.index("name", "code", "credit_code", name="merchant_by_words"),
            sought.index("look", name="merchant_by_look"),
            models.Index(fields=["look"], name="merchant_look"),
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(status="submitted"),
                name="merchant_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="submitted") | models.Q(submitted_at__isnull=False),
                name="merchant_waits_since_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.look = looks.of(self.name)
        super().save(*args, **kwargs)

    @property
    def reference(self) -> str:
        """What its payments carry, so that a bank statement says whose they are."""
        return reference_of(self.pk)

    @property
    def attended_by(self) -> User | None:
        """Its account manager; None while it has none, or one who left or does something else."""
        manager = self.account_manager
        return manager if manager is not None and manager.is_account_manager else None

    def audit_team(self) -> Team:
        return self.team

    def judged(self) -> dict[str, object]:
        people = self.team.memberships.order_by("pk").values_list("user__email", "role")
        return {**self.identity(), "people": list(map(list, people))}

    def identity(self) -> dict[str, object]:
        """What whoever decides about something of this merchant reads of the merchant itself."""
        return {"name": self.name, "credit_code": self.credit_code, "status": self.status}
