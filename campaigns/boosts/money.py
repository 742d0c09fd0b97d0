"""A merchant's money at one glance."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from campaigns.boosts.models import Boost
from merchants.companies.models import Merchant


@dataclass(frozen=True)
class Money:
    """In fen: free in the wallet, set aside for boosts and not spent (grants included)."""

    free_fen: int
    held_fen: int


# The fields of Money, as sums over a merchant.
_SUMS = {
    "free_fen": Coalesce("wallet__balance_fen", 0),
    "held_fen": Coalesce(Sum(F("boosts__held_fen") - F("boosts__captured_fen")), 0),
}


def money_for(may: set[str], merchant: Merchant) -> Money | None:
    """`money_of` the merchant when its wallet is among what a person `may` see."""
    return money_of(merchant) if "wallet.view" in may else None


def with_money(merchants: QuerySet[Merchant]) -> QuerySet[Merchant]:
    """`merchants`, each with the sums of Money, and how many of its boosts are `waiting` for a
    decision."""
    return merchants.annotate(
        **_SUMS, waiting=Count("boosts", filter=Q(boosts__status=Boost.WAITING))
    )


def money_of(merchant: Merchant) -> Money:
    """What `merchant` may use and what its boosts hold."""
    sums = Merchant.objects.filter(pk=merchant.pk).annotate(**_SUMS).values(*_SUMS).get()
    return Money(**sums)
