"""The tables of the report pages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

import django_tables2 as tables
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tables2.data import TableData

from portal.ui import turning
from portal.ui.tables import FIGURES, PortalTable
from reports.answers.columns import columns, maturity_columns
from reports.answers.maturity import NOTHING
from reports.answers.rows import RankedRows, Row, Rows, SummedRows
from reports.answers.side_by_side import ModelsRow, ModelsRows
from reports.attribution.choices import MOST_DAYS, Model
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Expected, Sums
from reports.pages.report.columns import (
    ExpectedColumn,
    LabelColumn,
    MetricColumn,
    ModelColumn,
    RowColumn,
)

# What the foot of a table sums.
_ALL_ROWS, _ROWS_FOUND, _PAGE = (
    _("Sum of all rows"),
    _("Sum of the rows found"),
    _("Sum of this page"),
)


class ReportData(TableData):
    """The rows of a report as a table takes them: the row, its name, and a value per metric."""

    data: Rows

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self._record, self.data)

    def __getitem__(self, place: slice) -> list[dict[str, Any]]:
        return [self._record(row) for row in self.data[place]]

    def order_by(self, aliases: Sequence[str]) -> None:
        """By the first of the columns, as the address names it."""
        self.data = _in_order(self.data, aliases)

    def _record(self, row: Row) -> dict[str, Any]:
        values = {metric.code: row.of(metric) for metric in self.metrics}
        return {"row": row, "name": row.label.text, **values}

    @cached_property
    def metrics(self) -> Sequence[Metric[Sums]]:
        """The columns of the breakdown."""
        facts = self.data.facts
        shown = columns(self.data.question, facts.sides)
        return [facts.metric(metric) for metric in shown]


class RankedData(ReportData):
    """Rows of which there may be more than are counted."""

    data: RankedRows

    def counted(self) -> int | None:
        return self.data.counted()

    def turned(self, asked: MultiValueDict[str, str], *, size: int) -> turning.Page:
        page = self.data.turned(asked, size=size)
        return replace(page, rows=[self._record(row) for row in page.rows])


def report_data(rows: Rows) -> ReportData:
    """`rows` as a table takes them."""
    return RankedData(rows) if isinstance(rows, RankedRows) else ReportData(rows)


def _in_order(rows: Rows, aliases: Sequence[str]) -> Rows:
    for alias in aliases[:1]:
        metric = cast("Metric[Sums]", metrics.REGISTRY[alias.removeprefix("-")])
        return rows.in_order(metric, is_descending=alias.startswith("-"))
    return rows


class ComparedData(TableData):
    """The rows of a comparison as ModelsTable takes them."""

    data: ModelsRows

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, place: slice) -> list[dict[str, Any]]:
        return [_compared(row) for row in self.data[place]]

    def order_by(self, aliases: Sequence[str]) -> None:
        """By what the model of the first column credits."""
        for alias in aliases[:1]:
            model = Model(alias.removeprefix("-"))
            self.data = self.data.in_order(model, is_descending=alias.startswith("-"))


def _compared(row: ModelsRow) -> dict[str, Any]:
    sums = {model.value: of_model for model, of_model in row.sums.items()}
    return {"row": row, "name": row.label.text, **sums}


class ModelsTable(PortalTable):
    """One row per note or listing, one column per model: credited GMV, and orders below it."""

    name = LabelColumn(
        verbose_name=_("Broken down by"),
        footer=lambda table: _ROWS_FOUND if table.data.data.words else _ALL_ROWS,
        orderable=False,
    )
    empty_title = _("No row has a credit on these days")
    empty_text = _("Nothing of what has arrived for them was credited.")
    empty_icon = "chart-bar"

    class Meta(PortalTable.Meta):
        attrs = FIGURES

    def __init__(self, data: ComparedData, **kwargs: Any) -> None:
        columns = [(model.value, ModelColumn(model)) for model in Model]
        super().__init__(data, extra_columns=columns, **kwargs)

    @cached_property
    def digits(self) -> dict[str, int | None]:
        """How many decimals the orders of each model have, the same in all rows of the page and in
        the foot."""
        shown = [row.record for row in self.paginated_rows]
        totals = self.data.data.totals
        return {
            model.value: printing.digits_of(
                [
                    metrics.ORDERS.of(sums)
                    for sums in (totals[model], *(record[model.value] for record in shown))
                ],
                metrics.ORDERS.unit,
            )
            for model in Model
        }


class BreakdownTable(PortalTable):
    """One row per note, listing, boost, placement, marketplace or day; the foot says what it sums:
    all rows, those that words find, or, where these are more than are counted, those of the page.
    """

    name = RowColumn(
        verbose_name=_("Broken down by"),
        footer=lambda table: table.summed,
        orderable=False,
    )
    empty_title = _("There are no rows on these days")
    empty_text = _(
        "Nothing of what has arrived for them touched a note with a live listing, or was credited."
    )
    empty_icon = "chart-bar"

    # An order is one pass over the facts that it is made of.
    indexed = tuple(
        metric.code
        for metric in (
            *metrics.BREAKDOWN, *metrics.BY_TOUCH_DAY, *metrics.SPENDING, *metrics.BROUGHT,
            *metrics.OUTSIDE, *metrics.BROUGHT_FOR_ALL, *metrics.WORTH,
        )
    )  # fmt: skip

    class Meta(PortalTable.Meta):
        attrs = FIGURES

    def __init__(self, data: ReportData, **kwargs: Any) -> None:
        self.metrics, by = data.metrics, data.data.question.by
        question = data.data.question
        # While windows run the first thing to know of a row is how much of it is in.
        columns: list[tuple[str, tables.Column]] = [
            (metric.code, ExpectedColumn(metric))
            for metric in maturity_columns(question)
            if metric in (metrics.SHARE_IN, metrics.EXPECTED_ORDERS) and question.open_days
        ]
        columns += [(metric.code, MetricColumn(metric, by)) for metric in self.metrics]
        if isinstance(data.data, SummedRows):
            # A handful, or the days, which are the table beside the chart: all stand over the foot.
            self.page_size = MOST_DAYS
        super().__init__(data, extra_columns=columns, **kwargs)

    @property
    def expected(self) -> Expected:
        """What is expected of all rows; of some it is not known together."""
        rows = cast("SummedRows | RankedRows", self.data.data)
        return NOTHING if rows.is_found else rows.maturity.whole

    @cached_property
    def is_sampled(self) -> bool:
        """Whether anything of its rows is estimated from samples."""
        return cast("Rows", self.data.data).facts.sampling.is_any

    @property
    def summed(self) -> Promise:
        """What the foot sums, in words."""
        if self.sums_page:
            return _PAGE
        return _ROWS_FOUND if self.data.data.is_found else _ALL_ROWS

    @cached_property
    def digits(self) -> dict[str, int | None]:
        """How many decimals each metric has, the same in all rows of the page and in the foot."""
        shown = [row.record for row in self.paginated_rows]
        return {
            metric.code: printing.digits_of(
                [metric.of(self.sums), *(record[metric.code] for record in shown)], metric.unit
            )
            for metric in self.metrics
        }

    @property
    def sums_page(self) -> bool:
        """Whether the foot sums the rows of the page alone. Very many that are only some of all
        have no sum that is kept, and it would be made anew for each page."""
        return (
            isinstance(self.data, RankedData) and self.data.data.keys is not None and self.is_long
        )

    @cached_property
    def sums(self) -> Sums:
        """The exact sum of all rows of the table, on whatever page they are, or of the page."""
        if not self.sums_page:
            return cast("Rows", self.data.data).total
        return Sums.of(row.record["row"].sums for row in self.paginated_rows)
