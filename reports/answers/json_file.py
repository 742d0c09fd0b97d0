"""Reports for programs: the question, its coverage, totals and rows as JSON."""

import json
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any

from reports.answers.answer import Report
from reports.answers.columns import maturity_columns
from reports.answers.coverage import Coverage
from reports.answers.day_states import Day
from reports.answers.maturity import Maturity
from reports.answers.maturity_words import percent
from reports.answers.question import By
from reports.answers.rows import Row
from reports.answers.withholding import Withheld
from reports.attribution.restatements import Restatement
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.estimates import Statistic
from reports.metrics.registry import Metric, Of
from reports.metrics.sums import Expected, Sums


def as_json(report: Report) -> str:
    """The whole report: question, coverage, totals and rows; money in fen, credit in millionths."""
    question, shown = report.question, report.coverage
    # The sum of no days is not 0.
    total, orders = (report.total, report.orders) if report.has_numbers else (None, None)
    is_by_order = not question.is_by_touch
    columns, of_expected = report.columns_in_files, maturity_columns(question)
    of_orders = [report.metric(metric) for metric in metrics.ORDERS_IN_FILES] if is_by_order else []
    answer = {
        "merchant": question.merchant.code,
        "first_on": question.first_on.isoformat(),
        "last_on": question.last_on.isoformat(),
        "model": question.model,
        "window_days": question.window_days,
        "by": question.by,
        "as_of": question.moment or None,
        "time_base": question.time_base,
        "orders_until": question.order_days[1].isoformat(),
        "computed_until": shown.computed_until and shown.computed_until.isoformat(),
        "computed_at": shown.computed_at and shown.computed_at.isoformat(),
        "is_complete": shown.is_whole,
        "completeness_percent": shown.states.percent,
        "gaps": _iso(shown.gaps),
        "stale": _iso(shown.stale),
        "withheld": _iso(shown.withheld),
        "suspensions": [_json_suspension(one) for one in shown.suspensions],
        "not_applicable": _iso(shown.not_applicable),
        "days": [_json_day(day, shown) for day in shown.states],
        "missing": [
            {
                "source": one.stream.source.code,
                "store": one.stream.store and one.stream.store.external_id,
                "days": _iso(one.days),
                "due_at": one.due_at.isoformat(),
                "is_overdue": one.is_overdue,
            }
            for one in shown.states.missing
        ],
        "missing_rows": shown.states.missing_rows,
        "restated": [_json_change(restatement) for restatement in shown.restatements],
        "open_days": [day.isoformat() for day in shown.open_days],
        "runs": [run.pk for run in shown.runs],
        "metrics": [
            *(_meaning(metric, question.by) for metric in columns),
            *(_meaning(metric, question.by) for metric in of_expected),
            *(_meaning(metric, question.by) for metric in of_orders),
        ],
        **_json_samples(shown),
        "total": _json_values(columns, total) | _json_values(of_expected, report.maturity.whole),
        "maturity": _json_maturity(report.maturity) if question.is_by_touch else None,
        # What no touch earned has no day of a touch: by it there are no orders to add up to.
        "orders": _json_values(of_orders, orders) if is_by_order else None,
        "rows": [_json_row(row, columns, of_expected) for row in report.rows],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _json_suspension(one: Withheld) -> dict[str, object]:
    """Why days are withheld: whose data of what are suspended, from when, until when if known."""
    suspension = one.suspension
    return {
        "source": suspension.source.code,
        "category": suspension.category and suspension.category.code,
        "first_on": suspension.first_on.isoformat(),
        "last_on": one.last_on and one.last_on.isoformat(),
        "reason": suspension.reason,
        "days": _iso(one.days),
    }


def _json_day(day: Day, shown: Coverage) -> dict[str, object]:
    return {
        "on": day.on.isoformat(),
        "state": day.state.value,
        "is_complete": day.is_complete and day.on not in {*shown.blank, *shown.stale},
        "is_running": day.is_running,
        "is_computed": day.on not in shown.blank,
        "is_stale": day.on in shown.stale,
    }


def _meaning(metric: Metric[Any], by: By) -> dict[str, str | int]:
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


def _json_samples(shown: Coverage) -> dict[str, object]:
    """Of which days how much was sent; nothing where that was everything."""
    samples = [
        {"ratio": sample.ratio, "days": [_iso(span) for span in sample.spans]}
        for sample in shown.samples
    ]
    return {"samples": samples, "confidence_percent": 95} if samples else {}


def _json_values(columns: Iterable[Metric[Of]], facts: Of | None) -> dict[str, Any]:
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


def _json_change(change: Restatement) -> dict[str, Any]:
    """Why a day changed is told by number and act: a name is not of then."""
    return {
        "on": change.on.isoformat(),
        "at": change.at.astimezone(UTC).isoformat(),
        "batch": change.batch_id,
        "act": change.act,
        "old": change.old,
        "new": change.new,
        "samples": change.ratios,
    }


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
    row: Row, columns: Iterable[Metric[Sums]], of_expected: Iterable[Metric[Expected]]
) -> dict[str, Any]:
    label = {"key": row.label.key, "name": row.label.text, "detail": row.label.detail}
    values = _json_values([row.metric(metric) for metric in columns], row.sums)
    return label | values | _json_values(of_expected, row.expected)


def _exact(metric: Metric[Of], value: metrics.Value) -> int | str | None:
    """A sum in whole units, a ratio as a fraction."""
    if value is None or isinstance(value, int):
        return value
    return str(value) if metric.statistic == Statistic.RATIO else round(value)


def _bound(metric: Metric[Of], value: metrics.Value) -> int | str | None:
    """A bound of a sum in whole units, of a ratio with six decimals."""
    is_ratio = value is not None and metric.statistic == Statistic.RATIO
    return printing.decimal_of(value) if is_ratio else _exact(metric, value)
