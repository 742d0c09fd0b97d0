"""How even a division is, as numbers."""

from collections.abc import Sequence
from fractions import Fraction


def gini(amounts: Sequence[int]) -> Fraction | None:
    """The Gini coefficient of `amounts`: 0 when all are equal, close to 1 when one has everything.

    None when there is nobody, or nothing to divide.
    """
    total, count = sum(amounts), len(amounts)
    if not total:
        return None
    ranked = sum(rank * amount for rank, amount in enumerate(sorted(amounts), start=1))
    return Fraction(2 * ranked, count * total) - Fraction(count + 1, count)
