"""Turning the pages of a long list: by the key of the row where a page ends, not by its number.

Page 8,000 by number makes PostgreSQL walk over 200,000 rows; by the key of the row before it, the
index leads there at once. Rows that come meanwhile shift no page.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol, runtime_checkable

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from portal import typed

# So many rows are counted, and so many can be reached by the number of a page.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Page:
    """Rows of a long list, and the keys of its neighbours; an empty one where there is none."""

    rows: list[Any]
    before: str
    after: str


@dataclass(frozen=True)
class Turn:
    """A way to another page, by its number or by a key; one without a label stands for a gap."""

    name: str | int
    label: str
    page: int | None = None
    before: str | None = None
    after: str | None = None
    is_current: bool = False


def turns(page: Page) -> list[Turn]:
    """From a page of a long list to the first one and to its neighbours."""
    back = [
        Turn("first", _("First")),
        Turn("previous", _("Previous"), before=page.before),
    ]
    ahead = [Turn("next", _("Next"), after=page.after)]
    return [*(back if page.before else []), *(ahead if page.after else [])]


@dataclass(frozen=True)
class Key:
    """One of the columns that a list is ordered by."""

    name: str
    field: "Field[Any, Any]"
    is_descending: bool
    is_nullable: bool

    def past(self, value: Any, *, backwards: bool) -> Q:
        """Rows that come after `value`, or before it; PostgreSQL takes null for the highest."""
        if self.is_descending is not backwards:
            return Q(**{f"{self.name}__isnull": False}) if value is None else self._lower(value)
        if value is None:
            return Q(pk__in=())
        higher = Q(**{f"{self.name}__gt": value})
        return higher | Q(**{f"{self.name}__isnull": True}) if self.is_nullable else higher

    def at(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def not_before(self, value: Any, *, backwards: bool) -> Q:
        """What an index can begin with: it does not see through the alternatives of `beyond`."""
        if self.is_nullable:
            return Q()
        turned = "lte" if self.is_descending is not backwards else "gte"
        return Q(**{f"{self.name}__{turned}": value})

    def _lower(self, value: Any) -> Q:
        return Q(**{f"{self.name}__lt": value})


@runtime_checkable
class Turnable(Protocol):
    """Rows of a list that are no query, and may be too many to be counted."""

    def counted(self) -> int | None:
        """How many there are; None when there are more than are counted."""

    def turned(self, asked: MultiValueDict[str, str], *, size: int) -> Page:
        """As `turned` below, for more than are counted."""


class Order(Protocol):
    """What a long list is ordered by, from a place to the rows that are next to it."""

    def read(self, text: str) -> Any:
        """The place that `text` names; None for nonsense, which is no place."""

    def written(self, row: Any) -> str: ...
    def first(self, start: int, most: int) -> list[Any]: ...
    def after(self, place: Any, most: int) -> list[Any]: ...
    def before(self, place: Any, most: int) -> list[Any]:
        """The rows before `place`, the nearest first."""


def counted(rows: "QuerySet[Any] | Turnable") -> int | None:
    """How many `rows` there are; None when there are more than are counted."""
    if isinstance(rows, Turnable):
        return rows.counted()
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    return count if count <= MOST_COUNTED else None


def number_asked(asked: MultiValueDict[str, str]) -> int:
    """The number of the page that `?page=` asks for; nonsense is the first."""
    return typed.number_of(str(asked.get("page", ""))) or 1


def keys_of(rows: QuerySet[Any]) -> list[Key]:
    """What `rows` are ordered by; nothing where it is not columns alone."""
    keys = []
    for name in rows.query.order_by or rows.model._meta.ordering:
        if not isinstance(name, str):
            return []
        bare = name.removeprefix("-")
        try:
            path = _path(rows.model, bare)
        except FieldDoesNotExist:
            return []
        is_nullable = any(field.null for field in path)
        keys.append(Key(bare, path[-1], name.startswith("-"), is_nullable))
    return keys


def turned(rows: QuerySet[Any], keys: Sequence[Key], asked: MultiValueDict[str, str], *,
           size: int) -> Page:  # fmt: skip
    """The page of `size` rows that `?after=`, `?before=` or `?page=` asks for; else the first."""
    return turned_in(_ByColumns(rows, keys), asked, size=size)


def turned_in(order: Order, asked: MultiValueDict[str, str], *, size: int) -> Page:
    """As `turned`, of rows that have an order of their own."""
    place = order.read(asked.get("after", ""))
    if place is not None and (found := order.after(place, size + 1)):
        return _page(found[:size], order, is_first=False, is_last=len(found) <= size)
    place = order.read(asked.get("before", ""))
    if place is not None and (found := order.before(place, size + 1)):
        return _page(found[:size][::-1], order, is_first=len(found) <= size, is_last=False)
    start = (min(number_asked(asked), MOST_COUNTED // size) - 1) * size
    found = order.first(start, size + 1)
    return _page(found[:size], order, is_first=start == 0, is_last=len(found) <= size)


def every(rows: QuerySet[Any], keys: Sequence[Key], *, size: int) -> Iterator[Any]:
    """All `rows`, which are in the order of `keys`, read `size` at a time.

    A cursor that outlives its transaction would have PostgreSQL write all of them down first.
    """
    order = _ByColumns(rows, keys)
    found = order.first(0, size)
    while found:
        yield from found
        place = order.read(order.written(found[-1]))
        found = order.after(place, size) if place and len(found) == size else []


def _page(rows: list[Any], order: Order, *, is_first: bool, is_last: bool) -> Page:
    before = "" if is_first or not rows else order.written(rows[0])
    after = "" if is_last or not rows else order.written(rows[-1])
    return Page(rows, before, after)


@dataclass(frozen=True)
class _ByColumns:
    """Rows of a query, which is in the order of `keys`."""

    rows: QuerySet[Any]
    keys: Sequence[Key]

    def read(self, text: str) -> list[Any] | None:
        return _read(text, self.keys)

    def written(self, row: Model) -> str:
        values = [reduce(getattr, key.name.split("__"), row) for key in self.keys]
        return json.dumps(values, default=str, ensure_ascii=False)

    def first(self, start: int, most: int) -> list[Any]:
        return list(self.rows[start : start + most])

    def after(self, place: Sequence[Any], most: int) -> list[Any]:
        return list(self.rows.filter(_beyond(self.keys, place, backwards=False))[:most])

    def before(self, place: Sequence[Any], most: int) -> list[Any]:
        return list(self.rows.filter(_beyond(self.keys, place, backwards=True)).reverse()[:most])


def _beyond(keys: Sequence[Key], place: Sequence[Any], *, backwards: bool) -> Q:
    beyond, same = Q(), Q()
    for key, value in zip(keys, place, strict=True):
        beyond |= same & key.past(value, backwards=backwards)
        same &= key.at(value)
    return keys[0].not_before(place[0], backwards=backwards) & beyond


def _read(text: str, keys: Sequence[Key]) -> list[Any] | None:
    """The place that `text` names; None for nonsense, which is no place."""
    try:
        values = json.loads(text)
        if not isinstance(values, list) or len(values) != len(keys):
            return None
        return [
            None if value is None and key.is_nullable else _cleaned(key.field, value)
            for key, value in zip(keys, values, strict=True)
        ]
    except (ValueError, TypeError, RecursionError, ValidationError):
        return None


def _cleaned(field: "Field[Any, Any]", value: object) -> Any:
    if not isinstance(value, str | int) or (isinstance(value, str) and "\0" in value):
        raise ValueError
    return field.to_python(value)


def _path(model: type[Model], name: str) -> list["Field[Any, Any]"]:
    """The columns that `name` passes through, the last one being what it names."""
    path: list[Field[Any, Any]] = []
    owner: Any = model
    for part in name.split("__"):
        field: Any = owner._meta.pk if part == "pk" else owner._meta.get_field(part)
        path.append(field)
        owner = field.related_model or owner
    return path
