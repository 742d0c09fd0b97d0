"""Reports as files: every column names its metric, every line its model, window and days."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.ui import exports
from reports.answers.answer import Report
from reports.answers.columns import maturity_columns
from reports.answers.coverage import spans
from reports.answers.day_states import DayState
from reports.answers.maturity_words import percent
from reports.answers.question import By
from reports.answers.rows import Row
from reports.metrics import printing
from reports.metrics.registry import Metric, Unit
from reports.metrics.sums import Sums

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
    is_sampled = bool(report.coverage.samples)
    heads = [head for metric in shown for head in _heads(metric, by, is_sampled=is_sampled)]
    sampled = [pgettext("column", "Sampling ratio")] if is_sampled else []
    of_expected = maturity_columns(report.question)
    heads += [_header(metric, by) for metric in of_expected]
    yield [*_keys(), *heads, *sampled, *_asked()]
    for row in rows:
        values = [
            value for metric in shown for value in _values(metric, row, is_sampled=is_sampled)
        ]
        values += [printing.plain(metric.of(row.expected), metric.unit) for metric in of_expected]
        ratios = [_ratios(row, shown)] if is_sampled else []
        yield [row.label.key, row.label.text, row.label.detail, *values, *ratios, *asked]


def _heads(metric: Metric[Sums], by: By, *, is_sampled: bool) -> list[str]:
    """The header of a metric; where days were sampled, of its bounds, too."""
    head = _header(metric, by)
    if not is_sampled:
        return [head]
    name, code = head.removesuffix(f" [{metric.code}]"), metric.code
    low = _("%(metric)s, 95%% interval from") % {"metric": name}
    high = _("%(metric)s, 95%% interval to") % {"metric": name}
    return [head, f"{low} [{code}_low]", f"{high} [{code}_high]"]


def _values(metric: Metric[Sums], row: Row, *, is_sampled: bool) -> list[object]:
    """The value of a metric and, where days were sampled, its bounds: they are the value itself
    where everything was counted, and empty where nothing is known."""
    metric = row.metric(metric)
    written = printing.plain(metric.of(row.sums), metric.unit)
    if not is_sampled:
        return [written]
    low, high = printing.bounds_of(metric, row.sums)
    return [written, *(printing.plain(bound, metric.unit) for bound in (low, high))]


def _ratios(row: Row, shown: Iterable[Metric[Sums]]) -> str:
    """The ratios that the estimates of a row rest on, such as “0.5”."""
    found = {one for metric in shown for one in printing.ratios_of(row.metric(metric), row.sums)}
    return " ".join(printing.decimal_of(ratio) for ratio in sorted(found))


def _header(metric: Metric[Any], by: By) -> str:
    unit = f" ({_UNIT_SIGN[metric.unit]})" if _UNIT_SIGN[metric.unit] else ""
    return f"{by.heading(metric)}{unit} [{metric.code}]"


def _keys() -> list[str]:
    return [pgettext("row", "Key"), _("Broken down by"), _("Detail")]


def _asked() -> list[str]:
    return [
        _("Model"), _("Window in days"), _("First day"), _("Last day"), _("Time base"),
        _("Complete"), _("Completeness in %"),
        *(f"{state.label} ({state})" for state in DayState), _("Withheld because"),
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
        " / ".join(one.sentence for one in shown.suspensions),
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
