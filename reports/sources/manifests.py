"""What a sender says its file holds: rows, value_fen, sha256 and the period of its days."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from reports.sources.refusal import BatchRefused


def checked(manifest: dict[str, Any]) -> dict[str, Any]:
    """The parts of the manifest that are compared with the file. Raises BatchRefused."""
    for what, is_good in _FORMS.items():
        if what in manifest and not is_good(manifest[what]):
            raise BatchRefused(
                _("The manifest's %(what)s cannot be read. Write it as %(example)s.")
                % {"what": what, "example": _EXAMPLES[what]}
            )
    return {what: manifest[what] for what in _FORMS if what in manifest}


def _is_count(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool)


def _is_period(said: object) -> bool:
    """The first and the last day, both included."""
    if not isinstance(said, list) or len(said) != 2:
        return False
    return all(map(_is_day, said)) and said[0] <= said[1]


def _is_day(said: object) -> bool:
    try:
        return isinstance(said, str) and date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


_FORMS: dict[str, Callable[[object], bool]] = {
    "rows": _is_count,
    "value_fen": _is_count,
    "sha256": lambda said: isinstance(said, str),
    "period": _is_period,
}
_EXAMPLES = {
    "rows": '"rows": 1000',
    "value_fen": '"value_fen": 128000',
    "sha256": '"sha256": "9f86d0…"',
    "period": '"period": ["2026-01-01", "2026-01-31"]',
}
