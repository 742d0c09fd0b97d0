"""What a report page shows, part by part.

Numbers come from the registry of metrics. Made here is only what puts them into proportion: the
change against the days before, the share of a level, the length of a bar.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from merchants.marketplaces.kinds import StoreKind
from portal import words
from portal.choices import Colour
from portal.jobs.models import Job, JobState
from reports.answers import maturity_words
from reports.answers.answer import Report, total_before
from reports.answers.coverage import spans
from reports.answers.question import By
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric, Of, Unit
from reports.metrics.sums import MICRO, ORDER, UNMATCHED, Orders, Sums
from reports.pages.report.chart import chart
from reports.pages.report.levels import Level, levels_of


@dataclass(frozen=True)
class Card:
    """A number in large type, and a line that puts it into proportion."""

    metric: Metric[Sums] | Metric[Orders]
    text: str
    note: str = ""
    # In the unit of the metric: how much more than in the days before, and what it was then.
    rise: int | Fraction | None = None
    before: int | Fraction | None = None

    @property
    def change_text(self) -> str:
        """How much more or less than in the days before, such as “+12.3%”; empty if unknown.

        Of less than nothing there is no percentage, but a difference, such as “+¥3.00”.
        """
        if self.rise is None or not self.before:
            return ""
        change = (
            printing.text(Fraction(self.rise) / Fraction(self.before), Unit.SHARE)
            if self.before > 0
            else printing.text(self.rise, self.metric.unit)
        )
        return f"{'+' if self.rise > 0 else ''}{change}"


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel. `length` of 100 draws its bar, on a logarithmic scale."""

    metric: Metric[Sums]
    text: str
    per_mille: str
    length: float


@dataclass(frozen=True)
class WaitedFor:
    """What one sender still owes: whose data, which days, and by when the first of them."""

    name: str
    spans: list[tuple[date, date]]
    due_at: datetime
    is_overdue: bool


