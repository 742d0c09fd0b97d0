"""Processes of tests that run side by side migrate one database, of which each has a copy.

Migrating is the work of a quarter of a minute. Whoever comes first does it while the others wait.
The copy is asked for its migrations as every database of tests is: it lacks none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from portal.runtime.testing import same_server

# The processes inherit it of the one that starts them.
TEMPLATE = os.environ.setdefault("TESTS_TEMPLATE", f"template_{os.getpid()}")
# Any number that nobody else locks.
LOCK = 7_046_012


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Say which database the one of this process is copied from, where there are several."""
    if not hasattr(request.config, "workerinput"):
        return
    with _server() as server, django_db_blocker.unblock():
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = "SELECT count(*) FROM pg_database WHERE datname = %s"
        if server.execute(known, [TEMPLATE]).fetchone() == (0,):
            _migrate()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the others takes the template away, when they have ended."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        with _server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(TEMPLATE)))


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
