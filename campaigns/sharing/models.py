"""Who may read a fund's page, who has read it, and what merchants are called there."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.funds.models import Fund
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User


class FundPartner(models.Model):
    """The address that a fund's partner is known by. `email` holds once a second admin has signed
    it; `asked_email` waits for that."""

    fund = models.OneToOneField(Fund, models.PROTECT, related_name="partner")
    email = models.EmailField(blank=True)
    asked_email = models.EmailField(blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_email="", asked_by=None)
                | (~Q(asked_email="") & Q(asked_by__isnull=False)),
                name="fund_partner_is_asked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.fund)

    def audit_team(self) -> None:
        """It is the platform's own."""


class FundGuestQuerySet(models.QuerySet["FundGuest"]):
    def let_in(self) -> Self:
        """Those whose code holds now."""
        return self.filter(revoked_at=None, expires_at__gt=clock.now())


class FundGuest(models.Model):
    """A code that was mailed to `email`: whoever has it reads the fund's page until `expires_at`.

    Kept is its hash alone. `mailed_at` is when the mail server took the mail, None if it has not;
    `revoked_at` ends the code at once.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="guests")
    email = models.EmailField()
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = FundGuestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.fund} · {self.email}"

    def audit_team(self) -> None:
        """It is the platform's own."""

    @property
    def holds(self) -> bool:
        return self.revoked_at is None and self.expires_at > clock.now()

    @property
    def state(self) -> str:
        if self.revoked_at:
            return _("Revoked")
        if not self.holds:
            return _("Expired")
        return _("Holds") if self.mailed_at else _("Not sent: mail another one")


class Read(models.TextChoices):
    """What somebody read: a closed set."""

    PAGE = "page", gettext_lazy("Page")
    FILE = "file", gettext_lazy("File")


class FundReading(models.Model):
    """A guest has read the page, or its file, from a network: once or more within a minute. Rows
    are only added."""

    guest = models.ForeignKey(FundGuest, models.PROTECT, related_name="readings")
    at = models.DateTimeField(default=clock.now, editable=False)
    what = models.CharField(max_length=4, choices=Read)
    month = models.CharField(max_length=7)
    network = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = [models.Index(fields=["guest", "-id"], name="fund_reading_of_guest")]

    def __str__(self) -> str:
        return f"{self.guest} · {self.what}"


class FundAlias(models.Model):
    """What a merchant is called on the page of one fund: drawn by lot, another in each fund."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    name = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "merchant"], name="fund_alias_of_merchant"),
            models.UniqueConstraint(fields=["fund", "name"], name="fund_alias_means_one"),
        ]

    def __str__(self) -> str:
        return self.name
