"""How tests that commit are cleaned up: append-only tables let nobody empty them but the tests.

Django empties the database after such a test with TRUNCATE, which makes new files for hundreds of
tables and indexes. The few rows of most tests are deleted instead, by a role that no trigger of
ledger and audit stops; what has grown is truncated, with the triggers switched off. What migrations
planted stays: sources, which may belong to a merchant, are kept or put aside and back. So do the
names of models, which no test changes: to write them again took three times as long as to empty
all the rest. Numbers go on in either way.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations

# A table is small up to so many bytes, of which most may be rows that were deleted.
SMALL = 1_000_000
PLANTED = {"merchants_category", "merchants_programme"}
NAMES = {"django_content_type", "auth_permission"}
# Those of a merchant or an ad server were not planted.
SOURCES, MADE = "reports_source", " WHERE merchant_id IS NOT NULL OR ad_server_id IS NOT NULL"
CACHE = settings.CACHES["default"]["LOCATION"]
GUARDED = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)
"""


IS_SMALL = """
    SELECT current_setting('is_superuser') = 'on'
        AND max(pg_relation_size(relid)) <= %s
    FROM pg_stat_user_tables WHERE relname = ANY(%s)
"""


@pytest.fixture(autouse=True, scope="session")
def append_only_tables_can_be_emptied() -> Iterator[None]:
    """Let Django's flush pass the triggers; the tests themselves cannot."""
    plain = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        tables = set(tables) - PLANTED - NAMES
        with self.connection.cursor() as cursor:
            cursor.execute(IS_SMALL, [SMALL, list(tables)])
            if cursor.fetchone()[0]:
                return [_deleted(tables)]
            cursor.execute(GUARDED, [list(tables)])
            guarded = [name for (name,) in cursor.fetchall()]
        options["reset_sequences"] = False
        return _truncated(guarded, plain(self, style, tables, **options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


def _deleted(tables: set[str]) -> str:
    """One message; it waits for whoever is still at work with the tables, as TRUNCATE does."""
    named = sorted([*tables, CACHE])
    return "; ".join(
        [
            f"LOCK TABLE {', '.join(named)} IN ACCESS EXCLUSIVE MODE",
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {name}{MADE * (name == SOURCES)}" for name in named),
            "SET LOCAL session_replication_role = origin",
        ]
    )


def _truncated(guarded: list[str], plain: list[str]) -> list[str]:
    return [
        f"CREATE TEMP TABLE planted_sources AS SELECT * FROM {SOURCES}"
        " WHERE merchant_id IS NULL AND ad_server_id IS NULL",
        *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in guarded),
        *plain,
        f"INSERT INTO {SOURCES} SELECT * FROM planted_sources",
        "DROP TABLE planted_sources",
        f"TRUNCATE {CACHE}",
        *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in guarded),
    ]
