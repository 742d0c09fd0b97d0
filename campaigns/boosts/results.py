"""What ended boosts brought, as an upper app counts it. ADR 0168.

That app calls `told_by` in `AppConfig.ready`, so that this room imports none of it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

from campaigns.boosts.models import Boost
from portal import words


@dataclass(frozen=True)
class Result:
    """What the touches that carry a boost's id brought: credited orders (by their parts, so not
    whole) and credited GMV (fen)."""

    orders: Decimal
    gmv_fen: int

    @property
    def orders_told(self) -> str:
        return words.decimal(self.orders, 2)


Tell = Callable[[Collection[Boost]], dict[int, Result]]

_tell: list[Tell] = []


def told_by(tell: Tell) -> None:
    """Name the function that counts; it leaves out those that are not counted in full."""
    _tell[:] = [tell]


def of(boosts: Collection[Boost]) -> dict[int, Result]:
    """What each of `boosts` brought, by primary key; not measured are those that are missing."""
    return _tell[0](boosts) if _tell and boosts else {}
