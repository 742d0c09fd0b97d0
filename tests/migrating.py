"""Tables of an earlier time: the way there and back is gone by Django's executor once in a process.

It makes models anew at nearly every step, which takes far longer than what the database does. Who
goes a step again has the database do the same statements; steps that look at rows in Python are
gone by the executor each time.
"""

from collections.abc import Callable
from contextlib import nullcontext
from itertools import groupby
from typing import Any

from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor

from portal.runtime import garbage
from tests import numbering

# A migration of an app, and whether it is taken back.
Step = tuple[str, str, bool]
Plan = list[tuple[Migration, bool]]
Statement = tuple[str, Any, bool]

_known: dict[Step, list[Statement]] = {}
_models: dict[tuple[str, str], Apps] = {}


def migrate(app: str, name: str) -> Apps:
    """Take the tables to a migration of an app; returns the models of that time."""
    target = (app, name)
    _go([target])
    if target not in _models:
        _models[target] = MigrationExecutor(connection).loader.project_state([target]).apps
    return _models[target]


def newest(app: str) -> str:
    """The last migration of an app."""
    name: str = MigrationExecutor(connection).loader.graph.leaf_nodes(app)[0][1]
    return name


def back_to_today() -> None:
    """All tables as they are today."""
    _go(MigrationExecutor(connection).loader.graph.leaf_nodes())
    numbering.apart()


def _go(targets: list[tuple[str, str]]) -> None:
    plan: Plan = MigrationExecutor(connection).migration_plan(targets)
    for is_known, steps in groupby(plan, key=lambda step: _step(*step) in _known):
        if is_known:
            for step in steps:
                _repeat(*step)
        else:
            _go_by_executor(list(steps))


def _step(migration: Migration, is_back: bool) -> Step:
    return migration.app_label, migration.name, is_back


def _repeat(migration: Migration, is_back: bool) -> None:
    whole = transaction.atomic() if migration.atomic else nullcontext()
    with whole, connection.cursor() as cursor:
        for sql, values, many in _known[_step(migration, is_back)]:
            (cursor.executemany if many else cursor.execute)(sql, values)


def _go_by_executor(plan: Plan) -> None:
    """As `manage.py migrate` does, and keep what it says to the database."""
    said: list[Statement] = []

    def listen(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        said.append((sql, values, many))
        return execute(sql, values, many, context)

    def keep(action: str, migration: Any = None, _fake: bool | None = False, /) -> None:
        if action in ("apply_success", "unapply_success") and _says_always_the_same(migration):
            _known[_step(migration, action == "unapply_success")] = [*said]
        said.clear()

    seldom = garbage.looked_for_less(between=garbage.BETWEEN_MIGRATIONS)
    with connection.execute_wrapper(listen), seldom:
        MigrationExecutor(connection, keep).migrate([], plan)


def _says_always_the_same(migration: Migration) -> bool:
    return not any(isinstance(each, RunPython) for each in migration.operations)
