"""A merchant's money at one glance."""

from dataclasses import dataclass

from django.db.models import Sum

from campaigns import ledger
from campaigns.models import Account, AccountKind, Transfer, TransferReason
from merchants.models import Merchant


@dataclass(frozen=True)
class Money:
    """In fen: free in the wallet, held for boosts, spent by them so far (grants included)."""

    free_fen: int
    held_fen: int
    spent_fen: int


def money_of(merchant: Merchant) -> Money:
    """What `merchant` has, holds and has spent."""
    holds = Account.objects.filter(kind=AccountKind.HOLD, boost__merchant=merchant)
    spent = Transfer.objects.filter(reason=TransferReason.SPEND, source__boost__merchant=merchant)
    wallet = ledger.find(AccountKind.WALLET, merchant=merchant)
    return Money(
        free_fen=wallet.balance_fen if wallet else 0,
        held_fen=holds.aggregate(total=Sum("balance_fen"))["total"] or 0,
        spent_fen=spent.aggregate(total=Sum("amount_fen"))["total"] or 0,
    )
