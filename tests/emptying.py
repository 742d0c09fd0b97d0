"""How tests that commit are cleaned up: append-only tables let nobody truncate them but the tests.

Django empties the database after such a test with TRUNCATE, which the triggers of ledger and audit
refuse. They are switched off for that one statement. What migrations planted stays: sources, which
may belong to a merchant, are put aside and back. So do the names of models, which no test changes:
to write them again took three times as long as to empty all the rest.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations

PLANTED = {"merchants_category", "merchants_programme"}
NAMES = {"django_content_type", "auth_permission"}
GUARDED = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)
"""


@pytest.fixture(autouse=True, scope="session")
def append_only_tables_can_be_emptied() -> Iterator[None]:
    """Let Django's flush pass the triggers; the tests themselves cannot."""
    plain = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        tables = set(tables) - PLANTED - NAMES
        with self.connection.cursor() as cursor:
            cursor.execute(GUARDED, [list(tables)])
            guarded = [name for (name,) in cursor.fetchall()]
        return [
            "CREATE TEMP TABLE planted_sources AS"
            " SELECT * FROM reports_source WHERE merchant_id IS NULL",
            *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in guarded),
            *plain(self, style, tables, **options),
            "INSERT INTO reports_source SELECT * FROM planted_sources",
            "DROP TABLE planted_sources",
            f"TRUNCATE {settings.CACHES['default']['LOCATION']}",
            *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in guarded),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield
