"""The cells of a column, in pages and in files."""

import inspect
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model
from django_tables2 import Table
from django_tables2.columns import BoundColumn, Column
from django_tables2.utils import Accessor


class Cell:
    """The cells of one column. What a row of the library would find out for each of its cells, and
    spend most of a list's time on, is found out here once: where the value stands, whether it has
    a label, and what is asked to show it.

    `shown` gets those of value, record, column, bound_column and table that it takes; `link` gets
    all of them and makes a link of what is shown. Where there is no value the cell is `empty`.
    """

    def __init__(
        self,
        column: BoundColumn,
        table: Table,
        shown: Callable[..., Any],
        *,
        link: Callable[..., Any] | None = None,
        empty: Any = None,
    ) -> None:
        self._shown, self._link, self._empty = shown, link, empty
        self._nothing = column.column.empty_values
        self._path = Accessor(column.accessor)
        self._is_near = len(self._path.bits) == 1
        takes = _takes(getattr(shown, "__func__", shown))
        self._known = {"column": column.column, "bound_column": column, "table": table}
        self._taken = {name: known for name, known in self._known.items() if name in takes}
        self._takes_value, self._takes_record = "value" in takes, "record" in takes

    def of(self, record: Any) -> Any:
        """What the cell of `record` shows."""
        value = self._found(record)
        if value in self._nothing:
            return self._empty
        given = dict(self._taken)
        if self._takes_value:
            given["value"] = value
        if self._takes_record:
            given["record"] = record
        shown = self._shown(**given)
        if self._link is None:
            return shown
        return self._link(shown, value=value, record=record, **self._known)

    def _found(self, record: Any) -> Any:
        # The library's way to what stands on the row itself would take most of a long file's time.
        if isinstance(record, dict) and self._path in record:
            return record[self._path]
        is_near = self._is_near and isinstance(record, Model)
        owner, name = (record, self._path) if is_near else self._path.penultimate(record)
        if isinstance(owner, Model) and _has_labels(type(owner), name):
            return getattr(owner, f"get_{name}_display")()
        try:
            if is_near and not callable(value := getattr(record, name, None)):
                return value
            return self._path.resolve(record)
        except (ValueError, AttributeError, ObjectDoesNotExist):
            return None


def on_a_page(column: BoundColumn, table: Table) -> Cell:
    """What a page shows: what the column says, as a link where it is one."""
    return Cell(column, table, column.render, link=column.link, empty=column.default)


def in_a_file(column: BoundColumn, table: Table) -> Cell:
    """What a file shows: what the column says of files, else what its page shows."""
    shown = column.value
    if type(column.column).value is Column.value and shown == column.column.value:
        shown = column.render
    return Cell(column, table, shown)


@lru_cache(maxsize=1000)
def _takes(shown: Callable[..., Any]) -> frozenset[str]:
    """What a function or a method asks to be given."""
    return frozenset(inspect.signature(shown).parameters)


@cache
def _has_labels(model: type[Model], name: str) -> bool:
    try:
        return bool(getattr(model._meta.get_field(name), "choices", None))
    except FieldDoesNotExist:
        return False
