"""Seeded worlds of buyers of which a share is sent: what the intervals of their estimates cover.

Buyers, their orders and the fen of these are drawn for all worlds at once; what is sent of them
goes through the product's own sums and metrics. Grain of an array: world, buyer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from reports.metrics import registry as metrics
from reports.metrics.estimates import GROUPS, Estimate, Statistic, estimate
from reports.metrics.registry import Metric
from reports.metrics.sampled import Counts, Sampled
from reports.metrics.sums import MICRO, ORDER, Sums

HALF = Fraction(1, 2)
# Log spread of what orders are worth; the heavier tails are printed by the long run alone.
SPREAD, HEAVIER = 0.5, (1.0, 1.5)


@dataclass(frozen=True)
class Law:
    """Buyers of a world, the spread of their money, and the ratio under which they are sent.

    `by_order` is a fault to be seen: it puts each order into a group of its own.
    """

    buyers: int
    ratio: Fraction = HALF
    spread: float = SPREAD
    by_order: bool = False


@dataclass(frozen=True)
class Worlds:
    """What really happened in each world, and what is known of it. Fen are whole."""

    orders: Any
    fen: Any
    known: list[Sums]


def worlds(count: int, law: Law, *, seed: int) -> Worlds:
    """Each buyer has 1 + Poisson(2) orders, and comes with all of them or none."""
    rng = np.random.default_rng(seed)
    shape = (count, law.buyers)
    number = 1 + rng.poisson(2, shape)
    most = int(number.max())
    has = np.arange(most) < number[:, :, None]
    fen = np.where(has, rng.lognormal(9, law.spread, (*shape, most)).astype(np.int64), 0)
    sent = (rng.random(shape) < float(law.ratio))[:, :, None] & has
    group = np.broadcast_to(rng.integers(0, GROUPS, shape)[:, :, None], fen.shape)
    if law.by_order:
        group = rng.integers(0, GROUPS, fen.shape)
    orders, money = _by_group(group, sent, sent), _by_group(group, sent, fen)
    known = [
        _sums(law, of_orders, of_money) for of_orders, of_money in zip(orders, money, strict=True)
    ]
    return Worlds(number.sum(axis=1), fen.sum(axis=(1, 2)), known)


def covered(metric: Metric[Sums], found: Worlds) -> float:
    """The share of worlds in which the truth is between the bounds of the estimate."""
    truths = found.orders * MICRO if metric == metrics.ORDERS else found.fen
    return _share(
        (int(truth), metric.estimate(sums)) for truth, sums in zip(truths, found.known, strict=True)
    )


def people_covered(count: int, people: int, ratio: Fraction, *, seed: int) -> float:
    """The same of a number of people."""
    rng = np.random.default_rng(seed)
    seen = rng.binomial(people, float(ratio), count)
    groups = [np.bincount(rng.integers(0, GROUPS, n), minlength=GROUPS).tolist() for n in seen]
    counted = (Sampled(0, {ratio: dict(enumerate(of))}) for of in groups)
    return _share((people, estimate(one, Statistic.PEOPLE, one=1)) for one in counted)


def spliced(count: int, ratios: tuple[Fraction, ...], *, seed: int, buyers: int = 60) -> float:
    """The same of orders on days of several ratios, of the same buyers: who is sent under a ratio
    is sent under every larger one."""
    rng = np.random.default_rng(seed)
    luck, group = rng.random((count, buyers)), rng.integers(0, GROUPS, (count, buyers))
    truths, counts = np.zeros(count, np.int64), [Counts() for _world in range(count)]
    for ratio in ratios:
        number = rng.poisson(1.5, (count, buyers))
        truths += number.sum(axis=1)
        sent = number * (luck < float(ratio))
        for of_world, groups, numbers in zip(counts, group, sent, strict=True):
            _take(of_world, np.bincount(groups, numbers, GROUPS), ratio)
    known = (Sums(credited_micro=of_world) for of_world in counts)
    return _share(
        (int(truth) * MICRO, metrics.ORDERS.estimate(sums))
        for truth, sums in zip(truths, known, strict=True)
    )


def _take(counts: Counts, numbers: Any, ratio: Fraction) -> None:
    for group, number in enumerate(numbers.tolist()):
        counts.take(ORDER, int(number) * MICRO, None if ratio == 1 else group, ratio)


def _by_group(group: Any, sent: Any, values: Any) -> list[list[int]]:
    world = np.broadcast_to(np.arange(len(group))[:, None, None], group.shape)
    place = (world * GROUPS + group)[sent]
    summed = np.bincount(place, values[sent], len(group) * GROUPS)
    found: list[list[int]] = summed.astype(np.int64).reshape(-1, GROUPS).tolist()
    return found


def _sums(law: Law, orders: list[int], money: list[int]) -> Sums:
    parts = ({g: n * MICRO for g, n in enumerate(orders)}, dict(enumerate(money)))
    counted, worth = (Sampled(0, {law.ratio: part}) for part in parts)
    return Sums(credited_micro=Counts({ORDER: counted}), value_fen=Counts({ORDER: worth}))


def _share(found: Iterator[tuple[int, Estimate | None]]) -> float:
    """A sample that holds too little says so, which is true, and no interval; it is left out."""
    told = [
        one.low <= truth <= one.high
        for truth, one in found
        if one is not None and one.low is not None and one.high is not None
    ]
    return sum(told) / len(told)
