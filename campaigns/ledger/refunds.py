"""Refunds of balance: money that a merchant asks back from his wallet. ADR 0155."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.ledger.models import TRANSFER_LIMIT_FEN, Account
from merchants.companies.models import Merchant
from portal import clock, words
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.review.subjects import Reviewable


class RefundStatus(ColouredChoices):
    WAITING = "waiting", Colour.AZURE, pgettext_lazy("refund", "Waits for a check")
    APPROVED = "approved", Colour.AZURE, pgettext_lazy("refund", "To be paid")
    PAID = "paid", Colour.GREEN, pgettext_lazy("refund", "Paid back")
    REJECTED = "rejected", Colour.RED, pgettext_lazy("refund", "Rejected")
    WITHDRAWN = "withdrawn", Colour.GREY, _("Withdrawn")


# Its money is held.
OPEN = frozenset({RefundStatus.WAITING, RefundStatus.APPROVED})


class RefundQuerySet(models.QuerySet["BalanceRefund"]):
    def of(self, merchant: Merchant) -> Self:
        """What a merchant has asked back, the newest first."""
        return self.filter(merchant=merchant).order_by("-pk")

    def for_review(self) -> Self:
        """With what a page of a decision shows of each."""
        return self.select_related("merchant__team", "asked_by")


class BalanceRefund(Reviewable):
    """`amount_fen` of the merchant's wallet is to go to its company's own bank account.

    It is held on `account` from the request on. One person checks it, another has the bank pay it
    and writes down the bank's `reference`; what is rejected or withdrawn goes back to the wallet.
    """

    TRANSITIONS = {
        RefundStatus.WAITING: {
            RefundStatus.APPROVED,
            RefundStatus.REJECTED,
            RefundStatus.WITHDRAWN,
        },
        RefundStatus.APPROVED: {RefundStatus.PAID, RefundStatus.REJECTED},
    }
    WAITING = RefundStatus.WAITING
    TEAM = "merchant__team"
    # It is the merchant's own money.
    ANSWER_WITHIN = timedelta(hours=48)
    DECISIONS = frozenset({RefundStatus.APPROVED, RefundStatus.REJECTED, RefundStatus.PAID})

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="balance_refunds")
    amount_fen = models.BigIntegerField()
    holder = models.CharField(max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    bank_account = models.CharField(_("account number"), max_length=34)
    reason = models.TextField(_("reason"), blank=True)
    status = StateField(RefundStatus, max_length=10, default=RefundStatus.WAITING)
    account = models.OneToOneField(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="balance_refund",
        editable=False,
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now, editable=False)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    reference = models.CharField(max_length=80, blank=True)
    # All writings of one reference of the bank.
    reference_key = models.CharField(max_length=120, blank=True, editable=False)
    decision_reason = models.TextField(blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-id"], name="refund_of_merchant"),
            models.Index(
                fields=["submitted_at"], condition=Q(status="waiting"), name="refund_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(status__in=["waiting", "approved"]),
                name="refund_one_at_a_time",
                violation_error_message=_(
                    "A refund of your balance is on its way already; there is one at a time."
                ),
            ),
            models.UniqueConstraint(
                fields=["reference_key"],
                condition=~Q(reference_key=""),
                name="refund_once_per_reference",
                violation_error_message=_(
                    "This reference was already used for another refund. Check the statement."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, amount_fen__lt=TRANSFER_LIMIT_FEN),
                name="refund_of_a_possible_amount",
            ),
            models.CheckConstraint(
                condition=Q(status="paid", approved_by__isnull=False) & ~Q(reference_key="")
                | ~Q(status="paid") & Q(reference_key=""),
                name="refund_is_paid_with_a_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{words.yuan(self.amount_fen)} · {self.number}"

    @property
    def number(self) -> str:
        """What the merchant's papers call it."""
        return f"R{self.pk}"

    def audit_team(self) -> Team:
        return self.merchant.team

    def judged(self) -> dict[str, object]:
        return {
            "merchant": self.merchant.identity(),
            "amount_fen": self.amount_fen,
            "holder": self.holder,
            "bank": self.bank,
            "bank_account": self.bank_account,
            "reason": self.reason,
        }
