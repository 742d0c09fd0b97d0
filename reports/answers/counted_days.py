"""On which of the days asked for a metric was counted, where a kind of events began, or ceased, to
be sent among them: a total of these days is not one of all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal import words
from reports.answers.coverage import spans
from reports.answers.facts import Facts
from reports.metrics.registry import Metric

Span = tuple[date, date]


@dataclass(frozen=True)
class CountedDays:
    """The days on which all was sent that a metric is made of, as `spans` of the days from `first`
    to `last`. Of one that `is_part` some of what it is made of is counted on the others, too."""

    spans: tuple[Span, ...]
    first: date
    last: date
    is_part: bool

    def __str__(self) -> str:
        """From which day it counts, in the language of the reader."""
        told = {"days": words.day(self.spans[0][0])}
        if len(self.spans) == 1 and self.spans[0][1] == self.last:
            said = _("in full only since %(days)s") if self.is_part else _("only since %(days)s")
            return said % told
        told = {"days": words.day(self.spans[0][1])}
        if len(self.spans) == 1 and self.spans[0][0] == self.first:
            said = _("in full only until %(days)s") if self.is_part else _("only until %(days)s")
            return said % told
        told = {"days": _(", ").join(_named(span) for span in self.spans)}
        return (_("in full only on %(days)s") if self.is_part else _("only on %(days)s")) % told


def _named(span: Span) -> str:
    first, last = span
    return words.day(first) if first == last else words.period(first, last)


def counted_days(facts: Facts, metric: Metric[Any]) -> CountedDays | None:
    """On which days `metric` was counted; None where that is all of them, or none."""
    without = set(facts.connected.days_without(metric))
    if metric.lacking or not without & facts.shown_days:
        return None
    days = facts.question.days
    counted = tuple(spans(on for on in days if on not in without))
    if not counted:
        return None
    is_part = facts.connected.is_partly_on(metric, without)
    return CountedDays(counted, days[0], days[-1], is_part)


def told(facts: Facts, metrics: Iterable[Metric[Any]]) -> list[tuple[CountedDays, list[str]]]:
    """The names of the metrics that were counted on some days alone, by these days."""
    found: dict[CountedDays, list[str]] = {}
    for metric in metrics:
        if counted := counted_days(facts, metric):
            found.setdefault(counted, []).append(metric.name)
    return list(found.items())


def in_json(facts: Facts, metrics: Iterable[Metric[Any]]) -> dict[str, list[list[str]]]:
    """The same for programs: spans of days by the code of the metric."""
    return {
        metric.code: [[on.isoformat() for on in span] for span in counted.spans]
        for metric in metrics
        if (counted := counted_days(facts, metric))
    }


def in_cell(facts: Facts, metrics: Iterable[Metric[Any]]) -> str:
    """The same in a cell: “credited_carts 2026-11-03/2026-11-10”."""
    return "; ".join(
        f"{code} {' '.join('/'.join(dict.fromkeys(span)) for span in found)}"
        for code, found in in_json(facts, metrics).items()
    )
