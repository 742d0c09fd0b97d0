"""The tables of the report pages."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.ui.tables import PortalTable
from reports import metrics
from reports.columns import LabelColumn, MetricColumn
from reports.report.answers import Report, Row
from reports.sums import Sums


def records(report: Report) -> list[dict[str, Any]]:
    """The rows of a report as a table takes them: the row, its name, and a value per metric."""
    return [_record(row) for row in report.rows]


def _record(row: Row) -> dict[str, Any]:
    values = {metric.code: metric.of(row.sums) for metric in metrics.BREAKDOWN}
    return {"row": row, "name": row.label.text, **values}


class BreakdownTable(PortalTable):
    """One row per note, listing, boost, placement, marketplace or day; the foot is their sum."""

    name = LabelColumn(verbose_name=_("Name"), footer=_("Sum of these rows"))
    empty_title = _("Nothing happened on these days")
    empty_text = _("No note with a live listing was touched, and nothing was credited.")
    empty_icon = "chart-bar"

    class Meta(PortalTable.Meta):
        pass

    def __init__(self, data: Any, **kwargs: Any) -> None:
        columns = [(metric.code, MetricColumn(metric)) for metric in metrics.BREAKDOWN]
        super().__init__(data, extra_columns=columns, **kwargs)

    @cached_property
    def sums(self) -> Sums:
        """The exact sum of all rows of the table, on whatever page they are."""
        added = Sums()
        for record in self.data:
            added.add(record["row"].sums or Sums())
        return added
