"""Tables as CSV files."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_tables2.rows import BoundRow

from portal.ui.tables import PortalTable

CHUNK = 2000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_response(table: PortalTable, name: str) -> StreamingHttpResponse:
    """All rows of `table`, streamed; the byte order mark lets Excel read Chinese."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([_safe(value) for value in row]) for row in _rows(table))
    response = StreamingHttpResponse(_with_mark(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


def _rows(table: PortalTable) -> Iterator[list[Any]]:
    names = [
        column.name
        for column in table.columns
        if column.visible and not column.column.exclude_from_export
    ]
    yield [table.columns[name].header for name in names]
    data = table.data.data
    records = data.iterator(chunk_size=CHUNK) if isinstance(data, QuerySet) else data
    for record in records:
        row = BoundRow(record, table)
        yield [row.get_cell_value(name) for name in names]


def _safe(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float) or hasattr(value, "as_tuple"):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
