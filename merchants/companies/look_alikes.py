"""Merchants whose names are taken for another: their letters look alike, or one holds the other."""

from django.db.models import F, Q

from merchants.companies import looks
from merchants.companies.models import Merchant
from portal import sought

# How many a reviewer is shown.
MOST = 10
# A single letter is part of nearly every name.
LEAST_LETTERS = 2


def of(name: str, *, but: Merchant) -> list[Merchant]:
    """Other merchants than `but` whose name is like `name`, holds it or is held by it; the oldest
    first, at most MOST. Both ways have an index: no name of anybody else is read."""
    wanted = looks.of(name)
    if len(wanted) < LEAST_LETTERS:
        return []
    alike = Q(look__in=_within(wanted)) | sought.holding(wanted, "look")
    # In the order of an index PostgreSQL might read name after name until it has enough; of a sum
    # there is none.
    return list(Merchant.objects.filter(alike).exclude(pk=but.pk).order_by(F("pk") + 0)[:MOST])


def _within(look: str) -> set[str]:
    """Every part of `look` that could be the whole look of another name."""
    return {
        look[start:end]
        for start in range(len(look))
        for end in range(start + LEAST_LETTERS, len(look) + 1)
    }
