"""From reading to ordering: the stages, drawn beside each other."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal import words
from reports.answers.answer import Report
from reports.answers.counted_days import counted_days
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.metric import value_of
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel. `length` of 100 draws its bar, on a logarithmic scale.

    `note` says between which bounds a number of a sample is, and on which days alone it counts.
    """

    metric: Metric[Sums]
    text: str
    note: str
    per_mille: str
    length: float


def stages(report: Report) -> list[Stage]:
    """The stages of what `report` sums."""
    total = report.total
    shown = [report.metric(metric) for metric in metrics.FUNNEL]
    counts = [_whole(metric, total) for metric in shown]
    most = max(counts)
    return [
        Stage(
            metric,
            _("not connected") if metric.lacking else printing.text(metric.of(total), metric.unit),
            _note(report, metric),
            _per_mille(report, metric),
            round(100 * math.log1p(count) / math.log1p(most), 2) if most else 0,
        )
        for metric, count in zip(shown, counts, strict=True)
    ]


def _note(report: Report, metric: Metric[Sums]) -> str:
    doubt = printing.between(metric.estimate(report.total), metric.unit)
    return " · ".join(filter(None, (doubt, str(counted_days(report.facts, metric) or ""))))


def _per_mille(report: Report, metric: Metric[Sums]) -> str:
    """The stage per 1,000 reads, where it can be divided by them: what is credited is of the days
    of the touches only where that is asked for."""
    is_of_day = report.question.is_by_touch or metric.grain == metrics.READS.grain
    if not is_of_day or metric.code == metrics.READS.code:
        return ""
    reads = report.metric(metrics.READS).counted(report.total)
    ratio = value_of(metrics.ratio(metric.counted(report.total), reads))
    return "" if ratio is None else words.decimal(float(ratio * 1000 / (metric.unit.one or 1)), 2)


def _whole(metric: Metric[Sums], sums: Sums) -> float:
    """The stage in whole things, for the length of its bar."""
    return printing.number(metric.of(sums), metric.unit) or 0.0
