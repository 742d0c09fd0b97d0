"""Tables as CSV: every row that was found, exact, and nothing that a spreadsheet would run."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts import audit
from portal.accounts.models import Team, User
from portal.ui import exports

ClientOf = Callable[[User], Client]


def lines(content: Iterator[bytes]) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(content).decode("utf-8-sig"))))


def exported(client: Client, team: Team, **query: str) -> list[dict[str, str]]:
    """The team's audit log as a spreadsheet reads it, a dict per line."""
    url = reverse("accounts:team-audit", args=[team.pk])
    answer: Any = client.get(url, {"export": "csv", **query})
    header, *rows = lines(answer.streaming_content)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_run_starts_with_an_apostrophe(
    start: str, team: Team, alice: User, client_of: ClientOf
) -> None:
    audit.record("boost.edited", team, by=alice, team=team, reason=f"{start}1")
    audit.record("boost.edited", team, by=alice, team=team, reason=f"1{start}1")
    reasons = [line["Reason"] for line in exported(client_of(alice), team, verb="boost.edited")]
    assert sorted(reasons) == sorted([f"'{start}1", f"1{start}1"])


def test_numbers_stay_numbers_and_what_is_unknown_is_empty() -> None:
    row = [-5, -0.5, Decimal("-1.25"), None, date(2026, 3, 2), "-5"]
    assert list(exports.csv_lines([row])) == ["-5,-0.5,-1.25,,2026-03-02,'-5\r\n"]


def test_all_rows_are_exported_and_only_those_that_were_asked_for(
    team: Team, alice: User, bob: User, client_of: ClientOf
) -> None:
    for number in range(60):
        audit.record("boost.edited", team, by=bob, team=team, reason=f"{number:02}")
    found = exported(client_of(alice), team, verb="boost.edited", page="2", sort="at")
    assert [line["Reason"] for line in found] == [f"{number:02}" for number in range(60)]
    assert {line["Who"] for line in found} == {"Bob"}


def test_a_file_has_a_name_a_type_and_the_mark_that_lets_excel_read_chinese(
    team: Team, alice: User, client_of: ClientOf
) -> None:
    url = reverse("accounts:team-audit", args=[team.pk])
    answer: Any = client_of(alice).get(url, {"export": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert b"".join(answer.streaming_content).startswith("\ufeffWhen,Who,".encode())


def test_a_column_of_buttons_is_left_out(admin: User, client_of: ClientOf) -> None:
    answer: Any = client_of(admin).get(reverse("campaigns:fund-list"), {"export": "csv"})
    [header] = lines(answer.streaming_content)
    assert "Action" not in header
