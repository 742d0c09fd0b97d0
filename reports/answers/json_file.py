"""Reports for programs: the question, its coverage, totals and rows as JSON."""

import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from reports.answers import counted_days, provenance, worth_words
from reports.answers.answer import Report
from reports.answers.columns import maturity_columns
from reports.answers.coverage import Coverage
from reports.answers.doubts import Doubt, doubts_of
from reports.answers.maturity import Maturity
from reports.answers.maturity_words import percent
from reports.answers.question import By
from reports.answers.rows import Row
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.estimates import Statistic
from reports.metrics.registry import Metric, Of
from reports.metrics.sums import Expected, Sums


def as_json(report: Report) -> str:
    """The whole report: question, coverage, totals and rows; money in fen, credit in millionths."""
    question, shown = report.question, report.coverage
    # The sum of no days is not 0.
    total, orders = report.told_total, report.orders if report.has_numbers else None
    is_by_order = not question.is_by_touch
    columns, of_expected = report.columns_in_files, maturity_columns(question)
    of_orders = [report.metric(metric) for metric in metrics.ORDERS_IN_FILES] if is_by_order else []
    answer = {
        "model": question.model,
        "by": question.by,
        **provenance.in_json(question, shown),
        "counted_on": counted_days.in_json(report.facts, report.told),
        **worth_words.in_json(report.facts),
        **warnings(shown, report.doubts),
        "metrics": [
            *(meaning_of(metric, question.by) for metric in columns),
            *(meaning_of(metric, question.by) for metric in of_expected),
            *(meaning_of(metric, question.by) for metric in of_orders),
        ],
        "total": values_of(columns, total) | values_of(of_expected, report.maturity.whole),
        "maturity": _json_maturity(report.maturity) if question.is_by_touch else None,
        # What no touch earned has no day of a touch: by it there are no orders to add up to.
        "orders": values_of(of_orders, orders) if is_by_order else None,
        "rows": [_json_row(row, columns, of_expected, shown) for row in report.rows],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def warnings(shown: Coverage, doubts: Iterable[Doubt]) -> dict[str, list[str]]:
    """What to bear in mind of estimated money; nothing at all where everything was sent."""
    return {"warnings": [doubt.value for doubt in doubts]} if shown.samples else {}


def meaning_of(metric: Metric[Any], by: By) -> dict[str, str | int]:
    """What a program must know of a metric before it adds, divides or compares it."""
    return {
        "code": metric.code,
        "version": metric.version,
        "unit": metric.unit,
        "population": metric.population,
        "grain": metric.grain,
        "additive": metric.additive,
        "is_shared": by.shares(metric),
        "unknown": metric.unknown,
        "is_connected": not metric.lacking,
        "statistic": metric.statistic,
    }


def values_of(columns: Iterable[Metric[Of]], facts: Of | None) -> dict[str, Any]:
    """The value of each metric; of what was sampled the bounds as well, under `intervals`. What
    nobody knows is null."""
    columns = list(columns)
    values: dict[str, Any] = {metric.code: _exact(metric, metric.of(facts)) for metric in columns}
    intervals = {
        metric.code: [_bound(metric, bound) for bound in printing.bounds_of(metric, facts)]
        for metric in columns
        if metric.estimate(facts)
    }
    return values | {"intervals": intervals} if intervals else values


def _json_maturity(maturity: Maturity) -> dict[str, object]:
    law = maturity.law if maturity.cohorts else None
    until = maturity.question.comparable_from
    return {
        "percent": percent(maturity.whole),
        "comparable_from": until and until.isoformat(),
        "curve": law
        and law.curve
        and {
            "at": law.at.astimezone(UTC).isoformat(),
            "orders_at_least": law.orders,
            "categories": [category.code for category in law.own],
            "has_other_categories": law.has_others,
        },
        "cohorts": [
            {
                "on": cohort.on.isoformat(),
                "age_days": cohort.age,
                # What was counted in a sample is not what was credited.
                "credited_orders": None if cohort.is_sample else cohort.counted_micro,
                "percent": percent(cohort.expected),
                "expected_orders": cohort.expected.orders,
                "expected_orders_low": cohort.expected.low,
                "expected_orders_high": cohort.expected.high,
                "is_too_early": cohort.expected.is_too_early,
                "is_sample": cohort.is_sample,
            }
            for cohort in maturity.cohorts
        ],
    }


def _json_row(
    row: Row,
    columns: Iterable[Metric[Sums]],
    of_expected: Iterable[Metric[Expected]],
    shown: Coverage,
) -> dict[str, Any]:
    label: dict[str, Any] = {
        "key": row.label.key,
        "name": row.label.text,
        "detail": row.label.detail,
    }
    if row.day:
        label |= {"state": row.day.day.state, "final_from": provenance.final_from(row.day.day)}
    values = values_of([row.metric(metric) for metric in columns], row.sums)
    doubts = warnings(shown, doubts_of(row.sums, row.lacking))
    return label | values | values_of(of_expected, row.expected) | doubts


def _exact(metric: Metric[Of], value: metrics.Value) -> int | str | None:
    """A sum in whole units, a ratio as a fraction."""
    if value is None or isinstance(value, int):
        return value
    return str(value) if metric.statistic == Statistic.RATIO else round(value)


def _bound(metric: Metric[Of], value: metrics.Value) -> int | str | None:
    """A bound of a sum in whole units, of a ratio with six decimals."""
    is_ratio = value is not None and metric.statistic == Statistic.RATIO
    return printing.decimal_of(value) if is_ratio else _exact(metric, value)
