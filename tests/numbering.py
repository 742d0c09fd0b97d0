"""How rows are numbered in tests: no two tables alike, and far from the numbers tests write down.

Where each table begins at 1, the id of one passes for that of another, and a test's `note-2` meets
the note that was named after row 2. Numbers go on from test to test: files and the lake, which
outlive a test, know rows by them.
"""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from portal.runtime import garbage

# Table n starts at n million, or behind what migrations planted in it; one that goes on is left.
APART = """
    DO $$
    DECLARE numbered record; last bigint; reached bigint;
    BEGIN
        FOR numbered IN
            SELECT owner.objid::regclass AS sequence, owner.refobjid::regclass AS of_table,
                   attname, 1000000 * row_number() OVER (ORDER BY relname) AS first
            FROM pg_depend owner
            JOIN pg_attribute ON attrelid = owner.refobjid AND attnum = owner.refobjsubid
            JOIN pg_class ON pg_class.oid = owner.refobjid
            JOIN pg_sequence ON seqrelid = owner.objid
            WHERE owner.classid = 'pg_class'::regclass AND owner.deptype IN ('a', 'i')
        LOOP
            EXECUTE format('SELECT last_value FROM %s', numbered.sequence) INTO reached;
            CONTINUE WHEN reached >= numbered.first;
            EXECUTE format('SELECT max(%I) FROM %s', numbered.attname, numbered.of_table) INTO last;
            PERFORM setval(numbered.sequence, greatest(numbered.first, last + 1), false);
        END LOOP;
    END $$
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, numbered before its first row; tests begin, and what is there stays."""
    garbage.look_seldom()
    with django_db_blocker.unblock():
        apart()


def apart() -> None:
    """Number the tables that begin at 1: all of a new database, and those a migration has made."""
    with connection.cursor() as cursor:
        cursor.execute(APART)
