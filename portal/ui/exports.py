"""Tables as files: CSV, or the workbook of a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from portal.ui import prepared, turning, workbooks
from portal.ui.cells import in_a_file
from portal.ui.tables import PortalTable

CHUNK = 2000
# So many rows are looked up at once.
PART = 500
CSV = "text/csv; charset=utf-8"
# What may be asked for by `?export=`: the suffix of the file, and its type.
TYPES = {"csv": CSV, "xlsx": workbooks.XLSX}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def is_asked(request: HttpRequest) -> bool:
    """Whether the address asks for a file of the list."""
    return request.GET.get("export") in TYPES


def table_response(request: HttpRequest, table: PortalTable, name: str) -> HttpResponseBase:
    """All rows of `table`, as `file_response` answers them."""
    return file_response(request, _rows(table), name, count=count_of(table))


def csv_lines(rows: Iterable[list[object]]) -> Iterator[str]:
    """`rows` as lines of CSV that are safe to open in a spreadsheet."""
    writer = csv.writer(_Echo())
    return (writer.writerow([_safe(value) for value in row]) for row in rows)


def file_response(
    request: HttpRequest, rows: Iterable[list[object]], name: str, *, count: int
) -> HttpResponseBase:
    """`rows`, the header first, as a download, streamed: a workbook where the address asks for one,
    else CSV, whose byte order mark lets Excel read Chinese.

    Of more than `prepared.MOST_ROWS` rows a file is prepared, and the answer leads to it: then no
    row is asked for.
    """
    if prepared.is_due(request, count):
        return prepared.answer(request, name)
    suffix = suffix_of(request.GET.get("export"))
    content: Iterable[str | bytes] = (
        workbooks.parts(rows) if suffix == "xlsx" else with_mark(csv_lines(rows))
    )
    if not prepared.is_marked(request):
        # An empty part tells whoever prepares a file how far it is; a server might end on it.
        content = filter(None, content)
    response = StreamingHttpResponse(content, content_type=TYPES[suffix])
    response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return response


def suffix_of(asked: str | None) -> str:
    """The suffix of the file that `?export=` asks for; CSV where it names none of ours."""
    return asked if asked in TYPES else "csv"


def count_of(table: PortalTable) -> int:
    """How many rows `table` has, counted no further than has to be known."""
    if table.is_long:
        return turning.MOST_COUNTED + 1
    rows = table.data.data
    if isinstance(rows, QuerySet) and rows.query.combinator:
        return rows.order_by()[: prepared.MOST_ROWS + 1].count()
    return len(table.data)


def with_mark(lines: Iterator[str]) -> Iterator[str]:
    """`lines` after the byte order mark by which Excel reads Chinese."""
    yield "\ufeff"
    yield from lines


def _rows(table: PortalTable) -> Iterator[list[object]]:
    columns = [
        column
        for column in table.columns.iterall()
        if column.visible or column.name in table.in_files
        if not column.column.exclude_from_export
    ]
    yield [column.header for column in columns]
    cells = [in_a_file(column, table) for column in columns]
    for record in _looked_up(table):
        yield [cell.of(record) for cell in cells]


def _looked_up(table: PortalTable) -> Iterator[Any]:
    """Its records; of a table that looks things up, part by part, each when it was looked up."""
    records = _records(table)
    if type(table).look_up is PortalTable.look_up:
        yield from records
        return
    while part := list(islice(records, PART)):
        table.look_up(part)
        yield from part


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
