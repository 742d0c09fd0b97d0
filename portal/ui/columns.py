"""Columns: how money, counts, ratios, days and states look in every table and export."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django_tables2
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import words
from portal.ui import formats
from portal.ui.html import escaped

_NUMBER = {"th": {"class": "text-end"}, "td": {"class": "text-end text-nowrap tabular"}}
_NOWRAP = {"td": {"class": "text-nowrap tabular"}}


def two_lines(first: object, second: object) -> SafeString:
    """A cell with a smaller line below the first one."""
    return SafeString(f'{escaped(first)}<div class="text-secondary small">{escaped(second)}</div>')


def small_button(
    url: str, label: object, *, about: object = "", is_main: bool = False
) -> SafeString:
    """A way on from a row; `about` tells those who do not see the row which one it is."""
    named = format_html('<span class="visually-hidden"> {}</span>', about) if about else ""
    css = "btn btn-sm btn-primary" if is_main else "btn btn-sm"
    return format_html('<a class="{}" href="{}">{}{}</a>', css, url, label, named)


class NumberColumn(django_tables2.Column):
    """Right-aligned figures of equal width."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _NUMBER)
        super().__init__(*args, **kwargs)


class MoneyColumn(NumberColumn):
    """An amount in fen, shown in yuan; exported as a plain decimal number of yuan."""

    def render(self, value: int) -> str:
        return words.yuan(value)

    def value(self, value: int | None) -> Decimal | None:
        return None if value is None else words.in_yuan(value)


class CountColumn(NumberColumn):
    """A whole number with thousands separators."""

    def render(self, value: int) -> str:
        return words.count(value)

    def value(self, value: int | None) -> int | None:
        return value


class _NowrapColumn(django_tables2.Column):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _NOWRAP)
        super().__init__(*args, **kwargs)


class DayColumn(_NowrapColumn):
    """A business day."""

    def render(self, value: date) -> SafeString:
        return formats.day(value)

    def value(self, value: date | None) -> str:
        return value.isoformat() if value else ""


class InstantColumn(_NowrapColumn):
    """A moment, shown in Shanghai time to the minute."""

    def render(self, value: datetime) -> SafeString:
        return formats.instant(value)

    def value(self, value: datetime | None) -> str:
        return words.local(value).isoformat() if value else ""


class StatusColumn(django_tables2.Column):
    """A state as a coloured badge; exported as its label. Its name is that of a StateField."""

    def render(self, record: models.Model, bound_column: Any) -> SafeString:
        return formats.status_badge(record, bound_column.name)

    def value(self, value: str) -> str:
        return value
