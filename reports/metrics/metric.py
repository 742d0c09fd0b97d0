"""What a metric is: names, formula, and what its number counts.

A value is an int (counts, fen, micro-conversions), a Fraction (ratios), or None, which means
unknown and is never the same as 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Generic, TypeAlias, TypeVar

from django.utils.functional import Promise

from portal import words
from reports.metrics.meanings import TOUCH_DAY, Additive, Grain, Population
from reports.metrics.sums import Expected, Orders, Sums
from reports.metrics.terms import ORDERS, SUMS, Term

Value: TypeAlias = int | Fraction | None
Of = TypeVar("Of", Sums, Orders, Expected)


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
    # Of the kinds of events that it is made of, those that nobody sends where it is asked for.
    lacking: frozenset[str] = frozenset()

    def of(self, facts: Of | None) -> Value:
        """The value for these sums; unknown for what is not computed, or not connected."""
        return None if facts is None or self.lacking else self.compute(facts)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of events that it is made of."""
        return _kinds(self.compute, self.grain == Grain.STORE)

    def without(self, kinds: frozenset[str]) -> "Metric[Of]":
        """What it is where nobody sends `kinds`: not connected, if it is made of one of them."""
        lacking = self.kinds & kinds if kinds else kinds
        return replace(self, lacking=lacking) if lacking != self.lacking else self

    @property
    def name(self) -> str:
        return words.name(self.zh, self.en)

    def by_touch_day(self) -> "Metric[Of]":
        """What it is in a report by the day of the touch: what is credited has that day then."""
        if self.grain != Grain.CREDIT:
            return self
        return replace(self, grain=Grain.CREDIT_OF_TOUCH, time_base=TOUCH_DAY)


@cache
def _kinds(compute: Callable[[Any], Any], is_of_orders: bool) -> frozenset[str]:
    term = compute(ORDERS if is_of_orders else SUMS)
    assert isinstance(term, Term)
    return term.kinds


def sum_of(first: Any, second: Any) -> Any:
    """Both together; None when one of them is unknown."""
    return None if first is None or second is None else first + second


def ratio(numerator: Any, denominator: Any) -> Any:
    """Ratio of sums; None when there is nothing to divide by."""
    if isinstance(numerator, Term) and isinstance(denominator, Term):
        return numerator.over(denominator)
    return None if numerator is None or not denominator else Fraction(numerator, denominator)
