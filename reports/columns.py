"""The columns of report tables: names from the registry, values exact."""

from typing import Any

import django_tables2
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui.columns import NumberColumn
from reports import printing
from reports.metrics import Metric
from reports.report.labels import Label


class LabelColumn(django_tables2.Column):
    """What a row stands for: its name, a second line, and the way to its own page."""

    def render(self, record: dict[str, Any]) -> SafeString:
        label: Label = record["row"].label
        name = label.text
        if label.url:
            name = format_html('<a href="{}">{}</a>', label.url, label.text)
        if not label.detail:
            return format_html("{}", name)
        return format_html('{}<div class="text-secondary small">{}</div>', name, label.detail)


class MetricColumn(NumberColumn):
    """Values of one metric. The header points to the definition in the page's glossary.

    `of_total` computes the foot from the table's `sums`.
    """

    def __init__(self, metric: Metric[Any], **kwargs: Any) -> None:
        self.metric = metric
        described = {"data-metric": metric.code, "aria-describedby": f"metric-{metric.code}"}
        attrs = {
            "th": {"class": "text-end", **described},
            "td": {"class": "text-end text-nowrap tabular"},
            "tf": {"class": "text-end text-nowrap tabular"},
        }
        super().__init__(attrs=attrs, empty_values=(), initial_sort_descending=True, **kwargs)

    @property
    def header(self) -> str:
        return self.metric.name

    def render(self, value: Any) -> str:
        return printing.text(value, self.metric.unit)

    def render_footer(self, table: Any) -> str:
        return printing.text(self.metric.of(table.sums), self.metric.unit)
