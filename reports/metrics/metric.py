"""What a metric is: names, formula, and what its number counts.

A value is an int (counts, fen, micro-conversions), a Fraction (ratios, and what samples say of the
whole), or None, which means unknown and is never the same as 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Generic, TypeAlias, TypeVar

from django.utils.functional import Promise

from portal import words
from reports.metrics.estimates import Estimate, Statistic, estimate
from reports.metrics.meanings import (
    OF_SPEND,
    TOUCH_DAY,
    Additive,
    Grain,
    Population,
    kind_of_event,
)
from reports.metrics.sampled import Sampled, SampledRatio, sampled
from reports.metrics.sums import MICRO, Expected, Orders, Sums
from reports.metrics.terms import ORDERS, SUMS, Term

Value: TypeAlias = int | Fraction | None
Of = TypeVar("Of", Sums, Orders, Expected)


class Unit(StrEnum):
    """How a value counts and is printed; `micro` is millionths of a conversion, `times` how many
    times one sum of money is another."""

    COUNT = "count"
    MICRO = "micro"
    FEN = "fen"
    SHARE = "share"
    TIMES = "times"

    @property
    def one(self) -> int | None:
        """What is counted once, in this unit; None for what is not counted."""
        return {
            Unit.COUNT: 1, Unit.MICRO: MICRO, Unit.FEN: None, Unit.SHARE: None, Unit.TIMES: None,
        }[self]  # fmt: skip


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
    compute: Callable[[Of], Any]
    additive: Additive = Additive.YES
    version: int = 1
    unknown: str = ""
    statistic: Statistic = Statistic.SUM
    # Of the kinds of events that it is made of, those that nobody sends where it is asked for.
    lacking: frozenset[str] = frozenset()
    # Whether anything has come of the conversions that it is made of.
    has_come: bool = True

    def of(self, facts: Of | None) -> Value:
        """The value for these sums, of the whole where they were sampled; unknown for what is not
        computed, or not connected."""
        return value_of(self.counted(facts))

    def counted(self, facts: Of | None) -> "Value | Sampled | SampledRatio":
        """The value for these sums or, where they were sampled, what was counted."""
        if facts is None or self.lacking or not self.has_come:
            return None
        if isinstance(facts, Sums) and facts.is_blank and not self.is_of_spend:
            return None
        counted: Value | Sampled | SampledRatio = self.compute(facts)
        return counted

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of events that it is made of."""
        return _kinds(self.compute, self.grain == Grain.STORE)

    @property
    def is_of_spend(self) -> bool:
        """Whether it is made of delivery alone, of which all is known on every day."""
        return self.kinds <= OF_SPEND.keys() and not self.windowed

    def without(self, kinds: frozenset[str]) -> "Metric[Of]":
        """What it is where nobody sends `kinds`: not connected, if it is made of one of them."""
        lacking = self.kinds & kinds if kinds else kinds
        return replace(self, lacking=lacking) if lacking != self.lacking else self

    def awaited(self) -> "Metric[Of]":
        """What it is where no orders have come yet: unknown, if it is credited, or of what is."""
        return replace(self, has_come=False) if self.windowed else self

    def estimate(self, facts: Of | None) -> Estimate | None:
        """Between which bounds the value is; None where nothing was sampled, or it is unknown."""
        return estimate_of(self.counted(facts), self.unit, self.statistic)

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
    return frozenset(map(kind_of_event, term.kinds))


def value_of(counted: "Value | Sampled | SampledRatio") -> Value:
    """What was counted as one number: of the whole where it was sampled."""
    return counted.value if isinstance(counted, Sampled | SampledRatio) else counted


def estimate_of(
    counted: "Value | Sampled | SampledRatio",
    unit: Unit,
    statistic: Statistic = Statistic.SUM,
) -> Estimate | None:
    """Between which bounds the whole is; None where nothing was sampled, or it is unknown."""
    if not isinstance(counted, Sampled | SampledRatio):
        return None
    if isinstance(counted, Sampled) and not counted.parts:
        return None
    found = estimate(counted, statistic, one=unit.one)
    return found.at_most(1) if unit == Unit.SHARE else found


def sum_of(first: Any, second: Any) -> Any:
    """Both together; None when one of them is unknown."""
    return None if first is None or second is None else first + second


def ratio(numerator: Any, denominator: Any) -> Any:
    """Ratio of sums; None when there is nothing to divide by."""
    if isinstance(numerator, Term):
        return numerator.over(denominator)
    if numerator is None or not denominator:
        return None
    if isinstance(numerator, Sampled) or isinstance(denominator, Sampled):
        return SampledRatio(sampled(numerator), sampled(denominator))
    return Fraction(numerator, denominator)
