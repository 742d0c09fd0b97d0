"""Merchants of the cast: made by the verbs once in a process, then put back row by row.

Nearly every second test begins with one, and making it takes some two hundred statements, which
were a quarter of the time of all tests. What is put back is what the verbs wrote, of the people of
this test, and as if they had written it just now. Tests that commit make their own, for jobs and
mails leave at the end of their transactions; so do tests where the platform has more people to
tell.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import DateTimeField, Model

from merchants.companies.models import Merchant
from merchants.links.models import Change
from portal import clock
from portal.accounts.models import User

Rows = dict[type[Model], dict[Any, dict[str, Any]]]


@dataclass(frozen=True)
class _Kept:
    """What a merchant is made of, and of whom and when it was made."""

    pk: int
    statements: str
    people: list[int]
    until: datetime


_kept: dict[str, _Kept] = {}


def merchant(name: str, people: list[User], make: Callable[[], Merchant]) -> Merchant:
    """The merchant `name` of `people`, which `make` made or would make."""
    if not connection.in_atomic_block or _tells_others(people):
        return make()
    if name in _kept:
        return _put_back(_kept[name], [person.pk for person in people])
    before = rows()
    made = make()
    written, whose = _statements(_added(before)), [person.pk for person in people]
    _kept[name] = _Kept(made.pk, written, whose, clock.now())
    return made


def rows() -> Rows:
    """Every row of the database, by model and key, as JSON has it."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table, key = model._meta.db_table, str(model._meta.pk.column)
            cursor.execute(f"SELECT coalesce(json_agg(t), '[]')::text FROM \"{table}\" AS t")
            found[model] = {row[key]: row for row in json.loads(cursor.fetchone()[0])}
    return found


def _tells_others(people: list[User]) -> bool:
    """Whether the platform has somebody else, whom the verbs would tell or ask."""
    others = User.objects.exclude(pk__in=[person.pk for person in people])
    return others.exclude(platform_role="").exists()


def _added(before: Rows) -> Rows:
    """The rows that came since `before`; a merchant changes none of those that were there."""
    added: Rows = {}
    for model, now in rows().items():
        known = before[model]
        assert all(now[key] == row for key, row in known.items()), f"{model} has changed rows"
        new = {key: row for key, row in now.items() if key not in known}
        # What changed is noted by triggers, which note it again.
        if new and model is not Change:
            added[model] = new
    return added


def _statements(added: Rows) -> str:
    """SQL that writes the rows: of other people, by their former keys, and `later` by seconds."""
    said = []
    for model, found in added.items():
        fields, table = model._meta.local_concrete_fields, model._meta.db_table
        columns = ", ".join(f'"{field.column}"' for field in fields)
        told = json.dumps([*found.values()]).replace("%", "%%").replace("'", "''")
        said.append(
            f'INSERT INTO "{table}" ({columns}) SELECT {", ".join(map(_chosen, fields))}'
            f" FROM json_populate_recordset(NULL::\"{table}\", '{told}'::json)"
        )
    return ";".join(said)


def _chosen(field: Any) -> str:
    if isinstance(field, DateTimeField):
        return f'"{field.column}" + make_interval(secs => %(later)s)'
    if field.related_model is User:
        return f'(%(people)s::jsonb ->> "{field.column}"::text)::bigint'
    return f'"{field.column}"'


def _put_back(kept: _Kept, people: list[int]) -> Merchant:
    later = (clock.now() - kept.until).total_seconds()
    person = json.dumps(dict(zip(kept.people, people, strict=True)))
    with connection.cursor() as cursor:
        cursor.execute(kept.statements, {"later": later, "people": person})
    return Merchant.objects.get(pk=kept.pk)
