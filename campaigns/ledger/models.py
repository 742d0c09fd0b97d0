"""The ledger: double entry, integer fen, append-only. ADR 0050."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.companies.models import Merchant
from portal import clock, typed, words
from portal.accounts.models import Team
from portal.choices import Colour, ColouredChoices, StateField
from portal.review.subjects import Reviewable

TRANSFER_LIMIT_FEN = typed.MOST_FEN + 1


class AccountKind(models.TextChoices):
    """What an account holds. Only `bank`, the world outside, may be below zero.

    `hold` is set aside and goes back or is spent; what is `spent` is the platform's, or goes back
    after a correction.
    """

    BANK = "bank", _("Bank")
    WALLET = "wallet", _("Wallet")
    FUND = "fund", _("Fund")
    HOLD = "hold", _("Held")
    SPENT = "spent", _("Spent")


def key_of(kind: AccountKind, owner: object) -> str:
    """The key of the account of `kind` that `owner` has: `<kind>:<owner>`; ADR 0053 lists them.

    `owner` is what its room calls it for good, for example an id; it is never used again. The
    owner of a bank account is the account that is paid into, by its key.
    """
    return f"{kind.value}:{owner}"


class Account(models.Model):
    """One balance in fen, changed only by transfers: a trigger does the sum and refuses the rest.

    An account is found by its `key`, see `key_of`. What owns it is the business of the rooms
    above, which point at their account; only a wallet names its merchant, who is below.
    """

    kind = models.CharField(max_length=10, choices=AccountKind)
    key = models.CharField(max_length=80, unique=True)
    merchant = models.OneToOneField(Merchant, models.PROTECT, null=True, related_name="wallet")
    balance_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="bank") | Q(balance_fen__gte=0),
                name="account_never_below_zero",
            ),
            models.CheckConstraint(
                # `bank` is what all payees shared before each had one of its own. ADR 0133.
                condition=Q(kind="bank", key="bank")
                | Q(kind="bank", key__startswith="bank:")
                | Q(kind="wallet", key__startswith="wallet:")
                | Q(kind="fund", key__startswith="fund:")
                | Q(kind="hold", key__startswith="hold:")
                | Q(kind="spent", key__startswith="spent:"),
                name="account_key_begins_with_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="wallet", merchant__isnull=False)
                | (~Q(kind="wallet") & Q(merchant__isnull=True)),
                name="account_of_a_merchant_is_a_wallet",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class TransferReason(models.TextChoices):
    """Why money moved: a closed set, in the words that merchants read on their statement.

    `proof.sql` says between which kinds of accounts each may move.
    """

    DEPOSIT = "deposit", _("Payment received")
    HOLD = "hold", _("Held")
    RELEASE = "release", _("Released")
    CAPTURE = "capture", _("Spent")
    GIVE_BACK = "give_back", _("Given back after a correction")
    REFUND = "refund", _("Refund of balance")


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
            .order_by("-pk")
        )


class Transfer(models.Model):
    """`amount_fen` moved from one account to another, once per `key`, for good.

    Both balances after the move are written by the trigger that moved them. `stood` is true on one
    that `payments.record` found instead of making it.
    """

    stood = False

    key = models.CharField(max_length=120, unique=True)
    # The bank's, as it was typed; empty for moves inside the portal.
    reference = models.CharField(max_length=80, default="", editable=False)
    source = models.ForeignKey(Account, models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Account, models.PROTECT, related_name="transfers_in")
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=TransferReason)
    source_balance_fen = models.BigIntegerField(default=0, editable=False)
    target_balance_fen = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

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
        return f"{words.yuan(self.amount_fen)} · {self.reference or self.key}"


class PaymentStatus(ColouredChoices):
    # Received: it stands on the bank's statement.
    WAITING = "waiting", Colour.AZURE, _("To be signed by a second person")
    BOOKED = "booked", Colour.GREEN, _("Booked")
    REJECTED = "rejected", Colour.RED, _("Rejected")


class Payment(Reviewable):
    """A payment that stands on the statement of the bank, to `account`.

    A large one waits until a second person has signed it; smaller ones are booked at once. Small
    ones of before ADR 0133 are transfers alone. `reference` is the bank's as it was typed, `key`
    that of the transfer that books it: all writings of one reference have the same. `stood` is true
    on one that `payments.record` found instead of making it.
    """

    stood = False

    TRANSITIONS = {PaymentStatus.WAITING: {PaymentStatus.BOOKED, PaymentStatus.REJECTED}}
    WAITING = PaymentStatus.WAITING
    TEAM = "account__merchant__team"
    # Money that has arrived and is not in the wallet stops a merchant.
    ANSWER_WITHIN = timedelta(hours=24)
    DECISIONS = frozenset(TRANSITIONS[PaymentStatus.WAITING])

    account = models.ForeignKey(Account, models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    reference = models.CharField(max_length=80)
    key = models.CharField(max_length=120, editable=False)
    status = StateField(PaymentStatus, max_length=10, default=PaymentStatus.WAITING)
    submitted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["submitted_at"], condition=Q(status="waiting"), name="payment_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(status="rejected"),
                name="payment_once_per_reference",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, amount_fen__lt=TRANSFER_LIMIT_FEN),
                name="payment_of_a_possible_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{words.yuan(self.amount_fen)} · {self.reference}"

    def audit_team(self) -> Team | None:
        return self.account.merchant.team if self.account.merchant else None

    def judged(self) -> dict[str, object]:
        return {
            "account": self.account.key,
            "merchant": self.account.merchant.identity() if self.account.merchant else None,
            "amount_fen": self.amount_fen,
            "reference": self.reference,
        }


class PayInState(ColouredChoices):
    """How far a payment is that a merchant has announced."""

    ANNOUNCED = "announced", Colour.GREY, _("Announced")
    RECEIVED = "received", Colour.AZURE, pgettext_lazy("payment", "Received")
    BOOKED = "booked", Colour.GREEN, _("Booked")
    WITHDRAWN = "withdrawn", Colour.GREY, _("Withdrawn")


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def still_open(self) -> Self:
        """Those of which nothing has come: no payment, or one that was rejected."""
        came = Q(payment__isnull=False) & ~Q(payment__status=PaymentStatus.REJECTED)
        return self.filter(withdrawn_at=None).exclude(came)


class Announcement(models.Model):
    """What a merchant says he has paid to his wallet, and the payment that came of it.

    What is said is no proof: its state follows from the payment, and no money rests on it.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="announcements")
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField()
    made_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, editable=False, related_name="announcement"
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, amount_fen__lt=TRANSFER_LIMIT_FEN),
                name="announcement_of_a_possible_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{words.yuan(self.amount_fen)} · {self.paid_on}"

    @property
    def state(self) -> PayInState:
        if self.withdrawn_at is not None:
            return PayInState.WITHDRAWN
        if self.payment is None:
            return PayInState.ANNOUNCED
        return _STATE_OF[PaymentStatus(self.payment.status)]

    def audit_team(self) -> Team | None:
        return self.account.merchant.team if self.account.merchant else None


# Of what a payment in each state came of; one that is rejected was none.
_STATE_OF = {
    PaymentStatus.WAITING: PayInState.RECEIVED,
    PaymentStatus.BOOKED: PayInState.BOOKED,
    PaymentStatus.REJECTED: PayInState.ANNOUNCED,
}
