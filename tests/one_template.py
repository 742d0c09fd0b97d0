"""Processes of tests that run side by side migrate one database, of which each has a copy.

Migrating is the work of a quarter of a minute. The process that starts the others has nothing else
to do and has it done while they collect their tests; without that, whoever comes first does it. The
copy is asked for its migrations as every database of tests is: it lacks none.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django
import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from portal.runtime import garbage, places
from portal.runtime.postgres import same_server
from portal.runtime.processes import spawn

# The processes inherit it of the one that starts them.
TEMPLATE = os.environ.setdefault("TESTS_TEMPLATE", f"template_{os.getpid()}")
# Any number that nobody else locks.
LOCK = 7_046_012
_migrating: list["subprocess.Popen[bytes]"] = []


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Say which database the one of this process is copied from, where there are several."""
    if not hasattr(request.config, "workerinput"):
        return
    with django_db_blocker.unblock():
        _make_once()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def pytest_sessionstart(session: pytest.Session) -> None:
    """The process that starts the others has the template made meanwhile."""
    if _starts_others(session.config) and not session.config.getoption("collectonly"):
        command = [sys.executable, "-m", "tests.one_template"]
        _migrating.append(spawn(command, on_parent_death=signal.SIGKILL, cwd=places.CHECKOUT))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the others takes the template away, when they have ended."""
    if _starts_others(config):
        for process in _migrating:
            process.kill()
            process.wait()
        with _server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(TEMPLATE)))


def _starts_others(config: pytest.Config) -> bool:
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")


def _make_once() -> None:
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = "SELECT count(*) FROM pg_database WHERE datname = %s"
        if server.execute(known, [TEMPLATE]).fetchone() == (0,):
            _migrate()


@contextmanager
def _server() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    address = same_server("postgres").replace("postgres://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as server:
        yield server


def _migrate() -> None:
    """Make the template as a database of tests is made, and leave the settings as they were."""
    test, name = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    own, test["NAME"] = test["NAME"], TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    test["NAME"], connection.settings_dict["NAME"] = own, name


if __name__ == "__main__":
    django.setup()
    garbage.look_seldom(between=garbage.BETWEEN_MIGRATIONS)
    _make_once()
