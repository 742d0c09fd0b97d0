"""Rows as the workbook of a spreadsheet (XLSX).

Text stays text: no cell is a formula or a link, and an id keeps its zeros and its digits. Amounts
and counts are numbers, which add up.
"""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A sheet has no more rows, and a cell no more letters.
MOST_ROWS, MOST_LETTERS = 1 << 20, 32_767
# Spreadsheets keep numbers as doubles: what has more digits would be changed, and stays text.
_MOST_DIGITS = 15
_PART_BYTES = 1 << 16
# The same rows are the same bytes: a workbook says when it was made, and that is not a moment.
_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - as its format has it, without a zone


def parts(rows: Iterable[list[object]], *, made_at: datetime = _MADE_AT) -> Iterator[bytes]:
    """The workbook of `rows`, the header first, in parts.

    It is whole only when the last row is written: until then each row gives an empty part, which
    tells how far it is. Rows beyond those of a sheet go to the next one.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        yield from _write(path, iter(rows), made_at)
        with path.open("rb") as file:
            while part := file.read(_PART_BYTES):
                yield part


def _write(path: Path, rows: Iterator[list[object]], made_at: datetime) -> Iterator[bytes]:
    # Only who asks for a workbook waits for its import.
    from xlsxwriter import Workbook

    options = {"constant_memory": True, "tmpdir": str(path.parent), "in_memory": False}
    book = Workbook(path, options)
    book.set_properties({"created": made_at})
    formats = {"head": book.add_format({"bold": True}), "money": book.add_format({"num_format": 4})}
    head = next(rows, [])
    sheet, place = _sheet(book, head, formats), 1
    for row in rows:
        if place == MOST_ROWS:
            sheet, place = _sheet(book, head, formats), 1
        for column, value in enumerate(row):
            _put(sheet, place, column, value, formats)
        place += 1
        yield b""
    book.close()


def _sheet(book: Any, head: list[object], formats: dict[str, Any]) -> Any:
    sheet = book.add_worksheet()
    for column, title in enumerate(head):
        sheet.write_string(0, column, _text(title), formats["head"])
    sheet.freeze_panes(1, 0)
    return sheet


def _put(sheet: Any, row: int, column: int, value: object, formats: dict[str, Any]) -> None:
    """Write one cell by the type of its value; nothing where there is none."""
    if value is None or value == "":
        return
    if _stays_a_number(value):
        is_money = isinstance(value, Decimal) and -2 <= int(value.as_tuple().exponent) <= 0
        sheet.write_number(row, column, value, formats["money"] if is_money else None)
    else:
        sheet.write_string(row, column, _text(value))


def _stays_a_number(value: object) -> bool:
    """Whether a spreadsheet has the number exactly as we have it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    exact = Decimal(str(value))
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= _MOST_DIGITS


def _text(value: object) -> str:
    return str(value)[:MOST_LETTERS]
