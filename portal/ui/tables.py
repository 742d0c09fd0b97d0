"""The table that every list of the portal is."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import django_tables2
from django.db.models import QuerySet
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]

PAGE_SIZE = 25
# How a table of figures looks, which are compared down a column even on phones (`Meta.attrs`).
FIGURES = {"class": "table table-vcenter card-table"}
NOWRAP = {"td": {"class": "text-nowrap"}}
PAGE_SIZES = (10, 25, 50, 100)


class PortalTable(django_tables2.Table):
    """A list: subclass it, name columns of `portal.ui.columns`, give `Meta.model` and `fields`.

    `empty_title`, `empty_text` and `empty_icon` are what people see when there is no row yet.
    """

    empty_title: str | Promise | None = None
    empty_text: str | Promise | None = None
    empty_icon = "inbox"

    class Meta:
        attrs = {"class": "table table-vcenter card-table stacked"}
        order_by_field = "sort"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The base class would hide the class's sentence behind an empty one of its own.
        kwargs.setdefault("empty_text", type(self).empty_text)
        super().__init__(*args, **kwargs)
        for column in self.columns:
            column.render = _of_known_signature(column.render)

    def sort_as(self, aliases: list[str]) -> None:
        """Order by the columns the address names; unknown ones are ignored.

        A queryset gets its primary key as last key, so that pages never overlap.
        """
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

    def turn_to(self, number: str, per_page: str) -> None:
        """Show page `number`; nonsense is the first page, too far the last. Sizes are bounded."""
        size = int(per_page) if per_page in {str(size) for size in PAGE_SIZES} else PAGE_SIZE
        self.paginate(per_page=size)
        self.page = self.paginator.get_page(number)

    def grid(self) -> Iterator[SafeString]:
        """The cells of each row of the page; a template would spend most of its time on them.

        The cells of a column have the same attributes in every row, so they are made once: `td`
        attributes may not depend on the row.
        """
        attrs = {
            column.name: format_html(
                'data-label="{}" {}', column.header, column.attrs["td"].as_html()
            )
            for column in self.columns
        }
        for row in self.paginated_rows:
            cells = ((attrs[column.name], _as_shown(cell)) for column, cell in row.items())
            yield format_html_join("", "<td {}>{}</td>", cells)

    @property
    def page_numbers(self) -> list[int | None]:
        """Numbers for the links under the table; None stands for a gap."""
        elided = self.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [number if isinstance(number, int) else None for number in elided]


def _as_shown(cell: Any) -> Any:
    """Numbers and times as a template would print them."""
    return localize(template_localtime(cell))


def _of_known_signature(render: Callable[..., Any]) -> Callable[..., Any]:
    """`render`, but the base class need not inspect it again for every cell."""

    def render_cell(**arguments: Any) -> Any:
        return render(**arguments)

    render_cell.__signature__ = inspect.signature(render)  # type: ignore[attr-defined]
    return render_cell
