"""What a metric is: names, formula, and what its number counts.

A value is an int (counts, fen, micro-conversions), a Fraction (ratios), or None, which means
unknown and is never the same as 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeAlias, TypeVar

from django.utils.functional import Promise

from portal import words
from reports.metrics.meanings import TOUCH_DAY, Additive, Grain, Population
from reports.metrics.sums import Orders, Sums
from reports.metrics.terms import Term

Value: TypeAlias = int | Fraction | None
Of = TypeVar("Of", Sums, Orders)


class Unit(StrEnum):
    """How a value counts and is printed; `micro` is millionths of a conversion."""

    COUNT = "count"
    MICRO = "micro"
    FEN = "fen"
    SHARE = "share"


@dataclass(frozen=True)
class Metric(Generic[Of]):
    """One number: its names, its formula in one sentence, and the formula itself.

    `windowed` says whether the lookback window and the model change it. `version` rises whenever
    the formula, or what it is made of, changes. `unknown` is the code of the metric that counts
    what has no known value and is therefore not in this one; empty where all is known.
    """

    code: str
    zh: str
    en: str
    formula: Promise
    unit: Unit
    windowed: bool
    population: Population
    grain: Grain
    time_base: Promise
    source: Promise
    compute: Callable[[Of], Value]
    additive: Additive = Additive.YES
    version: int = 1
    unknown: str = ""

    def of(self, facts: Of | None) -> Value:
        """The value for these sums; unknown for what is not computed."""
        return None if facts is None else self.compute(facts)

    @property
    def name(self) -> str:
        return words.name(self.zh, self.en)

    def by_touch_day(self) -> "Metric[Of]":
        """What it is in a report by the day of the touch: what is credited has that day then."""
        if self.grain != Grain.CREDIT:
            return self
        return replace(self, grain=Grain.CREDIT_OF_TOUCH, time_base=TOUCH_DAY)


def sum_of(first: Any, second: Any) -> Any:
    """Both together; None when one of them is unknown."""
    return None if first is None or second is None else first + second


def ratio(numerator: Any, denominator: Any) -> Any:
    """Ratio of sums; None when there is nothing to divide by."""
    if isinstance(numerator, Term) and isinstance(denominator, Term):
        return numerator.over(denominator)
    return None if numerator is None or not denominator else Fraction(numerator, denominator)
