"""What a sample says of the whole: an estimate, and the interval that holds the truth 95 times of
100.

The unit of the sample is the user, whose orders come together or not at all: orders are clustered
and their number is not binomial. So how much the sums of GROUPS groups of users differ says how
uncertain their sum is. With y_gr what was counted in group g under the ratio p_r:

    estimate = sum over r of y_r / p_r
    z_g      = sum over r of sqrt(1 - p_r) / p_r * y_gr
    SE       = sqrt(GROUPS / (GROUPS - 1) * sum over g of (z_g - mean z)^2)
    interval = estimate +- t(GROUPS - 1) * SE

(W. G. Cochran, Sampling Techniques, 3rd ed. 1977: the ratio estimator and its residuals, ch. 6;
K. M. Wolter, Introduction to Variance Estimation, 2nd ed. 2007, ch. 2: the random group method.)
Sums add up over days and ratios. Variances never do: the same users come again. At p = 1 nothing is
uncertain, and the factor 1 - p takes the width to zero.

A ratio R = A / B of two numbers of one sample is that of what was counted: p cancels. Its standard
error is that of the residuals a_g - R * b_g, over B.

A number of people is binomial. Where fewer than EXACT_BELOW of them were counted its bounds are the
smallest and the largest number of whom so few would have been counted, each with a probability of
more than 2.5 % (as C. J. Clopper and E. S. Pearson, Biometrika 26, 1934, do for an unknown share).

Sums of so few groups reach at least as high as so many people would who bring as much as these do.
Where a sample holds nothing nobody knows how much one user brings, so there are no bounds; nor of a
ratio of few. Simulated in this way sums of events and of money are covered from two buyers on.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from reports.metrics.sampled import Sampled, SampledRatio

GROUPS = 32
# What the interval leaves out, on both sides together.
DOUBT = 0.05
# Of the t distribution with GROUPS - 1 degrees of freedom 1 - DOUBT / 2 is below it.
T = 2.0395134463964077
# Of fewer counted people the interval of sums holds the truth too rarely.
EXACT_BELOW = 10
# Money of fewer buyers is too uncertain to compare.
FEW_BUYERS = 30
# Who brings more than this part of a sum decides it.
FEW_DECIDE = Fraction(1, 5)

Bounds = tuple[Fraction, Fraction] | tuple[None, None]
UNKNOWN = (None, None)


class Statistic(StrEnum):
    """How the whole is estimated from a sample of it: as a sum, a sum less another one, a number of
    people, or a ratio of two sums."""

    SUM = "sum"
    NET = "net"
    PEOPLE = "people"
    RATIO = "ratio"


@dataclass(frozen=True)
class Estimate:
    """A value and its bounds, in the unit that was counted; `ratios` are those of the samples.

    Both bounds are None where the sample holds too little to tell them.
    """

    value: Fraction
    low: Fraction | None
    high: Fraction | None
    ratios: tuple[Fraction, ...]

    def at_most(self, most: int) -> "Estimate":
        """The same of a number that is never higher."""
        return self if self.high is None else replace(self, high=min(self.high, Fraction(most)))


def estimate(
    number: Sampled | SampledRatio, statistic: Statistic, *, one: int | None = None
) -> Estimate:
    """What `number` says of the whole. `one` is an event or a person in its unit; None for money,
    of which nobody knows how much one brings."""
    if isinstance(number, SampledRatio):
        ratios = tuple(sorted({*number.above.parts, *number.below.parts}))
        low, high = _of_ratio(number)
    else:
        ratios = tuple(sorted(number.parts))
        low, high = _BOUNDS[statistic](number, one)
    return Estimate(number.value, low, high, ratios)


def _net(number: Sampled, one: int | None) -> Bounds:
    return _symmetric(number) if _groups_of(number) else UNKNOWN


def _sum(number: Sampled, one: int | None) -> Bounds:
    """All of it has one sign: the whole is as much as was counted, or more."""
    few = _groups_of(number)
    if not few:
        return UNKNOWN
    low, high = _symmetric(number)
    counted = Fraction(number.observed)
    most = _most_of_few(number) if len(few) < EXACT_BELOW else counted
    if counted < 0:
        return min(low, most), min(high, counted)
    return max(low, counted), max(high, most)


def _people(number: Sampled, one: int | None) -> Bounds:
    one = one or 1
    counted = sum(sum(of.values()) for of in number.parts.values())
    return _inverted(number, one) if counted < EXACT_BELOW * one else _sum(number, one)


def _ratio(number: Sampled, one: int | None) -> Bounds:
    raise TypeError(f"{number} is a sum, and no ratio of two.")


def _of_ratio(number: SampledRatio) -> Bounds:
    """Where everything came nothing is uncertain; of few users nothing is known."""
    # What it cost is exact: then what that brought is what was sampled.
    sampled = number.below if number.below.parts else number.above
    is_sampled = any(p < 1 for p in sampled.parts)
    if is_sampled and len(_groups_of(sampled)) < EXACT_BELOW:
        return UNKNOWN
    half = _half_of_ratio(number)
    return number.value - half, number.value + half


_BOUNDS: dict[Statistic, Callable[[Sampled, int | None], Bounds]] = {
    Statistic.SUM: _sum,
    Statistic.NET: _net,
    Statistic.PEOPLE: _people,
    Statistic.RATIO: _ratio,
}


def _symmetric(number: Sampled) -> tuple[Fraction, Fraction]:
    half = Fraction(T * _spread(_weighted(number)))
    return number.value - half, number.value + half


def _groups_of(number: Sampled) -> set[int]:
    """The groups of users of which something was counted."""
    return {group for of in number.parts.values() for group, counted in of.items() if counted}


def _most_of_few(number: Sampled) -> Fraction:
    """As much as so many people bring of whom so few groups would have come."""
    doubt, most = DOUBT / len(number.parts), Fraction(number.whole)
    for p, groups in number.parts.items():
        few = sum(1 for counted in groups.values() if counted)
        if few:
            most += Fraction(sum(groups.values()), few) * _fewest_and_most(few, p, doubt)[1]
    return most


def _half_of_ratio(number: SampledRatio) -> Fraction:
    above, below = _weighted(number.above), _weighted(number.below)
    value = float(number.value)
    residuals = [a - value * b for a, b in zip(above, below, strict=True)]
    return Fraction(T * _spread(residuals) / abs(float(number.below.value)))


def _weighted(number: Sampled) -> list[float]:
    """z of each group of users."""
    z = [0.0] * GROUPS
    for p, groups in number.parts.items():
        weight = _weight(p)
        for group, counted in groups.items():
            z[group] += weight * counted
    return z


def _weight(p: Fraction) -> float:
    return math.sqrt(1 - p) / float(p)


def _spread(z: list[float]) -> float:
    """The standard error of the sum of z."""
    mean = math.fsum(z) / GROUPS
    return math.sqrt(GROUPS / (GROUPS - 1) * math.fsum((one - mean) ** 2 for one in z))


def _inverted(number: Sampled, one: int) -> tuple[Fraction, Fraction]:
    """The fewest and the most people of whom so few would have come; of several ratios each has its
    share of the doubt, and the bounds add up."""
    sampled = {p: sum(of.values()) for p, of in number.parts.items() if p < 1}
    whole = Fraction(number.observed - sum(sampled.values()))
    doubt = DOUBT / max(len(sampled), 1)
    found = [_fewest_and_most(-(-seen // one), p, doubt) for p, seen in sampled.items()]
    low, high = (sum(side) * one for side in zip(*found, strict=True)) if found else (0, 0)
    return whole + low, whole + high


@lru_cache(maxsize=1024)
def _fewest_and_most(seen: int, p: Fraction, doubt: float) -> tuple[int, int]:
    """The least and the greatest N for which a binomial (N, p) number is at least `seen`, or at
    most, with a probability of more than half the `doubt`."""
    fewest = _first(seen, lambda n: 1 - _at_most(seen - 1, n, float(p)) > doubt / 2)
    return fewest, _first(seen, lambda n: _at_most(seen, n + 1, float(p)) <= doubt / 2)


def _first(start: int, holds: Callable[[int], bool]) -> int:
    """The first number from `start` on of which `holds`, as it does of all behind it."""
    if holds(start):
        return start
    step = 1
    while not holds(start + step):
        step *= 2
    low, high = start + step // 2, start + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _at_most(most: int, n: int, p: float) -> float:
    """The probability that a binomial (n, p) number is at most `most`, which is small."""
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(most + 1))


def is_of_few(orders: Sampled, money: Sampled, *, one: int) -> bool:
    """Whether money of sampled days is of fewer than FEW_BUYERS people; `one` is an order.

    Nobody is counted in person: a buyer has at least one order, and buyers fall into groups by
    chance, so that the number of groups that have any tells how many they are (linear counting:
    K.-Y. Whang and others, ACM Transactions on Database Systems 15, 1990).
    """
    counted = sum(sum(of.values()) for of in orders.parts.values())
    groups = {group for of in money.parts.values() for group, fen in of.items() if fen}
    empty = GROUPS - len(groups)
    buyers = GROUPS * math.log(GROUPS / empty) if empty else math.inf
    return bool(money.parts) and min(counted / one, buyers) < FEW_BUYERS


def few_decide(money: Sampled) -> bool:
    """Whether one group of users brings more than FEW_DECIDE of a sum of money, as none does where
    buyers are many and like each other."""
    brought: dict[int, Fraction] = {}
    for p, groups in money.parts.items():
        for group, fen in groups.items():
            brought[group] = brought.get(group, Fraction(0)) + fen / p
    return any(fen > FEW_DECIDE * money.value for fen in brought.values())
