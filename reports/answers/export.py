"""Reports as files: every column names its metric, every line its model, window and days."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.ui import exports
from reports.answers import counted_days, provenance, worth_words
from reports.answers.answer import Report
from reports.answers.columns import maturity_columns
from reports.answers.day_states import Day
from reports.answers.doubts import Doubt, codes, doubts_of
from reports.answers.maturity_words import percent
from reports.answers.question import By
from reports.answers.rows import Row
from reports.metrics import printing
from reports.metrics.registry import Metric, Unit
from reports.metrics.sums import Sums
from reports.sources.accuracy import NOT_ACCURACY

_UNIT_SIGN = {Unit.COUNT: "", Unit.MICRO: "", Unit.FEN: "¥", Unit.SHARE: "", Unit.TIMES: "×"}


def csv_lines(report: Report, rows: Iterable[Row]) -> Iterator[str]:
    """`rows` of `report` as lines of CSV, the header first.

    A metric's header is its name, its unit and its code in brackets; its values are exact. Unknown
    values and days that are not computed are empty; behind a sum of money stands how many
    conversions of unknown value are not in it.
    """
    return exports.csv_lines(table(report, rows))


def table(report: Report, rows: Iterable[Row]) -> Iterator[list[object]]:
    """`rows` of `report` as cells, the header first; see `csv_lines`."""
    shown, by = report.columns_in_files, report.question.by
    in_all = percent(report.maturity.whole) if report.question.is_by_touch else None
    counted = counted_days.in_cell(report.facts, report.told)
    asked = provenance.cells(
        report.question, report.coverage, report.not_connected, in_all, counted=counted
    )
    is_sampled = bool(report.coverage.samples)
    heads = [head for metric in shown for head in heads_of(metric, by, is_sampled=is_sampled)]
    of_expected = maturity_columns(report.question)
    heads += [header_of(metric, by) for metric in of_expected]
    whole = _("Share of all rows that is in, in %")
    heads += sample_columns(is_sampled=is_sampled)
    heads += [_("State"), _("Final from")] if by == By.DAY else []
    heads += [_("Assumed")] if report.facts.worth.is_any else []
    heads += [_("Campaign")] if report.question.campaign else []
    assumed = [worth_words.in_cell(report.facts)] if report.facts.worth.is_any else []
    assumed += [report.question.campaign.name] if report.question.campaign else []
    yield [*key_columns(), *heads, *provenance.columns(whole)]
    for row in rows:
        values = [
            value
            for metric in shown
            for value in values_of(row.metric(metric), row.sums, is_sampled=is_sampled)
        ]
        values += [printing.plain(metric.of(row.expected), metric.unit) for metric in of_expected]
        if is_sampled:
            found = [(row.metric(metric), row.sums) for metric in shown]
            values += sample_cells(found, doubts_of(row.sums, row.lacking))
        if row.day:
            values += _state_cells(row.day.day)
        yield [row.label.key, row.label.text, row.label.detail, *values, *assumed, *asked]


def heads_of(metric: Metric[Sums], by: By, *, is_sampled: bool) -> list[str]:
    """The header of a metric; where days were sampled, of its bounds, too."""
    head = header_of(metric, by)
    if not is_sampled:
        return [head]
    name, code = head.removesuffix(f" [{metric.code}]"), metric.code
    low = _("%(metric)s, 95%% interval from") % {"metric": name}
    high = _("%(metric)s, 95%% interval to") % {"metric": name}
    return [head, f"{low} [{code}_low]", f"{high} [{code}_high]"]


def values_of(metric: Metric[Sums], sums: Sums | None, *, is_sampled: bool) -> list[object]:
    """The value of a metric and, where days were sampled, its bounds: they are the value itself
    where everything was counted, and empty where nothing is known."""
    written = printing.plain(metric.of(sums), metric.unit)
    if not is_sampled:
        return [written]
    low, high = printing.bounds_of(metric, sums)
    return [written, *(printing.plain(bound, metric.unit) for bound in (low, high))]


def _state_cells(day: Day) -> list[object]:
    """The state of a day, and from when on it is final; other rows are of days in several states,
    which stand in every line as spans."""
    return [day.state.value, provenance.final_from(day)]


def sample_columns(*, is_sampled: bool) -> list[str]:
    """What a file says of a row's samples, where days were sampled."""
    ratio = f"{pgettext('column', 'Sampling ratio')} ({NOT_ACCURACY})"
    return [ratio, _("Warnings")] if is_sampled else []


def sample_cells(
    counted: Iterable[tuple[Metric[Sums], Sums | None]], doubts: Iterable[Doubt]
) -> list[object]:
    """The ratios that the estimates of a row rest on, such as “0.5”, and what to bear in mind of
    its money."""
    ratios = {one for metric, sums in counted for one in printing.ratios_of(metric, sums)}
    return [" ".join(printing.decimal_of(ratio) for ratio in sorted(ratios)), codes(doubts)]


def header_of(metric: Metric[Any], by: By) -> str:
    """The name of a column, its unit, and its code in brackets."""
    unit = f" ({_UNIT_SIGN[metric.unit]})" if _UNIT_SIGN[metric.unit] else ""
    return f"{by.heading(metric)}{unit} [{metric.code}]"


def key_columns() -> list[str]:
    return [pgettext("row", "Key"), _("Broken down by"), _("Detail")]


def file_name(report: Report) -> str:
    """A name that tells the question, without extension."""
    return f"{provenance.in_name(report.question)}_by_{report.question.by}"
