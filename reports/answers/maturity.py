"""How mature the touches of a report are, by touch day: what part of what they earn is in by now.

A cohort is the touches of one day. It is as old as the orders that are all in: where a source is
late it is younger than the calendar says. By order day there is nothing of this.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Q, Sum

from reports.answers.coverage import Coverage
from reports.answers.delays import Law, law, laws
from reports.answers.facts import Facts
from reports.answers.nowcast import Curve, nowcast
from reports.answers.question import By
from reports.answers.sampled_days import CREDIT
from reports.answers.summing import Key, among
from reports.attribution.choices import Model
from reports.metrics.sums import MICRO, ORDER, Expected

_HUNDRED = 100
NOTHING = Expected()


@dataclass(frozen=True)
class Cohort:
    """The touches of a day whose window runs.

    `age` is how many days after it all orders are in, less than 0 before its own are; None where
    its own touches are not all in. `counted_micro` is what was credited until then. Of a sample
    nothing is expected.
    """

    on: date
    age: int | None
    counted_micro: int
    expected: Expected
    is_sample: bool = False


class Maturity:
    """What is known of the cohorts of a report; it asks the database when it is asked."""

    def __init__(self, facts: Facts, shown: Coverage) -> None:
        self.question, self._facts, self._shown = facts.question, facts, shown

    @cached_property
    def law(self) -> Law | None:
        """The delay curve they go by; None when none was counted yet."""
        return law(self.question)

    @cached_property
    def cohorts(self) -> list[Cohort]:
        """The days asked for whose window runs, by date, but for those that are withheld; none by
        order day."""
        if not self.question.open_days:
            return []
        counted = self._counted
        told = [on for on in self.question.open_days if not self._shown.withheld_by(on)]
        return [self._cohort(on, counted[on]) for on in told]

    @cached_property
    def by_day(self) -> dict[date, Expected]:
        """What is expected of each of these days."""
        return {cohort.on: cohort.expected for cohort in self.cohorts}

    @cached_property
    def whole(self) -> Expected:
        """The part of all touches of the report that is in, each day weighted by its reads; days
        that are withheld have no part in it."""
        if not self.question.is_by_touch:
            return NOTHING
        return self._of_days(self._reads, self._curve)

    @cached_property
    def by_model(self) -> dict[Model, Expected]:
        """The same under every model, while windows run: what compares models compares ages."""
        known = laws(self.question) if self.question.open_days else {}
        return {
            model: self._of_days(self._reads, known[model].curve)
            for model in Model
            if model in known
        }

    def of(self, by: By, keys: Collection[Key]) -> Mapping[Key, Expected]:
        """The same of some keys of the breakdown; of none by order day, and where keys share their
        touches."""
        if not self.question.is_by_touch or by.shares_touches:
            return {}
        if by == By.DAY:
            return {on: self.by_day.get(on) or self._of_days({on: 1}, self._curve) for on in keys}
        if not self.cohorts:
            return dict.fromkeys(keys, self.whole)
        reads = self._facts.exposure.reads_by_day(by, among(by, keys))
        return {
            key: self._of_days(reads[key], self._curve) if key in reads else NOTHING for key in keys
        }

    @cached_property
    def _reads(self) -> dict[date, int]:
        """How often notes were read on each day: the weights of the days."""
        days = [on for on in self.question.days if not self._shown.withheld_by(on)]
        if not self.question.open_days:
            return dict.fromkeys(days, 1)
        reads = self._facts.exposure.reads_by_day(By.DAY, Q())
        weights = {on: reads.get(on, {}).get(on, 0) for on in days}
        # Of a day that is a gap nobody knows how much it has: its reads are not shown.
        return weights | dict.fromkeys(self._shown.not_arrived, 1)

    def _of_days(self, weights: Mapping[date, int], curve: Curve | None) -> Expected:
        """The share of days together; unknown where that of one of them is."""
        shares = {on: self._share(on, curve) for on, weight in weights.items() if weight}
        if not shares or None in shares.values():
            return NOTHING
        whole = sum(weights[on] for on in shares)
        parts = (weights[on] * share for on, share in shares.items() if share)
        part = sum(parts, Fraction(0))
        is_over = not shares.keys() & set(self.question.open_days)
        return Expected(share=_rounded_down(part / whole, is_over=is_over))

    def _share(self, on: date, curve: Curve | None) -> Fraction | None:
        """The exact share of a day; of one whose window is over 1 where all of it has come."""
        if on in self.question.open_days:
            age = self._age(on)
            return None if age is None or curve is None else curve.share(age)
        is_in = on not in self._lacking
        return Fraction(1) if is_in else None

    @cached_property
    def _lacking(self) -> set[date]:
        """Days whose window is over and of which something is missing all the same."""
        over = set(self.question.days) - set(self.question.open_days)
        ends = {on: self._until(on) for on in over}
        return {on for on, until in ends.items() if until is None or until < self._last_on(on)}

    @property
    def _curve(self) -> Curve | None:
        """What days whose window runs go by; nobody asks for it where none does."""
        return self.law.curve if self.question.open_days and self.law else None

    def _cohort(self, on: date, by_order_day: dict[date, int]) -> Cohort:
        age, share = self._age(on), self._share(on, self._curve)
        is_sample = any(on <= day <= self._last_on(on) for day in self._sampled)
        until = on + timedelta(days=-1 if age is None else age)
        counted = sum(micro for day, micro in by_order_day.items() if day <= until)
        found = None
        if age is not None and self._curve and not is_sample:
            found = nowcast(counted / MICRO, self._curve, age=age)
        # What came of days that are not all in is certain, too.
        sure = sum(by_order_day.values()) / MICRO
        expected = Expected(
            share=None if share is None else _rounded_down(share, is_over=False),
            orders=round(max(found.orders, sure)) if found else None,
            low=math.floor(max(found.low, sure)) if found else None,
            high=math.ceil(max(found.high, sure)) if found else None,
            is_too_early=share is not None and found is None and not is_sample,
        )
        return Cohort(on, age, counted, expected, is_sample)

    def _age(self, on: date) -> int | None:
        until = self._until(on)
        return None if until is None else (until - on).days

    def _until(self, on: date) -> date | None:
        """The last day until which all that the touches of `on` earned has come, and is computed;
        the day before `on` where nothing is, None where its own touches are not all in."""
        closed = self._shown.states.closed_until(on)
        if closed is None:
            return None
        until = on - timedelta(days=1)
        while until < closed and until + timedelta(days=1) in self._fresh:
            until += timedelta(days=1)
        return until

    @cached_property
    def _fresh(self) -> set[date]:
        stale = set(self._shown.stale)
        return {day.on for day in self._shown.report_days} - stale

    @cached_property
    def _sampled(self) -> list[date]:
        """The order days of which only a sample of the credit is there."""
        return [day.on for day in self._shown.report_days if day.samples.get(CREDIT)]

    def _last_on(self, on: date) -> date:
        """The last day on which the touches of a day earn."""
        return on + timedelta(days=self.question.window_days)

    @cached_property
    def _counted(self) -> defaultdict[date, dict[date, int]]:
        """Credited orders by touch day and order day, in millionths."""
        found: defaultdict[date, dict[date, int]] = defaultdict(dict)
        credited: Any = self._facts.all_models().filter(
            kind=ORDER, touched_on__in=self.question.open_days
        )
        by_day = credited.values_list("touched_on", "on")
        for touched_on, on, micro in by_day.annotate(Sum(self.question.model.micro)).order_by():
            found[touched_on][on] = int(micro or 0)
        return found


def _rounded_down(share: Fraction, *, is_over: bool) -> Fraction:
    """In whole hundredths; all only where the window is over, whatever usually comes."""
    most = _HUNDRED if is_over else _HUNDRED - 1
    return Fraction(min(math.floor(share * _HUNDRED), most), _HUNDRED)
