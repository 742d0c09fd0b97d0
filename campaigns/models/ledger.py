"""The ledger: double entry, integer fen, append-only."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant


class Fund(models.Model):
    """Money of the platform or a partner that boosts may draw on."""

    code = models.SlugField(unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)

    def __str__(self) -> str:
        return self.name_zh


class AccountKind(models.TextChoices):
    """What an account holds. Only `bank`, the world outside, may be below zero."""

    BANK = "bank", _("Bank")
    WALLET = "wallet", _("Wallet")
    FUND = "fund", _("Fund")
    HOLD = "hold", _("Held for a boost")


class Account(models.Model):
    """One balance in fen, changed only by transfers (a trigger does the sum)."""

    kind = models.CharField(max_length=10, choices=AccountKind)
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="accounts")
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, related_name="accounts")
    boost = models.ForeignKey("Boost", models.PROTECT, null=True, related_name="accounts")
    balance_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="bank") | Q(balance_fen__gte=0),
                name="account_never_below_zero",
            ),
            models.UniqueConstraint(
                fields=["kind", "merchant", "fund", "boost"],
                nulls_distinct=False,
                name="account_once_per_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


class Transfer(models.Model):
    """`amount_fen` moved from one account to another, once per `key`, for good."""

    key = models.CharField(max_length=120, unique=True)
    source = models.ForeignKey(Account, models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Account, models.PROTECT, related_name="transfers_in")
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="transfer_between_two_accounts"
            ),
        ]

    def __str__(self) -> str:
        return self.key
