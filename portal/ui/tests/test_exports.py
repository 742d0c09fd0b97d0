"""Tables as CSV: every row that was found, exact, and nothing that a spreadsheet would run."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import django_tables2 as tables
import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts import audit
from portal.accounts.models import Team, User
from portal.ui import exports
from portal.ui.tables import PortalTable

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


class Names(PortalTable):
    """A table of whatever has a name."""

    name = tables.Column()


def names_of(answer: Any) -> list[str]:
    """The one column of an exported `Names`, without its header."""
    header, *rows = lines(answer.streaming_content)
    assert header == ["Name"]
    return [name for [name] in rows]


def test_a_long_list_is_read_in_portions(
    team: Team, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(exports, "CHUNK", 2)
    Team.objects.bulk_create(Team(name=f"{number}") for number in range(4))
    teams = Names(Team.objects.prefetch_related("memberships").order_by("name"))
    # The list is counted and asked for once, and the members three times: of two teams, of two, of
    # the last.
    with django_assert_num_queries(1 + 1 + 3):
        found = names_of(exports.table_response(RequestFactory().get("/"), teams, "teams"))
    assert found == ["0", "1", "2", "3", team.name]


def test_rows_that_are_no_queryset_are_exported_as_they_stand() -> None:
    rows = Names([{"name": "b"}, {"name": "a"}])
    assert names_of(exports.table_response(RequestFactory().get("/"), rows, "names")) == ["b", "a"]


def test_a_column_of_buttons_is_left_out(admin: User, client_of: ClientOf) -> None:
    answer: Any = client_of(admin).get(reverse("campaigns:fund-list"), {"export": "csv"})
    [header] = lines(answer.streaming_content)
    assert "Action" not in header
