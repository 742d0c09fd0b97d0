"""Reports as files: every column names its metric, every line its model, window and days."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.ui import exports
from reports.answers.answer import Report
from reports.answers.columns import maturity_columns
from reports.answers.coverage import Coverage, spans
from reports.answers.day_states import Day, DayState
from reports.answers.maturity import Maturity
from reports.answers.maturity_words import percent
from reports.answers.question import By
from reports.answers.rows import Row
from reports.attribution.restatements import Restatement
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric, Unit
from reports.metrics.sums import Expected, Sums

_UNIT_SIGN = {Unit.COUNT: "", Unit.MICRO: "", Unit.FEN: "¥", Unit.SHARE: ""}


def csv_lines(report: Report, rows: Iterable[Row]) -> Iterator[str]:
    """`rows` of `report` as lines of CSV, the header first.

    A metric's header is its name, its unit and its code in brackets; its values are exact. Unknown
    values and days that are not computed are empty; behind a sum of money stands how many
    conversions of unknown value are not in it.
    """
    return exports.csv_lines(_table(report, rows))


def _table(report: Report, rows: Iterable[Row]) -> Iterator[list[object]]:
    shown, asked, by = report.columns_in_files, _answers(report), report.question.by
    of_expected = maturity_columns(report.question)
    heads = [*(_header(metric, by) for metric in shown), *(_header(m, by) for m in of_expected)]
    yield [*_keys(), *heads, *_asked()]
    for row in rows:
        values = [printing.plain(row.of(metric), metric.unit) for metric in shown]
        values += [printing.plain(metric.of(row.expected), metric.unit) for metric in of_expected]
        yield [row.label.key, row.label.text, row.label.detail, *values, *asked]


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
        "total": {
            **{metric.code: _exact(metric.of(total)) for metric in columns},
            **{metric.code: _exact(metric.of(report.maturity.whole)) for metric in of_expected},
        },
        "maturity": _json_maturity(report.maturity) if question.is_by_touch else None,
        # What no touch earned has no day of a touch: by it there are no orders to add up to.
        "orders": {metric.code: _exact(metric.of(orders)) for metric in of_orders}
        if is_by_order
        else None,
        "rows": [_json_row(row, columns, of_expected) for row in report.rows],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


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
    }


def _json_change(change: Restatement) -> dict[str, Any]:
    """Why a day changed is told by number and act: a name is not of then."""
    return {
        "on": change.on.isoformat(),
        "at": change.at.astimezone(UTC).isoformat(),
        "batch": change.batch_id,
        "act": change.act,
        "old": change.old,
        "new": change.new,
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
                "credited_orders": cohort.counted_micro,
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
) -> dict[str, int | str | None]:
    values = {metric.code: _exact(row.of(metric)) for metric in columns}
    values |= {metric.code: _exact(metric.of(row.expected)) for metric in of_expected}
    return {"key": row.label.key, "name": row.label.text, "detail": row.label.detail, **values}


def _exact(value: metrics.Value) -> int | str | None:
    """An integer as it is, a ratio as a fraction."""
    return value if value is None or isinstance(value, int) else str(value)


def _header(metric: Metric[Any], by: By) -> str:
    unit = f" ({_UNIT_SIGN[metric.unit]})" if _UNIT_SIGN[metric.unit] else ""
    return f"{by.heading(metric)}{unit} [{metric.code}]"


def _keys() -> list[str]:
    return [pgettext("row", "Key"), _("Broken down by"), _("Detail")]


def _asked() -> list[str]:
    return [
        _("Model"), _("Window in days"), _("First day"), _("Last day"), _("Time base"),
        _("Complete"), _("Completeness in %"),
        *(f"{state.label} ({state})" for state in DayState),
        _("Not computed"), _("Out of date"), pgettext("column", "Runs"), _("Computed at"),
        pgettext("column", "Not connected"), _("Share of all rows that is in, in %"), _("As of"),
    ]  # fmt: skip


def _answers(report: Report) -> list[str | int | None]:
    asked, shown = report.question, report.coverage
    days = [asked.first_on.isoformat(), asked.last_on.isoformat()]
    return [
        asked.model,
        asked.window_days,
        *days,
        asked.time_base,
        pgettext("column", "yes") if shown.is_whole else pgettext("column", "no"),
        shown.states.percent,
        *(_spans(shown.states.of(state)) for state in DayState),
        _spans(shown.not_computed),
        _spans(shown.stale),
        " ".join(str(run.pk) for run in shown.runs),
        shown.computed_at.isoformat() if shown.computed_at else None,
        " ".join(metric.code for metric in report.not_connected),
        percent(report.maturity.whole) if asked.is_by_touch else None,
        asked.moment,
    ]


def _spans(days: Iterable[date]) -> str:
    """Days as spans: “2026-01-01/2026-01-03 2026-01-07”."""
    return " ".join(
        first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
        for first, last in spans(days)
    )


def file_name(report: Report) -> str:
    """A name that tells the question, without extension."""
    asked = report.question
    days = f"{asked.first_on.isoformat()}_{asked.last_on.isoformat()}"
    credit = f"{asked.model}_{asked.window_days}d_{asked.time_base}_day"
    return f"{asked.merchant.code}_{days}_{credit}_by_{asked.by}"
