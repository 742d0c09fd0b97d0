"""The answer to a question: exact sums of current facts, row by row."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from reports.answers.columns import columns, unmeasured_beside
from reports.answers.coverage import Coverage, coverage, report_days, states_of
from reports.answers.doubts import Doubt, doubts_of
from reports.answers.facts import Facts
from reports.answers.maturity import Maturity
from reports.answers.question import BadRange, Question
from reports.answers.rows import Rows, rows_of
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric, Of
from reports.metrics.sums import Orders, Sums


@dataclass(frozen=True)
class Report:
    """What is summed is summed when it is asked for."""

    question: Question
    coverage: Coverage
    facts: Facts
    maturity: Maturity
    rows: Rows

    @cached_property
    def total(self) -> Sums:
        """The sum of the rows, exactly."""
        return self.rows.total

    @property
    def told_total(self) -> Sums | None:
        """The sum of the rows as it is told: of no days it is not 0, but what these cost is."""
        if self.has_numbers:
            return self.total
        return self.total.blank() if self.facts.spending.is_any else None

    @cached_property
    def columns(self) -> list[Metric[Sums]]:
        """The columns of the breakdown."""
        shown = columns(self.question, self.facts.sides)
        return [self.metric(metric) for metric in shown]

    @cached_property
    def columns_in_files(self) -> list[Metric[Sums]]:
        """The same in files: behind a sum of money stands how many conversions are not in it."""
        told = self.facts.assists.told_in_files(self.columns)
        unmeasured = unmeasured_beside(self.columns)
        return [self.metric(metric) for metric in (*metrics.in_files(told), *unmeasured)]

    @property
    def told(self) -> list[Metric[Any]]:
        """The metrics that people read: of its rows and, by order day, of all orders."""
        whole = () if self.question.is_by_touch else (*metrics.RECONCILIATION, *metrics.WHOLE)
        return [*self.columns, *map(self.metric, whole)]

    @property
    def not_connected(self) -> list[Metric[Sums] | Metric[Orders]]:
        """What has a dash everywhere, since nobody sends what it is made of."""
        told = self.facts.assists.told_in_files(self.columns)
        found: list[Metric[Sums] | Metric[Orders]] = [one for one in told if one.lacking]
        if not self.question.is_by_touch:
            found += [one for one in map(self.metric, metrics.WHOLE) if one.lacking]
        return found

    def metric(self, metric: Metric[Of]) -> Metric[Of]:
        """`metric` as it is here: not connected where nobody sends what it is made of, unknown
        where nothing of it has come."""
        return self.facts.metric(metric)

    @property
    def has_numbers(self) -> bool:
        """Whether any of the days has; sums of none are not 0, but unknown."""
        return self.coverage.has_numbers

    @property
    def doubts(self) -> list[Doubt]:
        """What to bear in mind of the credited money of all rows, where it is estimated."""
        total = self.total if self.coverage.samples and self.has_numbers else None
        return doubts_of(total, self.facts.connected.lacking)

    @cached_property
    def orders(self) -> Orders | None:
        """Every order of the merchant's stores, which the credited ones are part of; None by the
        day of the touch, which an order that no touch earned has not."""
        return None if self.question.is_by_touch else self.facts.orders()

    @property
    def days(self) -> dict[date, Sums]:
        """The credit by business day of the time base."""
        return self.facts.credit_by_day


def answer(question: Question) -> Report:
    """Answer `question` from the facts that are published now, in a bounded number of queries."""
    shown = coverage(question)
    facts = Facts(question, shown.report_days, shown.blank, shown.without_orders)
    maturity = Maturity(facts, shown)
    return Report(
        question=question,
        coverage=shown,
        facts=facts,
        maturity=maturity,
        rows=rows_of(facts, shown, maturity),
    )


def facts_before(question: Question) -> Facts | None:
    """The facts of as many days right before those asked for; None unless all of them are computed
    from everything that is owed, and while the window of touches runs: a sum without some of its
    days, or of days that may still earn, is not one to compare with.
    """
    if question.comparable_from:
        return None
    count = len(question.days)
    try:
        before = replace(
            question,
            first_on=question.first_on - timedelta(days=count),
            last_on=question.last_on - timedelta(days=count),
        )
    except BadRange:
        return None
    computed = list(report_days(before))
    if len(computed) < len(before.days_read) or not states_of(before).are_comparable:
        return None
    return Facts(before, computed, has_spend=False)
