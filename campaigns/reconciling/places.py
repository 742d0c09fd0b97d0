"""Whose the places are that a proof names: what of the books of a merchant does not agree."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Model, Q

from campaigns.boosts.awards import Award
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost
from campaigns.ledger.models import Account, Payment, Transfer
from campaigns.ledger.refunds import BalanceRefund
from campaigns.reconciling.models import Discrepancy
from campaigns.statements.models import Statement
from merchants.companies.models import Merchant

# More places that do not agree than so many are nobody's evidence.
MOST = 1000
# From an account to its merchant: a wallet, and what is set aside or spent for a boost or refund.
_OF_ACCOUNT = [
    "merchant",
    "boost__merchant",
    "held_for__boost__merchant",
    "spent_for__boost__merchant",
    "balance_refund__merchant",
]
# Each noun that a proof names, with its rows and the ways from one to its merchant; None for what
# is no merchant's alone.
OWNERS: dict[str, tuple[type[Model], Sequence[str]] | None] = {
    "account": (Account, _OF_ACCOUNT),
    "award": (Award, ["boost__merchant"]),
    "balancerefund": (BalanceRefund, ["merchant"]),
    "boost": (Boost, ["merchant"]),
    "fund": None,
    "line": (FundingLine, ["boost__merchant"]),
    "merchant": (Merchant, ["pk"]),
    "payment": (Payment, ["account__merchant"]),
    "round": None,
    "statement": (Statement, ["merchant"]),
    "transfer": (
        Transfer,
        [f"{end}__{way}" for end in ("source", "target") for way in _OF_ACCOUNT],
    ),
}


def count(merchant: Merchant) -> int:
    """How many places of the last proof are of the books of `merchant`; a query for each noun that
    is named."""
    open_now = Discrepancy.objects.still_open().order_by("pk").values_list("subject", flat=True)
    named: dict[str, list[int]] = defaultdict(list)
    for subject in open_now[:MOST]:
        noun, _colon, rest = subject.partition(":")
        # A place may be part of a row: `boost:12 hour:…`.
        key = rest.split(" ")[0]
        if key.isdecimal():
            named[noun].append(int(key))
    return sum(_of(merchant, noun, keys) for noun, keys in named.items())


def _of(merchant: Merchant, noun: str, keys: Sequence[int]) -> int:
    owner = OWNERS.get(noun)
    if owner is None:
        return 0
    model, ways = owner
    its = Q()
    for way in ways:
        its |= Q((way, merchant.pk))
    found = set(model._default_manager.filter(its, pk__in=keys).values_list("pk", flat=True))
    return sum(key in found for key in keys)
