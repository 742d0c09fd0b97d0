"""The grid of a table, made column by column: what a template would find out anew for each of its
cells, and spend most of a page's time on, is found out once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]
from django_tables2 import Table
from django_tables2.columns import BoundColumn
from django_tables2.utils import AttributeDict

from portal.ui.cells import on_a_page
from portal.ui.html import escaped
from portal.ui.icons import svg

# Keys of a page of a long list, which another order begins anew.
_PLACES = ("page", "after", "before")


@dataclass(frozen=True)
class Heading:
    """The head of a column: `link` leads to the list in its order, and is empty where it has none;
    `icon` says which order it has now."""

    name: str
    attrs: SafeString
    text: str
    link: str
    icon: str


class Grid:
    """The cells of the page that `table` shows, as HTML.

    The cells of a column have the same attributes in every row, so they are made once: `td`
    attributes may not depend on the row.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._written: dict[tuple[Any, ...], SafeString] = {}

    @property
    def headings(self) -> Iterator[Heading]:
        """The heads of the columns, as `portal/_grid.html` writes them."""
        query = self._table.request.GET.copy()
        for place in _PLACES:
            query.pop(place, None)
        for column, attrs, text in self._columns:
            alias, icon = column.order_by_alias, ""
            told = self._html(attrs["th"])
            if column.is_ordered:
                way, icon = ("ascending", "chevron-up")
                if alias.is_descending:
                    way, icon = ("descending", "chevron-down")
                told = format_html('{} aria-sort="{}"', told, way)
            link = ""
            if column.orderable:
                query["sort"] = alias.next
                link = f"?{query.urlencode()}"
            yield Heading(column.name, told, text, link, svg(icon) if icon else "")

    @property
    def rows(self) -> Iterator[SafeString]:
        """The cells of each row."""
        cells = [
            (f"<td {named}>", on_a_page(column, self._table)) for column, named in self._named("td")
        ]
        records = [row.record for row in self._table.paginated_rows]
        self._table.look_up(records)
        for record in records:
            yield SafeString(
                "".join(f"{opened}{_as_shown(cell.of(record))}</td>" for opened, cell in cells)
            )

    @property
    def foot(self) -> SafeString:
        """The cells of the row below all of them."""
        cells = (
            f"<td {named}>{_as_shown(column.column.footer(column, self._table))}</td>"
            for column, named in self._named("tf")
        )
        return SafeString("".join(cells))

    def _named(self, part: str) -> Iterator[tuple[BoundColumn, str]]:
        """Each column with the attributes of its cells, and its name for those who see no head."""
        for column, attrs, text in self._columns:
            yield column, f'data-label="{text}" {self._html(attrs[part])}'

    @cached_property
    def _columns(self) -> list[tuple[BoundColumn, dict[str, AttributeDict], str]]:
        """Each with its attributes and its name, escaped."""
        return [
            (column, column.attrs, SafeString(_as_shown(column.header)))
            for column in self._table.columns
        ]

    def _html(self, attrs: AttributeDict) -> SafeString:
        """Attributes as HTML; most columns of a table have the same."""
        # What is worked out at the last moment is not told by its value.
        if any(map(callable, attrs.values())):
            return SafeString(attrs.as_html())
        key = tuple(attrs.items())
        if key not in self._written:
            self._written[key] = SafeString(attrs.as_html())
        return self._written[key]


def _as_shown(cell: Any) -> str:
    """What a template would print: numbers and times as people write them, text escaped."""
    if isinstance(cell, Promise):
        cell = str(cell)
    # Most cells are text; a template would ask of each whether it is a time or a number.
    return escaped(cell if isinstance(cell, str) else localize(template_localtime(cell)))
