"""Merchants: the companies that sell."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.states import Stateful


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def visible_to(self, user: User) -> Self:
        """The merchants `user` belongs to; every merchant for people of the platform."""
        if user.platform_role:
            return self
        return self.filter(team__memberships__user=user)


class MerchantStatus(ColouredChoices):
    DRAFT = "draft", Colour.GREY, _("Draft")
    SUBMITTED = "submitted", Colour.AZURE, _("Waiting for verification")
    VERIFIED = "verified", Colour.GREEN, _("Verified")
    RETURNED = "returned", Colour.YELLOW, _("Returned")


class Merchant(Stateful):
    """A company with its team, stores, notes and money."""

    TRANSITIONS = {
        MerchantStatus.DRAFT: {MerchantStatus.SUBMITTED},
        MerchantStatus.SUBMITTED: {MerchantStatus.VERIFIED, MerchantStatus.RETURNED},
        MerchantStatus.RETURNED: {MerchantStatus.SUBMITTED},
    }

    code = models.SlugField(unique=True, help_text=_("Its part of every address, never changed."))
    name = models.CharField(_("company name"), max_length=120)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    status = StateField(MerchantStatus, max_length=12, default=MerchantStatus.DRAFT)
    team = models.OneToOneField(Team, models.PROTECT, related_name="merchant")
    account_manager = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="managed_merchants"
    )
    decision_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = MerchantQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def audit_team(self) -> Team:
        return self.team
