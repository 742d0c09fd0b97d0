"""Tables as workbooks: what opens them finds text as text, amounts as numbers, and every row."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts import audit
from portal.accounts.models import Team, User
from portal.ui import workbooks
from portal.ui.tests.test_exports import ClientOf

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "{=1}", "https://evil.example/", "mailto:a@b.c",
    "internal:Sheet1!A1", "file:///etc/passwd", "\t=1", "a\x01b", "0012345678901234567890",
]  # fmt: skip


def opened(content: bytes) -> list[list[Any]]:
    """The cells of a workbook as a stranger's reader has them."""
    [sheet] = load_workbook(BytesIO(content)).worksheets
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def book_of(*rows: list[object]) -> bytes:
    return b"".join(workbooks.parts([["Head"], *rows]))


def _cell(value: object) -> list[object]:
    return [value]


def test_text_is_text_whatever_it_looks_like() -> None:
    content = book_of(*map(_cell, HOSTILE))
    [sheet] = load_workbook(BytesIO(content)).worksheets
    cells = [cell for (cell,) in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(HOSTILE)
    assert [cell.value for cell in cells if "\x01" not in HOSTILE[cell.row - 2]] == [
        text for text in HOSTILE if "\x01" not in text
    ]


def test_amounts_and_counts_are_numbers_that_add_up_and_long_ids_are_not() -> None:
    row = [Decimal("-1234.50"), 7, Decimal("0.333333"), 10**15 - 1, 10**15 + 1, None, True]
    [_, found] = opened(book_of(row))
    assert found == [-1234.5, 7, 0.333333, 10**15 - 1, str(10**15 + 1), None, "True"]


def test_the_same_rows_are_the_same_bytes() -> None:
    assert book_of(["a", 1]) == book_of(["a", 1])
    assert ZipFile(BytesIO(book_of(["a"]))).testzip() is None


def test_what_a_sheet_cannot_hold_goes_to_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    book = load_workbook(BytesIO(book_of(["a"], ["b"], ["c"], ["x" * 40_000])))
    found = [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets]
    assert found == [["Head", "a", "b"], ["Head", "c", "x" * workbooks.MOST_LETTERS]]


def test_a_list_is_a_workbook_with_the_rows_of_its_csv(
    team: Team, alice: User, client_of: ClientOf
) -> None:
    audit.record("boost.edited", team, by=alice, team=team, reason="=1+1")
    client: Client = client_of(alice)
    url = reverse("accounts:team-audit", args=[team.pk])
    page = client.get(url).content.decode()
    assert "?export=xlsx" in page
    answer: Any = client.get(url, {"export": "xlsx", "verb": "boost.edited"})
    assert answer["Content-Type"] == workbooks.XLSX
    assert answer["Content-Disposition"] == 'attachment; filename="audit.xlsx"'
    head, row = opened(b"".join(answer.streaming_content))
    assert dict(zip(head, row, strict=True))["Reason"] == "=1+1"
