"""Tables as CSV files."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from portal.ui import prepared, turning
from portal.ui.cells import in_a_file
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
    cells = [in_a_file(column, table) for column in columns]
    for record in _records(table):
        yield [cell.of(record) for cell in cells]


def _records(table: PortalTable) -> Iterator[Any]:
    rows = table.data.data
    if not isinstance(rows, QuerySet):
        return iter(rows)
    if table.is_long and (keys := turning.keys_of(rows)):
        return turning.every(rows, keys, size=CHUNK)
    return rows.iterator(chunk_size=CHUNK)


def _safe(value: object) -> object:
    """A cell that no spreadsheet runs as a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float) or hasattr(value, "as_tuple"):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
