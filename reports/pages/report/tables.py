"""The tables of the report pages."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.ui.tables import FIGURES, PortalTable
from reports.answers.answer import Report, Row
from reports.answers.side_by_side import Comparison, ModelsRow
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.sums import Sums
from reports.pages.report.columns import LabelColumn, MetricColumn, ModelColumn


def records(report: Report) -> list[dict[str, Any]]:
    """The rows of a report as a table takes them: the row, its name, and a value per metric."""
    return [_record(row) for row in report.rows]


def _record(row: Row) -> dict[str, Any]:
    values = {metric.code: metric.of(row.sums) for metric in metrics.BREAKDOWN}
    return {"row": row, "name": row.label.text, **values}


class ModelsTable(PortalTable):
    """One row per note or listing, one column per model: credited GMV, and orders below it."""

    name = LabelColumn(verbose_name=_("Broken down by"), footer=_("Sum of all rows"))
    empty_title = _("Nothing was credited on these days")
    empty_icon = "chart-bar"

    class Meta(PortalTable.Meta):
        attrs = FIGURES

    def __init__(self, data: list[dict[str, Any]], **kwargs: Any) -> None:
        columns = [(model.value, ModelColumn(model)) for model in Model]
        super().__init__(data, extra_columns=columns, **kwargs)


def compared(comparison: Comparison) -> list[dict[str, Any]]:
    """The rows of a comparison as ModelsTable takes them, by last touch, the highest first."""
    found = [_compared(row) for row in comparison.rows]
    return sorted(found, key=lambda row: row[f"{Model.LAST_TOUCH}_gmv"] or 0, reverse=True)


def _compared(row: ModelsRow) -> dict[str, Any]:
    worth = {f"{model}_gmv": metrics.GMV.of(sums) for model, sums in row.sums.items()}
    sums = {model.value: of_model for model, of_model in row.sums.items()}
    return {"row": row, "name": row.label.text, **sums, **worth}


class BreakdownTable(PortalTable):
    """One row per note, listing, boost, placement, marketplace or day; the foot is their sum."""

    name = LabelColumn(verbose_name=_("Broken down by"), footer=_("Sum of these rows"))
    empty_title = _("Nothing happened on these days")
    empty_text = _("No note with a live listing was touched, and nothing was credited.")
    empty_icon = "chart-bar"

    class Meta(PortalTable.Meta):
        attrs = FIGURES

    def __init__(self, data: list[dict[str, Any]], **kwargs: Any) -> None:
        columns = [(metric.code, MetricColumn(metric)) for metric in metrics.BREAKDOWN]
        super().__init__(data, extra_columns=columns, **kwargs)

    @cached_property
    def sums(self) -> Sums:
        """The exact sum of all rows of the table, on whatever page they are."""
        added = Sums()
        for record in self.data:
            added.add(record["row"].sums or Sums())
        return added
