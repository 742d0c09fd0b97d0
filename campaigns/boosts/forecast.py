"""How many reads a budget may bring, as an interval, by what boosts brought before.

What ended boosts brought is told by an upper app, which calls `told_by` in `AppConfig.ready`. The
rest is pure. Reads per fen differ from boost to boost by a factor, so their logarithms are taken as
normal: within a merchant with one variance, between merchants with another (ADR 0149).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import fmean

from merchants.companies.models import Merchant

# So many of ten boosts lie in the interval, by the model.
HOLDS_OF_TEN = 8
# The quantile 0.9 of Student's t by degrees of freedom, from 1; beyond the last one, the last.
_T = (
    3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350,
    1.345, 1.341, 1.337, 1.333, 1.330, 1.328, 1.325, 1.323, 1.321, 1.319, 1.318, 1.316, 1.315,
    1.314, 1.313, 1.311, 1.310,
)  # fmt: skip
# A merchant's own boosts say enough from so many on; below, those of so many others help.
ENOUGH_OWN = 5
ENOUGH_OTHERS = 5
# More than so many times what was ever spent nothing is said of.
MOST_TIMES = 4


@dataclass(frozen=True)
class Brought:
    """What one ended boost cost (fen, above 0) and brought."""

    spent_fen: int
    reads: int


@dataclass(frozen=True)
class Past:
    """Ended boosts of a merchant, and those of others of his category, each merchant's apart."""

    own: Sequence[Brought] = ()
    others: Sequence[Sequence[Brought]] = ()


@dataclass(frozen=True)
class Range:
    """Eight of ten boosts bring `low` to `high` reads."""

    low: int
    high: int


@dataclass(frozen=True)
class Forecast:
    """What a fen brings, as the normal law of its logarithm; `own` boosts and those of `others`
    merchants say so. `margin` is what the logarithm of one more boost differs by at most, eight
    times of ten."""

    middle: float
    margin: float
    own: int
    others: int
    most_fen: int

    def reads(self, budget_fen: int) -> Range | None:
        """What a budget may bring when it is spent; None beyond what was ever tried."""
        if budget_fen > self.most_fen:
            return None
        low = budget_fen * exp(self.middle - self.margin)
        high = budget_fen * exp(self.middle + self.margin)
        return Range(int(low), int(high) + 1)


Tell = Callable[[Merchant], Past]

_tell: list[Tell] = []


def told_by(tell: Tell) -> None:
    """Name the function that knows what boosts brought."""
    _tell[:] = [tell]


def of(merchant: Merchant) -> Forecast | None:
    """What boosts of `merchant` may bring; None while too few have ended to say."""
    return expected(_tell[0](merchant)) if _tell else None


def expected(past: Past) -> Forecast | None:
    """By the merchant's own boosts where they are enough, else with those of others."""
    own = [_rate(one) for one in past.own]
    most_fen = MOST_TIMES * max(
        (one.spent_fen for group in (past.own, *past.others) for one in group), default=0
    )
    if len(own) >= ENOUGH_OWN:
        spread = sqrt(_variance([own]) * (1 + 1 / len(own)))
        return Forecast(fmean(own), _t(len(own) - 1) * spread, len(own), 0, most_fen)
    groups = [[_rate(one) for one in other] for other in past.others if other]
    if len(groups) < ENOUGH_OTHERS or max(map(len, groups)) < 2:
        return None
    return _pooled(own, groups, most_fen)


def _pooled(own: list[float], groups: list[list[float]], most_fen: int) -> Forecast:
    """A merchant is one of those in `groups`: what he has shown himself counts the more, the more
    merchants differ from each other and the less his boosts do."""
    means = [fmean(group) for group in groups]
    within = _variance(groups)
    # What the means differ by beyond what chance within merchants makes of it.
    noise = within * fmean(1 / len(group) for group in groups)
    between = max(_variance([means]) - noise, 0.0)
    middle = fmean(means)
    trust = between / (between + within / len(own)) if own and between else 0.0
    shown = fmean(own) if own else 0.0
    variance = within + between * (1 - trust) + _variance([means]) / len(means) * (1 - trust) ** 2
    return Forecast(
        trust * shown + (1 - trust) * middle,
        _t(len(groups) - 1) * sqrt(variance),
        len(own),
        len(groups),
        most_fen,
    )


def _rate(one: Brought) -> float:
    """The logarithm of reads per fen; half a read more, so that none has one, too."""
    return log((one.reads + 0.5) / one.spent_fen)


def _variance(groups: Sequence[Sequence[float]]) -> float:
    """Of what is in the groups around their own means, by its degrees of freedom."""
    squares = sum((one - fmean(group)) ** 2 for group in groups for one in group)
    return squares / sum(len(group) - 1 for group in groups)


def _t(degrees: int) -> float:
    return _T[min(degrees, len(_T)) - 1]
