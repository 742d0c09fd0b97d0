"""Tables as CSV files."""

import csv
import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django_tables2.columns import BoundColumn, Column
from django_tables2.utils import Accessor

from portal.ui import prepared, turning
from portal.ui.tables import PortalTable

CHUNK = 2000
CSV = "text/csv; charset=utf-8"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_response(request: HttpRequest, table: PortalTable, name: str) -> HttpResponseBase:
    """All rows of `table`, as `csv_file` answers them."""
    return csv_file(request, csv_lines(_rows(table)), name, rows=count_of(table))


def csv_lines(rows: Iterable[list[object]]) -> Iterator[str]:
    """`rows` as lines of CSV that are safe to open in a spreadsheet."""
    writer = csv.writer(_Echo())
    return (writer.writerow([_safe(value) for value in row]) for row in rows)


def csv_file(
    request: HttpRequest, lines: Iterator[str], name: str, *, rows: int
) -> HttpResponseBase:
    """`lines` as a download, streamed; the byte order mark lets Excel read Chinese.

    Of more than `prepared.MOST_ROWS` rows a file is prepared, and the answer leads to it: then no
    line is asked for.
    """
    if prepared.is_due(request, rows):
        return prepared.answer(request, name)
    response = StreamingHttpResponse(_with_mark(lines), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def count_of(table: PortalTable) -> int:
    """How many rows `table` has, counted no further than has to be known."""
    if table.is_long:
        return turning.MOST_COUNTED + 1
    rows = table.data.data
    if isinstance(rows, QuerySet) and rows.query.combinator:
        return rows.order_by()[: prepared.MOST_ROWS + 1].count()
    return len(table.data)


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


def _rows(table: PortalTable) -> Iterator[list[object]]:
    columns = [
        column
        for column in table.columns
        if column.visible and not column.column.exclude_from_export
    ]
    yield [column.header for column in columns]
    cells = [Cell(column, table) for column in columns]
    for record in _records(table):
        yield [cell.of(record) for cell in cells]


def _records(table: PortalTable) -> Iterator[Any]:
    rows = table.data.data
    if not isinstance(rows, QuerySet):
        return iter(rows)
    if table.is_long and (keys := turning.keys_of(rows)):
        return turning.every(rows, keys, size=CHUNK)
    return rows.iterator(chunk_size=CHUNK)


class Cell:
    """The values of one column. What a row of the table would find out for each of its cells is
    found out here once: where the value stands, whether it has a label, and what a file shows."""

    def __init__(self, column: BoundColumn, table: PortalTable) -> None:
        self.empty = column.column.empty_values
        self.path = Accessor(column.accessor)
        self.is_near = len(self.path.bits) == 1
        self.shown = column.value
        if type(column.column).value is Column.value and self.shown == column.column.value:
            # The column's own answer is what its page shows.
            self.shown = column.render
        takes = inspect.signature(self.shown).parameters
        known = {"column": column.column, "bound_column": column, "table": table}
        self.known = {name: known[name] for name in known if name in takes}
        self.takes_value, self.takes_record = "value" in takes, "record" in takes

    def of(self, record: Any) -> Any:
        """The value of the column for `record`; None where there is none."""
        value = self._found(record)
        if value in self.empty:
            return None
        given = dict(self.known)
        if self.takes_value:
            given["value"] = value
        if self.takes_record:
            given["record"] = record
        return self.shown(**given)

    def _found(self, record: Any) -> Any:
        # The library's way to what stands on the row itself would take most of a long file's time.
        is_near = self.is_near and isinstance(record, Model)
        owner, name = (record, self.path) if is_near else self.path.penultimate(record)
        if isinstance(owner, Model) and _has_labels(type(owner), name):
            return getattr(owner, f"get_{name}_display")()
        try:
            if is_near and not callable(value := getattr(record, name, None)):
                return value
            return self.path.resolve(record)
        except (ValueError, AttributeError, ObjectDoesNotExist):
            return None


@cache
def _has_labels(model: type[Model], name: str) -> bool:
    try:
        return bool(getattr(model._meta.get_field(name), "choices", None))
    except FieldDoesNotExist:
        return False


def _safe(value: object) -> object:
    """A cell that no spreadsheet runs as a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float) or hasattr(value, "as_tuple"):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
