"""What a report page shows, part by part.

Numbers come from the registry of metrics. Made here, and in the modules of the parts, is only what
puts them into proportion: the change against the days before, the share of a level, the length of a
bar.
"""

from datetime import date
from functools import cache, cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from merchants.marketplaces.kinds import StoreKind
from portal import words
from portal.jobs.models import Job, JobState
from reports.answers import counted_days, maturity_words, spend_words, worth_words
from reports.answers.answer import Report, facts_before
from reports.answers.columns import counts_assists
from reports.answers.coverage import spans
from reports.answers.doubts import Doubt
from reports.answers.facts import Facts
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import MICRO, ORDER, UNMATCHED, Orders
from reports.pages.report.cards import Card, cards_of
from reports.pages.report.chart import chart
from reports.pages.report.funnel import Stage, stages
from reports.pages.report.known import KnownPart
from reports.pages.report.levels import Level, levels_of


class ReportPage(KnownPart):
    """The parts of one report page, worked out when the template asks for them."""

    is_report = True

    def __init__(self, report: Report) -> None:
        super().__init__(report.question, report.coverage)
        self.report = report

    @property
    def is_empty(self) -> bool:
        """Whether not one of the days asked for has numbers."""
        return not self.coverage.has_numbers

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
        return [(by.value, by.label, by == self.question.by) for by in self.question.breakdowns]

    @property
    def left_out_spans(self) -> list[tuple[date, date]]:
        return spans(self.coverage.blank)

    @property
    def without_assists_spans(self) -> list[tuple[date, date]]:
        """Days that were computed before assists were; where there are none, nobody misses them."""
        lacks = counts_assists(self.question)
        return spans(self.report.facts.assists.lacking) if lacks else []

    @cached_property
    def cards(self) -> list[Card]:
        return cards_of(self.report, self.before)

    @property
    def doubts(self) -> list[Doubt]:
        """What to bear in mind of money that is estimated."""
        return self.report.doubts

    @cached_property
    def before(self) -> Facts | None:
        """The facts of the days right before, when both are complete and can be compared."""
        is_whole = self.coverage.states.are_comparable and not self.coverage.blank
        return facts_before(self.question) if is_whole else None

    @cached_property
    def unpriced(self) -> str:
        """How many credited orders have no known value; empty when all have one."""
        total = self.report.total
        return printing.estimated(metrics.UNPRICED, total) if metrics.UNPRICED.of(total) else ""

    @cached_property
    def funnel(self) -> list[Stage]:
        return stages(self.report)

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
        return [
            (metric, _("not connected") if metric.lacking else self._told(metric))
            for metric in map(self.report.metric, metrics.WHOLE)
        ]

    def _told(self, metric: Metric[Orders]) -> str:
        value, counted = printing.told(metric, self.report.orders), self._counted(metric)
        both = _("%(value)s, %(missing)s") % {"value": value, "missing": counted}
        return both if counted else value

    def _counted(self, metric: Metric[Any]) -> str:
        """On which days alone a sum counts."""
        return str(counted_days.counted_days(self.report.facts, metric) or "")

    @property
    def on_some_days(self) -> list[tuple[counted_days.CountedDays, list[str]]]:
        """What was sent on some of the days alone: which days, and the names of the metrics."""
        return counted_days.told(self.report.facts, self.report.told)

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

    @property
    def has_spend(self) -> bool:
        """Whether the chart has what boosts cost."""
        return self.report.facts.spending.has_boosts

    @cached_property
    def maturity(self) -> list[str]:
        """What is said of touches whose window runs; nothing by order day."""
        return maturity_words.sentences(self.report.maturity)

    @cached_property
    def costs(self) -> list[str]:
        """What is said of costs and of the shares that are assumed; nothing where there is
        neither."""
        facts = self.report.facts
        return [*spend_words.sentences(self.report), *worth_words.sentences(facts)]

    @property
    def glossary(self) -> SafeString:
        return _glossary(words.language(), is_by_touch=self.question.is_by_touch)


@cache
def _glossary(_language: str, *, is_by_touch: bool) -> SafeString:
    """What every metric means, in the language of the reader. It is the same on every page, and
    would take a tenth of each."""
    told = metrics.REGISTRY.values()
    shown = [metric.by_touch_day() for metric in told] if is_by_touch else list(told)
    return render_to_string("reports/_glossary.html", {"glossary": shown})
