"""What listed boosts were delivered and brought, as an upper app counts it. ADR 0213.

That app calls `told_by` in `AppConfig.ready`, so that this room imports none of it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from campaigns.boosts.models import Boost


@dataclass(frozen=True)
class Figures:
    """A boost in numbers: money in fen, credited orders by their parts, so not whole.

    Impressions and clicks are those of the ad server, known at once, as are the costs of them (None
    of none). What touches brought is None as long as not all of it can be counted: `is_in_full`;
    and a cost of nothing is None, too.
    """

    impressions: int
    clicks: int
    cpm_fen: Fraction | None
    cpc_fen: Fraction | None
    is_in_full: bool = False
    reads: int | None = None
    orders: Decimal | None = None
    gmv_fen: int | None = None
    cost_per_visit_fen: Fraction | None = None
    cost_per_order_fen: Fraction | None = None


Tell = Callable[[Collection[Boost]], dict[int, Figures]]

_tell: list[Tell] = []


def told_by(tell: Tell) -> None:
    """Name the function that counts; it leaves out boosts of which nothing was delivered."""
    _tell[:] = [tell]


def of(boosts: Collection[Boost]) -> dict[int, Figures]:
    """Those of `boosts`, by primary key; of one without delivery there are none."""
    return _tell[0](boosts) if _tell and boosts else {}
