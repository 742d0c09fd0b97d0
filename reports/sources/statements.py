"""The statements that PostgreSQL runs for this room: files under `sql/`, parameters on top."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

_FOLDER = Path(__file__).parent / "sql"


def run(name: str, *, reading: Sequence[str] = (), **params: Any) -> list[tuple[Any, ...]]:
    """Run `sql/<name>.sql`; its rows, none where it returns nothing.

    `reading` names queries of files of their own that the statement goes on from, with a comma
    where it has further ones; each may read those before it.
    """
    text = _text(name)
    if reading:
        text = f"WITH {', '.join(f'{one} AS ({_text(one)})' for one in reading)}\n{text}"
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return list(cursor.fetchall()) if cursor.description else []


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
