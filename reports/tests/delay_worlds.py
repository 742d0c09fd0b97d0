"""Worlds whose law of delay is known: what comes of touches, day by day, and whether it was said.

A world has merchants whose orders come by their own laws, 90 days of theirs to learn from, and one
more merchant, whose touches are young. `make soak` makes thousands of them, `make test` some.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from reports.answers.nowcast import Curve, Delays, curve_of, nowcast

WINDOW = 15
# How old the touches are that are asked for.
AGES = (1, 3, 7, 12)
MEAN_DAYS = 4.0
# How far the delays of merchants differ where they do: the spread of the logarithm of their mean.
SPREAD = 0.3

Counts = NDArray[np.int64]
# From what came, the curve and the age to the bounds; None where it is too early.
Bounds = Callable[[float, Curve, int], tuple[float, float] | None]


@dataclass(frozen=True)
class World:
    """`orders` come of the young touches on average, `at_once` at a time."""

    orders: int
    at_once: int
    merchants: int
    is_unlike: bool

    @property
    def name(self) -> str:
        times = f", {self.at_once} at a time" if self.at_once > 1 else ""
        return f"{self.orders} orders of {'unlike' if self.is_unlike else 'like'} merchants{times}"

    @classmethod
    def all(cls) -> "Iterator[World]":
        for orders, at_once, is_unlike in product((5, 30, 100, 500), (1, 3), (False, True)):
            yield cls(orders, at_once, 20, is_unlike)


@dataclass
class Cover:
    """How many intervals there were, how many held, and by how much the middle erred at each age,
    and what had come."""

    count: int = 0
    held: int = 0
    errors: dict[int, list[float]] = field(default_factory=lambda: {age: [] for age in AGES})
    raw: dict[int, list[float]] = field(default_factory=lambda: {age: [] for age in AGES})

    @property
    def share(self) -> float:
        return self.held / self.count

    def told(self) -> str:
        """By how much the middle errs at each age on average, and what had come is too low."""
        return "; ".join(
            f"day {age}: {np.mean(self.errors[age]):.1%}, raw {np.mean(self.raw[age]):.0%}"
            for age in AGES
            if self.errors[age]
        )


def bounds_of(counted: float, curve: Curve, age: int) -> tuple[float, float] | None:
    """What the portal says."""
    found = nowcast(counted, curve, age=age)
    return (found.low, found.high) if found else None


def covered(
    seeds: Iterable[int], bounds: Bounds = bounds_of, worlds: Iterable[World] = ()
) -> dict[str, Cover]:
    """By the name of a world, all or `worlds`: how many of the intervals of `bounds` held."""
    found: dict[str, Cover] = {}
    kinds = list(worlds) or list(World.all())
    for seed in seeds:
        for place, world in enumerate(kinds):
            cover = found.setdefault(world.name, Cover())
            _try(world, np.random.default_rng([seed, place]), bounds, cover)
    return found


def _try(world: World, random: np.random.Generator, bounds: Bounds, cover: Cover) -> None:
    def law() -> NDArray[np.float64]:
        mean = MEAN_DAYS * np.exp(random.normal(0, SPREAD)) if world.is_unlike else MEAN_DAYS
        weights = np.exp(-np.arange(WINDOW + 1) / mean)
        parts: NDArray[np.float64] = weights / weights.sum()
        return parts

    merchants = [
        random.multinomial(random.poisson(3, 90), law()) * world.at_once
        for _ in range(world.merchants)
    ]
    curve = curve_of(delays_of(merchants))
    came = random.multinomial(random.poisson(world.orders / world.at_once), law()) * world.at_once
    so_far = came.cumsum()
    for age in AGES:
        said = bounds(float(so_far[age]), curve, age)
        if said is None or not so_far[-1]:
            continue
        cover.count += 1
        cover.held += bool(said[0] <= so_far[-1] <= said[1])
        expected = float(so_far[age]) / float(curve.share(age))
        cover.errors[age].append(abs(expected / float(so_far[-1]) - 1))
        cover.raw[age].append(1 - float(so_far[age]) / float(so_far[-1]))


def delays_of(merchants: "list[Counts]") -> Delays:
    """What is written down of the cohorts (rows) of each merchant."""
    by_merchant = np.array([cohorts.sum(0) for cohorts in merchants])
    by_day = np.concatenate(merchants)
    (of_days, cohorts), (of_merchants, count) = _squares(by_day), _squares(by_merchant)
    return Delays(
        [int(orders) * 10**6 for orders in by_day.sum(0)],
        of_days, of_merchants, cohorts, count,
        float((by_merchant.sum(1).astype(float) ** 2).sum()),
    )  # fmt: skip


def _squares(rows: Counts) -> tuple[list[float], int]:
    """Per age what had come by then, squared, to what came in all; and of how many rows."""
    some = rows[rows.sum(1) > 0]
    so_far = some.cumsum(1).astype(float)
    squares = (so_far**2 / so_far[:, -1:]).sum(0)
    return [float(square) for square in squares], len(some)
