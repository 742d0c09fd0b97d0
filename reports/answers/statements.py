"""The SQL of answers: a file each, with its grain, names and parameters on top."""

from pathlib import Path

from psycopg import sql


def statement(name: str) -> sql.SQL:
    """The text of `sql/<name>.sql`, to be formatted."""
    return sql.SQL((Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8"))