class ReportPage:
    """The parts of one report page, worked out when the template asks for them."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.question, self.coverage = report.question, report.coverage

    @property
    def is_empty(self) -> bool:
        """Whether not one of the days asked for has numbers."""
        return not self.coverage.report_days

    @cached_property
    def job(self) -> Job | None:
        """The computation of days that are read that is under way, or that failed last."""
        first_on, last_on = self.question.order_days
        jobs = Job.objects.filter(
            run__merchant=self.question.merchant,
            run__first_on__lte=last_on,
            run__last_on__gte=first_on,
        )
        last = jobs.order_by("-run__pk").first()
        return last if last and last.state != JobState.DONE else None

    @property
    def tabs(self) -> list[tuple[str, str | Promise, bool]]:
        return [(by.value, by.label, by == self.question.by) for by in By]

    @property
    def not_arrived_spans(self) -> list[tuple[date, date]]:
        return spans(self.coverage.not_arrived)

    @property
    def not_computed_spans(self) -> list[tuple[date, date]]:
        return spans(self.coverage.not_computed)

    @property
    def lamp(self) -> Colour:
        """Green for what is whole and in the numbers, red for what is overdue."""
        if self.coverage.is_whole:
            return Colour.GREEN
        is_overdue = any(one.is_overdue for one in self.coverage.states.missing)
        return Colour.RED if is_overdue else Colour.YELLOW

    @cached_property
    def waited_for(self) -> list[WaitedFor]:
        """What has not arrived, by sender, what is overdue first."""
        found = [
            WaitedFor(one.stream.name, spans(one.days), one.due_at, one.is_overdue)
            for one in self.coverage.states.missing
        ]
        return sorted(found, key=lambda one: (not one.is_overdue, one.due_at))

    @property
    def stale_spans(self) -> list[tuple[date, date]]:
        return spans(self.coverage.stale)

    @property
    def other_code_spans(self) -> list[tuple[date, date]]:
        return spans(self.coverage.of_other_code)

    @cached_property
    def cards(self) -> list[Card]:
        total = self.report.total
        refunds = _("refunds %(value)s") % {"value": self._text(metrics.REFUND_VALUE, total)}
        each = _("%(value)s per order") % {"value": self._text(metrics.ORDER_VALUE, total)}
        return [
            self._card(metrics.GMV),
            self._card(metrics.NET_GMV, refunds),
            self._card(metrics.ORDERS, each),
            self._share_card,
        ]

    @property
    def _share_card(self) -> Card:
        """How much of all orders is credited or, by the day of the touch, what reads brought."""
        orders = self.report.orders
        if orders is None:
            share = maturity_words.share(self.report.maturity.whole)
            return self._card(metrics.GMV_PER_MILLE, share)
        matched = _("%(matched)s of %(all)s orders matched") % {
            "matched": self._text(metrics.MATCHED_ORDERS, orders),
            "all": self._text(metrics.ALL_ORDERS, orders),
        }
        return Card(metrics.MATCH_RATE, self._text(metrics.MATCH_RATE, orders), matched)

    def _card(self, metric: Metric[Sums], note: str = "") -> Card:
        total, metric = self.report.total, self.report.metric(metric)
        if metric.lacking:
            return Card(metric, words.NOTHING, _("not connected"))
        value, before = metric.of(total), metric.of(self.before)
        rise = None if value is None or before is None else value - before
        notes = [part for part in (printing.beside(metric, total), note) if part]
        return Card(metric, self._text(metric, total), " · ".join(notes), rise, before)

    @cached_property
    def before(self) -> Sums | None:
        """The total of the days right before, when both are complete and can be compared."""
        is_whole = self.coverage.states.are_comparable and not self.coverage.blank
        return total_before(self.question) if is_whole else None

    @cached_property
    def unpriced(self) -> str:
        """How many credited orders have no known value; empty when all have one."""
        unpriced = metrics.UNPRICED.of(self.report.total)
        return printing.text(unpriced, metrics.UNPRICED.unit) if unpriced else ""

    @cached_property
    def funnel(self) -> list[Stage]:
        stages = [self.report.metric(metric) for metric in metrics.FUNNEL]
        counts = [_whole(metric, self.report.total) for metric in stages]
        most, reads = max(counts), counts[metrics.FUNNEL.index(metrics.READS)]
        return [
            Stage(
                metric,
                _("not connected") if metric.lacking else self._text(metric, self.report.total),
                words.decimal(count * 1000 / reads, 2)
                if reads and self._is_of_reads(metric)
                else "",
                round(100 * math.log1p(count) / math.log1p(most), 2) if most else 0,
            )
            for metric, count in zip(stages, counts, strict=True)
        ]

    def _text(self, metric: Metric[Of], of: Of) -> str:
        return printing.text(self.report.metric(metric).of(of), metric.unit)

    def _is_of_reads(self, metric: Metric[Sums]) -> bool:
        """Whether it can be divided by reads: what is credited is of the days of the touches only
        where that is asked for."""
        is_of_day = self.question.is_by_touch or metric.grain == metrics.READS.grain
        return is_of_day and metric.code != metrics.READS.code and not metric.lacking

    @cached_property
    def levels(self) -> list[Level]:
        """The parts of all orders, which have no day of a touch."""
        orders = self.report.orders
        if orders is None or self.report.metric(metrics.ALL_ORDERS).lacking:
            return []
        return levels_of(orders)

    @property
    def whole(self) -> list[tuple[Metric[Orders], str]]:
        """What the stores sold and took back in all, each with its value."""
        orders = self.report.orders
        return [
            (metric, _("not connected") if metric.lacking else printing.told(metric, orders))
            for metric in map(self.report.metric, metrics.WHOLE)
        ]

    @cached_property
    def not_connected(self) -> list[str]:
        """What no source sends, by name: dashes, not zeros."""
        return [metric.name for metric in self.report.not_connected]

    @cached_property
    def partly_connected(self) -> list[tuple[str, list[str]]]:
        """What sources send for some kinds of stores alone: its name, and the kinds without it."""
        connected = self.report.facts.connected
        return [
            (metric.name, [str(StoreKind(kind).label) for kind in kinds])
            for metric in self.report.columns
            if (kinds := connected.partly(metric))
        ]

    @property
    def adds_up(self) -> bool:
        """Whether the credit is exactly the matched orders, in number and in fen."""
        total, orders = self.report.total, self.report.orders
        return orders is not None and (
            metrics.ORDERS.of(total) == (metrics.MATCHED_ORDERS.of(orders) or 0) * MICRO
            and total.value_fen[ORDER] == orders.value_fen.total() - orders.value_fen[UNMATCHED]
        )

    @cached_property
    def chart(self) -> str:
        """See reports.pages.report.chart."""
        return chart(self.report)

    @cached_property
    def maturity(self) -> list[str]:
        """What is said of touches whose window runs; nothing by order day."""
        return maturity_words.sentences(self.report.maturity)

    @property
    def glossary(self) -> Iterator[Metric[Any]]:
        if not self.question.is_by_touch:
            return iter(metrics.REGISTRY.values())
        return (metric.by_touch_day() for metric in metrics.REGISTRY.values())


def _whole(metric: Metric[Sums], sums: Sums) -> float:
    """The stage in whole things, for the length of its bar."""
    return printing.number(metric.of(sums), metric.unit) or 0.0
