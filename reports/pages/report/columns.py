"""The columns of report tables: names from the registry, values exact."""

from typing import Any

import django_tables2
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal import words
from portal.ui import formats
from portal.ui.columns import NumberColumn, two_lines
from portal.ui.html import escaped
from reports.answers import day_words, maturity_words
from reports.answers.columns import counts_assists
from reports.answers.counted_days import counted_days
from reports.answers.coverage import ToldDay
from reports.answers.labels import Label
from reports.answers.question import By
from reports.answers.rows import Row
from reports.attribution.choices import Model
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import MICRO, Expected, Sums


class LabelColumn(django_tables2.Column):
    """What a row stands for: its name, a second line, and the way to its own page."""

    def render(self, record: dict[str, Any]) -> SafeString:
        label: Label = record["row"].label
        name = label.text
        if label.url:
            name = format_html('<a href="{}">{}</a>', label.url, label.text)
        below = self.below(record["row"])
        return two_lines(name, below) if below else format_html("{}", name)

    def below(self, row: Any) -> str:
        """The second line."""
        label: Label = row.label
        return label.detail


class RowColumn(LabelColumn):
    """The same of a row of a breakdown: below a day stands its state, on a phone too."""

    def below(self, row: Row) -> str:
        return _state(row.day) if row.day else super().below(row)


def _state(told: ToldDay) -> SafeString:
    """The state as a badge, and what else is to be known of the day."""
    words_of_day = format_html_join("", " · {}", ((one,) for one in day_words.beside(told)))
    return formats.badge(told.day.state.colour, told.day.state.label) + words_of_day


# Ratios of what is still to come in while windows run.
_MATURING = {
    metric.code
    for metric in (
        *metrics.BY_TOUCH_DAY,
        *metrics.BROUGHT,
        *metrics.BROUGHT_FOR_ALL,
        *metrics.WORTH,
    )
}
_NUMBERS = {"class": "text-end text-nowrap tabular"}
_ATTRS = {"th": {"class": "text-end"}, "td": _NUMBERS, "tf": _NUMBERS}


def not_connected() -> SafeString:
    """The dash of a number that nobody sends, which says so when it is hovered or read out."""
    return format_html(
        # What is hidden is placed within the cell: else it makes the page as wide as the table.
        '<span class="position-relative" title="{0}">'
        '{1}<span class="visually-hidden"> {0}</span></span>',
        _("not connected"),
        words.NOTHING,
    )


