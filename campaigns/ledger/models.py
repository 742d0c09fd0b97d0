"""The ledger: double entry, integer fen, append-only. ADR 0050."""

from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from campaigns.funds.models import Fund
from merchants.companies.models import Merchant

TRANSFER_LIMIT_FEN = 10**13


class AccountKind(models.TextChoices):
    """What an account holds. Only `bank`, the world outside, may be below zero."""

    BANK = "bank", _("Bank")
    WALLET = "wallet", _("Wallet")
    FUND = "fund", _("Fund")
    HOLD = "hold", _("Held for a boost")


def _owned_by(kind: AccountKind, *owners: str) -> Q:
    unset = {f"{name}__isnull": name not in owners for name in ("merchant", "fund", "boost")}
    return Q(kind=kind, **unset)


class Account(models.Model):
    """One balance in fen, changed only by transfers: a trigger does the sum and refuses the rest.

    A wallet belongs to a merchant, a fund account to a fund, a hold to a boost; the bank
    exists once.
    """

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
            models.CheckConstraint(
                condition=_owned_by(AccountKind.BANK)
                | _owned_by(AccountKind.WALLET, "merchant")
                | _owned_by(AccountKind.FUND, "fund")
                | _owned_by(AccountKind.HOLD, "boost"),
                name="account_names_its_owner",
            ),
            models.UniqueConstraint(
                fields=["kind", "merchant", "fund", "boost"],
                nulls_distinct=False,
                name="account_once_per_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.merchant_id or self.fund_id or self.boost_id or ''}"


class TransferReason(models.TextChoices):
    DEPOSIT = "deposit", _("Payment received")
    HOLD = "hold", _("Held for a boost")
    RELEASE = "release", _("Released from a boost")


class TransferQuerySet(models.QuerySet["Transfer"]):
    def history_of(self, account: Account | None) -> Self:
        """Transfers of `account` with `change_fen` (signed) and its balance `after_fen`."""
        pk = account.pk if account else None
        return (
            self.filter(Q(source=pk) | Q(target=pk))
            .annotate(
                change_fen=Case(When(target=pk, then=F("amount_fen")), default=-F("amount_fen")),
                after_fen=Case(
                    When(target=pk, then=F("target_balance_fen")),
                    default=F("source_balance_fen"),
                ),
            )
            .select_related(
                "source__fund",
                "target__fund",
                "source__boost__note",
                "source__boost__merchant",
                "target__boost__note",
                "target__boost__merchant",
            )
            .order_by("-pk")
        )


class Transfer(models.Model):
    """`amount_fen` moved from one account to another, once per `key`, for good.

    Both balances after the move are written by the trigger that moved them.
    """

    key = models.CharField(max_length=120, unique=True)
    source = models.ForeignKey(Account, models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Account, models.PROTECT, related_name="transfers_in")
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=TransferReason)
    source_balance_fen = models.BigIntegerField(default=0, editable=False)
    target_balance_fen = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, amount_fen__lt=TRANSFER_LIMIT_FEN),
                name="transfer_moves_a_possible_amount",
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="transfer_between_two_accounts"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def reference(self) -> str:
        """The bank's reference of a payment; empty for moves inside the portal."""
        return self.key.removeprefix("bank:") if self.key.startswith("bank:") else ""
