"""How much of what touches will have earned is in by now, and what is to be expected: arithmetic.

A curve says what part of the orders that touches of one day earn within their window has come by
an age, in whole days. What has come of younger touches, divided by that part, is what is to be
expected of them (chain ladder). What is still to come is a count of its own, whose spread is that
of a negative binomial: the rate is known from what came alone, and the curve from its orders alone.
Nothing here asks the database. Counts here are numbers of orders, not millionths.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# Of less than a fifth nobody can tell the whole.
LEAST_SHARE = Fraction(1, 5)
# The part of an interval of 95 % that lies below it.
TAIL = 0.025
# Counts beyond are laid on a curve instead of being summed one by one.
_MOST_SUMMED = 2000
# Jeffreys' prior: what came of nothing is not known to be nothing.
_PRIOR = 0.5
_Z95 = 1.959963984540054
# How much wider a difference that is known from so few others is taken (Student, squared).
_FEW = {1: 42.0, 2: 4.8}


@dataclass(frozen=True)
class Curve:
    """The part of a cohort's orders that is in by each age; by the last it is 1.

    `variances` are of these parts for a merchant who is not known: of the orders that the curve was
    made of, and of how merchants differ. `dispersions` say how much more the days of one differ
    than if each order came for itself (1 is just as much).
    """

    shares: list[Fraction]
    variances: list[float]
    dispersions: list[float]
    # What may still come although no order of the curve came so late.
    rest: float = 0.0

    def share(self, age: int) -> Fraction:
        """What part is in when all orders until `age` days after the touch have come; 0 before."""
        if age < 0:
            return Fraction(0)
        return self.shares[min(age, len(self.shares) - 1)]


@dataclass(frozen=True)
class Nowcast:
    """How many orders are to be expected, and between which bounds in 95 of 100 cases."""

    orders: float
    low: float
    high: float


@dataclass(frozen=True)
class Delays:
    """What came of many cohorts, which are the touches of one merchant and day each.

    `by_age` is what came of all of them at each age, in millionths. `of_days` is, for each age, the
    sum over cohorts of the square of what of one had come by then to what came of it in all, in
    orders; `of_merchants` the same of merchants, all days of one together. `squared` is the sum
    over merchants of the square of all that came.
    """

    by_age: Sequence[int]
    of_days: Sequence[float]
    of_merchants: Sequence[float]
    cohorts: int
    merchants: int
    squared: float

    @property
    def orders(self) -> int:
        """How many orders they tell of, rounded down."""
        return sum(self.by_age) // 10**6


def curve_of(delays: Delays) -> Curve:
    """The curve of what came; something must have come.

    Days of one merchant differ by chance, and more where orders come together; merchants differ by
    their readers, too, which more orders do not even out.
    """
    whole, so_far = sum(delays.by_age), 0
    orders = whole / 10**6
    curve = Curve([], [], [], rest=0.5 / (orders + 1))
    for age, micro in enumerate(delays.by_age):
        so_far += micro
        share = Fraction(so_far, whole)
        chance = float(share * (1 - share))
        within = max(delays.of_days[age] - delays.of_merchants[age], 0.0)
        freedom = chance * (delays.cohorts - delays.merchants)
        dispersion = max(1.0, within / freedom) if freedom > 0 else 1.0
        between = delays.of_merchants[age] - orders * float(share) ** 2
        between -= dispersion * chance * (delays.merchants - 1)
        own = max(between, 0.0) * _widened(delays)
        curve.shares.append(share)
        curve.variances.append(
            chance * dispersion / orders + own * (1 + delays.squared / orders**2)
        )
        curve.dispersions.append(dispersion)
    return curve


def _widened(delays: Delays) -> float:
    """What the sum of squares between merchants is multiplied by to have the variance of one."""
    freedom, orders = delays.merchants - 1, delays.orders
    apart = orders - delays.squared / orders if orders else 0
    if freedom < 1 or apart <= 0:
        return 0.0
    return _FEW.get(freedom, freedom / max(freedom - 2, 1)) / apart


def mixed(parts: Sequence[tuple[Curve, Fraction]]) -> Curve:
    """One curve of several, each with its weight; weights add up to 1."""
    ages = range(len(parts[0][0].shares))
    return Curve(
        [sum((weight * one.shares[age] for one, weight in parts), Fraction(0)) for age in ages],
        [sum(float(weight) ** 2 * one.variances[age] for one, weight in parts) for age in ages],
        [sum(float(weight) * one.dispersions[age] for one, weight in parts) for age in ages],
        rest=sum(float(weight) * one.rest for one, weight in parts),
    )


def nowcast(counted: float, curve: Curve, *, age: int) -> Nowcast | None:
    """What is to be expected of touches of which `counted` orders have come by `age`; None where it
    is too early to tell. The lower bound is never less than what has come.
    """
    if curve.share(age) < LEAST_SHARE:
        return None
    if age >= len(curve.shares) - 1:
        return Nowcast(counted, counted, counted)
    share = min(float(curve.share(age)), 1 - curve.rest)
    dispersion = curve.dispersions[age]
    # Orders that come together count as one, and each is as many.
    seen = counted / dispersion + _PRIOR
    odds = (1 - share) / share
    of_curve = curve.variances[age] / (share * (1 - share)) ** 2
    low, high = _quantiles(seen * odds, 1 / (1 / seen + of_curve))
    return Nowcast(counted / share, counted + low * dispersion, counted + high * dispersion)


def _quantiles(mean: float, size: float) -> tuple[float, float]:
    """Between which counts 95 % of a negative binomial of this mean and size lie.

    Its variance is mean + mean^2 / size.
    """
    if mean > _MOST_SUMMED:
        return _laid_on_a_curve(mean, size)
    success, below = size / (size + mean), 0.0
    part, low = math.exp(size * math.log(success)), None
    for count in range(20 * _MOST_SUMMED):
        below += part
        if low is None and below >= TAIL:
            low = count
        if below >= 1 - TAIL:
            return low or 0, count
        part *= (count + size) / (count + 1) * (1 - success)
    return _laid_on_a_curve(mean, size)


def _laid_on_a_curve(mean: float, size: float) -> tuple[float, float]:
    """The same by a log-normal distribution of the same mean and variance."""
    width = math.log1p(1 / mean + 1 / size)
    middle, spread = math.log(mean) - width / 2, math.sqrt(width)
    return math.exp(middle - _Z95 * spread), math.exp(middle + _Z95 * spread)
