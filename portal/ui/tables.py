"""The table that every list of the portal is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise, cached_property
from django_tables2.rows import BoundRows

from portal.ui import turning
from portal.ui.grid import Grid
from portal.ui.turning import Turn

PAGE_SIZE = 25
# How a table of figures looks (`Meta.attrs`): on phones its foot, the sum, is a block, too.
FIGURES = {"class": "table table-vcenter card-table stacked figures"}
NOWRAP = {"td": {"class": "text-nowrap"}}
PAGE_SIZES = (10, 25, 50, 100)


@dataclass(frozen=True)
class Shown:
    """A page without a number."""

    object_list: BoundRows


class PortalTable(django_tables2.Table):
    """A list: subclass it, name columns of `portal.ui.columns`, give `Meta.model` and `fields`.

    `empty_title`, `empty_text` and `empty_icon` are what people see when there is no row yet.
    """

    empty_title: str | Promise | None = None
    empty_text: str | Promise | None = None
    empty_icon = "inbox"
    # How many rows a page has, if the address does not say.
    page_size = PAGE_SIZE
    # The columns by which a list too long to be counted is ordered still: an index has their order.
    indexed: tuple[str, ...] = ()
    # The columns that are not visible on pages, and are in files all the same.
    in_files: tuple[str, ...] = ()
    # The page of a list that is too long to be counted; None for one whose pages have numbers.
    turned: turning.Page | None = None

    class Meta:
        attrs = {"class": "table table-vcenter card-table stacked"}
        order_by_field = "sort"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The base class would hide the class's sentence behind an empty one of its own.
        kwargs.setdefault("empty_text", type(self).empty_text)
        super().__init__(*args, **kwargs)

    def sort_as(self, aliases: list[str]) -> None:
        """Order by the columns the address names; unknown ones are ignored, and in a long list
        those that no index has.

        A queryset gets its primary key as last key, so that pages never overlap.
        """
        if self.is_long:
            for column in self.columns:
                column.column.orderable = column.name in self.indexed
            aliases = [alias for alias in aliases if alias.removeprefix("-") in self.indexed]
        if aliases:
            self.order_by = aliases
        rows = self.data.data
        # What is combined of several models has no key in common; its columns have one order.
        if not isinstance(rows, QuerySet) or rows.query.combinator:
            return
        if not isinstance(rows.query.group_by, tuple):
            keys = rows.query.order_by or rows.model._meta.ordering
            if "pk" not in keys and "-pk" not in keys and not rows.query.distinct_fields:
                self.data.data = rows.order_by(*keys, "-pk")

    def turn_to(self, asked: MultiValueDict[str, str]) -> None:
        """Show the page that the address asks for; nonsense is the first page, a number too large
        the last one. Sizes are bounded, and a long list is turned by its keys."""
        sizes = {str(size) for size in PAGE_SIZES}
        per_page = asked.get("per_page", "")
        size = int(per_page) if per_page in sizes else self.page_size
        if self.is_long and (turned := self._turned(asked, size)):
            self.turned = turned
            self.page: Any = Shown(BoundRows(data=self.turned.rows, table=self))
            return
        # The library's own way makes the first page, whichever is asked for.
        self.paginator = Paginator(self.rows, size)
        self.page = self.paginator.get_page(turning.number_asked(asked))

    def _turned(self, asked: MultiValueDict[str, str], size: int) -> turning.Page | None:
        """The page of a long list; None where it is not ordered by columns alone."""
        if isinstance(self.data, turning.Turnable):
            return self.data.turned(asked, size=size)
        keys = turning.keys_of(self.data.data)
        return turning.turned(self.data.data, keys, asked, size=size) if keys else None

    @cached_property
    def grid(self) -> Grid:
        """What the page shows of it."""
        return Grid(self)

    def look_up(self, rows: Sequence[Any]) -> None:
        """Find out at once what cells of these rows say that does not stand on the rows: before a
        page of them is shown, and before each part of a file."""

    def count_is(self, count: int | None) -> None:
        """Take `count` for the number of rows; None has them counted."""
        if count is not None:
            self.data._length = count

    @cached_property
    def is_long(self) -> bool:
        """Whether it has more rows than are counted."""
        if isinstance(self.data, turning.Turnable):
            return self.data.counted() is None
        rows = self.data.data
        if not isinstance(rows, QuerySet) or rows.query.combinator:
            return False
        count = turning.counted(rows)
        # Counted once: the library would ask again for the number of pages.
        self.data._length = count
        return count is None

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to show on any page."""
        return self.turned is not None or bool(self.page.paginator.count)

    @property
    def turns(self) -> list[Turn]:
        """The links under the table; none where there is one page."""
        if self.turned:
            return turning.turns(self.turned)
        if not self.page.has_other_pages():
            return []
        shown = self.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [
            Turn(number, str(number), page=number, is_current=number == self.page.number)
            if isinstance(number, int)
            else Turn("gap", "")
            for number in shown
        ]
