"""The database of the large world: beside the portal's own, made once and kept between runs."""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

HERE = Path(__file__).parent


def point_at(size: str) -> str:
    """Let the portal use the database of `size`, made empty where there is none; its name.

    Call it before Django is set up.
    """
    own = urlsplit(os.environ["DATABASE_URL"])
    name = f"notelink_bench_{size}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        shown = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        ).fetchone()
        if shown != (fingerprint(),):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = urlunsplit(own._replace(path=f"/{name}"))
    return name


def fingerprint() -> str:
    """What the world is made by: another one makes it anew."""
    code = b"".join(path.read_bytes() for path in sorted(HERE.glob("*.py")))
    return hashlib.sha256(code).hexdigest()[:16]


def fill(name: str, size: str) -> None:
    """Migrate the database `name`, and make the world of `size` unless it is there; prints how
    long each part took."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        if cursor.fetchone() == (fingerprint(),):
            return
    _make(size)
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE \"{name}\" IS '{fingerprint()}'")


def _make(size: str) -> None:
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from bench.large import money, numbers, records, shops
    from bench.large.size import SIZES

    for part in (shops, money, numbers, records):
        with _told(part.__name__), transaction.atomic():
            part.make(SIZES[size])
    with _told("vacuum"), connection.cursor() as cursor:
        # The rows brought their own numbers.
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
        # What was written is on the disk before anything is measured.
        cursor.execute("CHECKPOINT")


@contextmanager
def _told(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.0f} s", flush=True)
