"""Funds: money of the platform or of a partner that boosts may draw on."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.ledger.models import Account
from merchants.companies.models import Merchant, MerchantStatus
from portal import words


class FundingSource(models.TextChoices):
    MERCHANT_CASH = "merchant_cash", _("Merchant cash")
    PLATFORM_GRANT = "platform_grant", _("Platform grant")
    PARTNER_GRANT = "partner_grant", _("Partner grant")


class FundQuerySet(models.QuerySet["Fund"]):
    def open_to(self, merchant: Merchant) -> Self:
        """The funds that may pay a part of the merchant's boosts: none before it is verified, for
        anybody can register one, and whose money there is is not for everybody."""
        return self if merchant.status == MerchantStatus.VERIFIED else self.none()


class Fund(models.Model):
    """A pot of money with a name. `source` says whose money it is.

    `code` never changes, nor does `account`: a trigger refuses that.
    """

    SOURCES = [
        (FundingSource.PLATFORM_GRANT.value, _("The platform")),
        (FundingSource.PARTNER_GRANT.value, _("A partner")),
    ]

    code = models.SlugField(
        _("code"), unique=True, error_messages={"unique": _("A fund has this code already.")}
    )
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    source = models.CharField(
        _("whose money"), max_length=20, choices=SOURCES, default=FundingSource.PLATFORM_GRANT
    )
    account = models.OneToOneField(Account, models.PROTECT, related_name="fund", editable=False)

    objects = FundQuerySet.as_manager()

    def __str__(self) -> str:
        return words.name(self.name_zh, self.name_en)
