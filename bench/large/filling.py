"""Rows by the million, made inside PostgreSQL with every constraint, trigger and index on."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from psycopg import sql


def fill(model: type[Model], rows: str, /, **columns: str) -> int:
    """Insert a row of `model` per row of the SQL `rows`; how many.

    `columns` are SQL expressions over `rows` by the name of the field; a field that is left out
    has what a new row of the model would have.
    """
    fields = [field for field in model._meta.local_concrete_fields if _is_written(field, columns)]
    values = sql.SQL(", ").join([_value(field, columns) for field in fields])
    names = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        sql.Identifier(model._meta.db_table), names, values, _given(rows)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def run(statement: str) -> None:
    """Execute a statement that has no parameters."""
    with connection.cursor() as cursor:
        cursor.execute(_given(statement))


def _given(text: str) -> sql.SQL:
    return sql.SQL(text)


def _is_written(field: "Field[Any, Any]", columns: dict[str, str]) -> bool:
    if field.generated:
        return False
    return field.name in columns or field.attname in columns or not field.primary_key


def _value(field: "Field[Any, Any]", columns: dict[str, str]) -> sql.Composable:
    given = columns.get(field.name, columns.get(field.attname))
    if given is not None:
        return _given(given)
    default = field.get_db_prep_save(field.get_default(), connection)
    # A moment of the connection's own clock; a literal would need its type said.
    return _given("now()") if isinstance(default, datetime) else sql.Literal(default)
