"""Tables as CSV files."""

import csv
from collections.abc import Iterable, Iterator

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
    """All rows of `table`, streamed."""
    return csv_file(csv_lines(_rows(table)), name)


def csv_lines(rows: Iterable[list[object]]) -> Iterator[str]:
    """`rows` as lines of CSV that are safe to open in a spreadsheet."""
    writer = csv.writer(_Echo())
    return (writer.writerow([_safe(value) for value in row]) for row in rows)


def csv_file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """`lines` as a download, streamed; the byte order mark lets Excel read Chinese."""
    response = StreamingHttpResponse(_with_mark(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


def _rows(table: PortalTable) -> Iterator[list[object]]:
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


def _safe(value: object) -> object:
    """A cell that no spreadsheet runs as a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float) or hasattr(value, "as_tuple"):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