class MetricColumn(NumberColumn):
    """Values of one metric. The header points to the definition in the page's glossary, and says
    where the rows of `by` share what is counted.

    The foot is made of the table's `sums`.
    """

    def __init__(self, metric: Metric[Sums], by: By, **kwargs: Any) -> None:
        self.metric, self.by = metric, by
        described = {"data-metric": metric.code, "aria-describedby": f"metric-{metric.code}"}
        attrs = {**_ATTRS, "th": {"class": "text-end", **described}}
        super().__init__(attrs=attrs, empty_values=(), initial_sort_descending=True, **kwargs)

    @property
    def header(self) -> str:
        return self.by.heading(self.metric)

    def render(self, value: metrics.Value, record: dict[str, Any], table: Any) -> str:
        row = record["row"]
        metric = row.metric(self.metric)
        if metric.lacking:
            return not_connected()
        told = self._told(metric, value, row.sums, table)
        return self._with_share(told, row.expected)

    def render_footer(self, table: Any) -> str:
        if self.metric.lacking:
            return not_connected()
        if not self.by.shares(self.metric):
            told = self._told(self.metric, self.metric.of(table.sums), table.sums, table)
            return self._with_share(self._with_days(told, table), table.expected)
        if table.sums_page:
            # Rows of a page share what the rows of the next do, too.
            return words.NOTHING
        doubt = printing.between(self.metric.estimate(table.sums), self.metric.unit)
        below = " · ".join(part for part in (_("each once"), doubt, self._days(table)) if part)
        return two_lines(self._written(self.metric.of(table.sums), table), below)

    def _days(self, table: Any) -> str:
        """On which days alone the sum counts."""
        counted = counted_days(table.data.data.facts, self.metric)
        return str(counted) if counted else ""

    def _with_days(self, told: str, table: Any) -> str:
        days = self._days(table)
        return two_lines(told, days) if days else told

    def _told(
        self, metric: Metric[Sums], value: metrics.Value, sums: Sums | None, table: Any
    ) -> str:
        """The value, and below it what to know of it, such as between which bounds it is."""
        written = self._written(value, table)
        missing = printing.beside(metric, sums, is_sampled=table.is_sampled)
        return two_lines(written, missing) if missing else written

    def _with_share(self, told: str, expected: Expected) -> str:
        """A ratio to reads or costs, and below it the share that is in while that is not all."""
        share = maturity_words.share_below_all(expected)
        return two_lines(told, share) if share and self.metric.code in _MATURING else told

    def _written(self, value: metrics.Value, table: Any) -> str:
        """The value with the decimals of its column; what they leave out is read on hover."""
        unit = self.metric.unit
        shown = printing.text(value, unit, table.digits[self.metric.code])
        is_rounded = unit == metrics.Unit.MICRO and value is not None and value % (MICRO // 100)
        if not is_rounded:
            return shown
        exact = escaped(printing.text(value, unit))
        return SafeString(f'<span title="{exact}">{escaped(shown)}</span>')


class ExpectedColumn(django_tables2.Column):
    """What is expected and not counted: the share that is in, or orders with their bounds below."""

    def __init__(self, metric: Metric[Expected], **kwargs: Any) -> None:
        self.metric = metric
        described = {"data-metric": metric.code, "aria-describedby": f"metric-{metric.code}"}
        attrs = {**_ATTRS, "th": {"class": "text-end", **described}}
        super().__init__(attrs=attrs, empty_values=(), orderable=False, **kwargs)

    @property
    def header(self) -> str:
        return self.metric.name

    def render(self, record: dict[str, Any]) -> str:
        expected: Expected = record["row"].expected
        written = maturity_words.told(self.metric, expected)
        is_wide = expected.orders is not None and expected.low != expected.high
        if self.metric != metrics.EXPECTED_ORDERS or not is_wide:
            return written
        return two_lines(written, maturity_words.bounds(expected))

    def render_footer(self, table: Any) -> str:
        """The share of all rows; orders that are expected of days do not add up."""
        if self.metric != metrics.SHARE_IN:
            return words.NOTHING
        return maturity_words.told(self.metric, table.expected)


class ModelColumn(NumberColumn):
    """What one model credits: GMV, the orders below it, and those to which it credits nothing."""

    def __init__(self, model: Model) -> None:
        self.model = model
        super().__init__(attrs=_ATTRS, initial_sort_descending=True, empty_values=())

    @property
    def header(self) -> str:
        return str(self.model.label)

    def render(self, value: Sums, record: dict[str, Any], table: Any) -> str:
        row = record["row"]
        return self._told(value, row.metric(metrics.ORDERS), row.metric(metrics.GMV), table)

    def _told(self, value: Sums, orders: Metric[Sums], worth: Metric[Sums], table: Any) -> str:
        if orders.lacking:
            return not_connected()
        gmv = printing.told(worth, value)
        digits = table.digits[self.model.value]
        written = printing.text(orders.of(value), orders.unit, digits)
        doubt = printing.between(orders.estimate(value), orders.unit)
        credited = two_lines(gmv, f"{written} ({doubt})" if doubt else written)
        has_assists = counts_assists(table.data.data.facts.question, self.model)
        return self._assisted(credited, value) if has_assists else credited

    def _assisted(self, credited: str, sums: Sums) -> str:
        """Beside what is credited, and never in one number with it."""
        told = _("assisted %(orders)s") % {"orders": printing.estimated(metrics.ASSISTED, sums)}
        return two_lines(credited, told)

    def render_footer(self, table: Any) -> str:
        rows = table.data.data
        orders, worth = map(rows.facts.metric, (metrics.ORDERS, metrics.GMV))
        return self._told(rows.totals[self.model], orders, worth, table)
