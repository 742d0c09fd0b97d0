"""What the page of an object shows besides its own room: the parts that upper apps know of it, and
its history.

Apps call `add` in `AppConfig.ready`, so that this room imports none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.db.models import Model

from portal.accounts import history
from portal.accounts.access import PortalRequest


@dataclass(frozen=True)
class Part:
    """A part of an object's page: the `template` that draws it, which gets `shown`."""

    template: str
    shown: Any


Find = Callable[[PortalRequest, Model], Part | None]

_parts: list[Find] = []


def add(find: Find) -> None:
    """Name a function that tells what an app shows of an object: None for those it does not know,
    or that the person may not see (`request.may`)."""
    _parts.append(find)


def context(request: PortalRequest, row: Model) -> dict[str, Any]:
    """What every page of an object has in common, for `portal/_object.html` and
    `portal/_history.html`.

    It is found when they ask: the part of a page that is a table alone does not.
    """

    @cache
    def parts() -> list[Part]:
        found = (find(request, row) for find in _parts)
        return [part for part in found if part]

    return {"parts": parts, "history": cache(partial(history.of, row))}
