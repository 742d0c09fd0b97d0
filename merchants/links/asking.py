"""The one question of a click: what the link with a code depends on, and whether policy changed.

PostgreSQL plans this statement longer than it runs it, and Django needs longer still to write it.
So it is written once and prepared on each connection, where the settings allow that.
"""

from functools import cache

import psycopg
from django.db import connection

from merchants.links import facts
from merchants.links.facts import Facts
from merchants.links.models import STAMP
from merchants.listings.models import Listing

# Stands in the statement where the code will be.
_CODE = "code of the link"


def of_code(code: str) -> tuple[Facts, str] | None:
    """The facts of the listing with this code, and the stamp of policy now; one query."""
    # Django's cursor looks after the connection; its parameters go into the text of a statement,
    # so that no two are the same and none can be prepared.
    with connection.cursor(), connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(_statement(), [code], prepare=True)
        row = cursor.fetchone()
    return row and (Facts(*row[:-1]), str(row[-1]))


@cache
def _statement() -> bytes:
    rows = facts.rows_of(Listing.objects.filter(code=_CODE))
    text, given = rows.query.sql_with_params()
    known = psycopg.ClientCursor(connection.connection).mogrify(text, given)
    question = known.replace("%", "%%").replace(f"'{_CODE}'", "%s")
    # All of it was written in this house.
    return f"SELECT f.*, ({STAMP}) FROM ({question}) AS f".encode()  # noqa: S608
