"""The statements that PostgreSQL runs for this room: files under `postgres/`, with their grain."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "postgres"


def statement(name: str) -> str:
    """The text of `postgres/<name>.sql`."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
