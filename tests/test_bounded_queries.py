"""A page asks as often for six rows of what it lists as for one, whether it is read or exported."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.ui.tables import PortalTable
from tests.list_table import LISTS, Listed, table
from tests.permission_table import ROWS, Row, address

ClientOf = Callable[[User], Client]
Cast = dict[str, User | None]
MOST_QUERIES = 30


def _client(user: User | None, client_of: ClientOf) -> Client:
    return client_of(user) if user else Client()


def _ask(client: Client, url: str) -> tuple[Any, int]:
    """The answer read to its end, and how many queries it took."""
    with CaptureQueriesContext(connection) as asked:
        answer: Any = client.get(url)
        _content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, url
    if url.partition("?")[0].endswith(("/boosts/", "/listings/")):
        assert not [one["sql"] for one in asked if _loads_texts(one["sql"])], url
    return answer, len(asked)


def _loads_texts(sql: str) -> bool:
    """Whether it loads the texts of notes; one note by itself is asked for with a limit of 21."""
    return '"merchants_note"."text"' in sql and not sql.endswith("LIMIT 21")


def _ask_in_every_way(client: Client, url: str) -> tuple[Any, list[int]]:
    """The page, and how many queries it took: read and, where it can be, exported."""
    page, read = _ask(client, url)
    if not page.context.get("export_name"):
        return page, [read]
    export = f"{url}{'&' if '?' in url else '?'}export=csv"
    return page, [read, _ask(client, export)[1]]


def _grown(
    listed: Listed, world: dict[str, Any], cast: Cast, client_of: ClientOf
) -> tuple[list[int], list[int]]:
    """How many queries the page takes with one new row, and with as many as it shows of six."""
    client, things = _client(cast[listed.persona], client_of), {**world, **cast}
    url = address(listed, things) + listed.query
    listed.make(things, 0)
    client.get(url)
    page, of_one = _ask_in_every_way(client, url)
    before = listed.shown(page.context)
    assert before > 0
    for number in range(1, listed.most):
        listed.make(things, number)
    page, of_six = _ask_in_every_way(client, url)
    assert listed.shown(page.context) >= before + listed.most - 1
    return of_one, of_six


@pytest.mark.parametrize("listed", LISTS, ids=str)
def test_six_rows_take_no_more_queries_than_one(
    listed: Listed, world: dict[str, Any], cast: Cast, client_of: ClientOf
) -> None:
    of_one, of_six = _grown(listed, world, cast, client_of)
    assert all(six <= one for one, six in zip(of_one, of_six, strict=True)), (of_one, of_six)
    assert of_six[0] <= MOST_QUERIES


def test_a_list_that_looks_its_rows_up_one_by_one_is_noticed(
    world: dict[str, Any], cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    [listings] = [listed for listed in LISTS if listed.url_name == "merchants:listing-list"]
    monkeypatch.setattr(QuerySet, "select_related", lambda rows, *names: rows)
    of_one, of_six = _grown(listings, world, cast, client_of)
    assert all(six > one for one, six in zip(of_one, of_six, strict=True)), (of_one, of_six)


def _is_a_list(row: Row, world: dict[str, Any], cast: Cast, client_of: ClientOf) -> bool:
    """Whether the page of the row is answered by `table_page`, to somebody who may see it."""
    if not row.reader:
        return False
    answer: Any = _client(cast[row.reader], client_of).get(address(row, world) + row.query)
    return isinstance((answer.context or {}).get("table"), PortalTable)


def test_every_list_has_an_entry(world: dict[str, Any], cast: Cast, client_of: ClientOf) -> None:
    """The table of permissions holds every URL of the resolver."""
    found = {row.url_name for row in ROWS if _is_a_list(row, world, cast, client_of)}
    assert found == {listed.url_name for listed in LISTS if listed.shown is table}
