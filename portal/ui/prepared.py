"""Exports too long to be made while somebody waits: a file of them is prepared instead.

Who prepares it stands above and says so once (`prepare_by`); he asks the same view again, and
marks what he asks so that it answers with all its lines.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# So many rows are made while somebody waits.
MOST_ROWS = 10_000

# Answers whoever asked for the export of this name.
Prepare = Callable[[HttpRequest, str], HttpResponseBase]
_preparers: list[Prepare] = []
_MARK = "is_for_a_file"


def prepare_by(prepare: Prepare) -> None:
    """Say who prepares; called once, from `AppConfig.ready`."""
    _preparers[:] = [prepare]


def mark(request: HttpRequest) -> None:
    """Let `request`, which no person waits for, be answered with all lines."""
    setattr(request, _MARK, True)


def is_due(request: HttpRequest, rows: int) -> bool:
    """Whether an export of `rows` rows is to be prepared."""
    return rows > MOST_ROWS and not is_marked(request)


def is_marked(request: HttpRequest) -> bool:
    """Whether nobody waits for the answer: it goes into a file."""
    return bool(getattr(request, _MARK, False))


def answer(request: HttpRequest, name: str) -> HttpResponseBase:
    """Have a file called `name` prepared, and say where it will be."""
    [prepare] = _preparers
    return prepare(request, name)
