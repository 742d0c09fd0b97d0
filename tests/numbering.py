"""How rows are numbered in tests: alike whatever ran before, and no two tables alike.

The numbers of a sequence go on after a test, even where its rows are rolled back. A test whose
words hold a number (`note-2`) could then meet the number of a row, or the id of one table pass
for that of another, on some days only.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

# Table n starts at 1000 n, or behind what migrations planted in it.
START_OVER = """
    DO $$
    DECLARE numbered record; last bigint;
    BEGIN
        FOR numbered IN
            SELECT owner.objid::regclass AS sequence, owner.refobjid::regclass AS of_table,
                   attname, 1000 * row_number() OVER (ORDER BY relname) AS first
            FROM pg_depend owner
            JOIN pg_attribute ON attrelid = owner.refobjid AND attnum = owner.refobjsubid
            JOIN pg_class ON pg_class.oid = owner.refobjid
            JOIN pg_sequence ON seqrelid = owner.objid
            WHERE owner.classid = 'pg_class'::regclass AND owner.deptype IN ('a', 'i')
        LOOP
            EXECUTE format('SELECT max(%I) FROM %s', numbered.attname, numbered.of_table) INTO last;
            PERFORM setval(numbered.sequence, greatest(numbered.first, last + 1), false);
        END LOOP;
    END $$
"""


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
    """Number anew once a test has its database, and before it makes its first row."""
    made = yield
    if fixturedef.argname == "_django_db_helper":
        with connection.cursor() as cursor:
            cursor.execute(START_OVER)
    return made
