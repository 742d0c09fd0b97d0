"""The queue as a table."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import clock, words
from portal.review import kinds
from portal.review.sizes import Size
from portal.review.speed import HOUR, hours_of
from portal.review.waiting import Waiting, waiting
from portal.ui.columns import CountColumn, InstantColumn, MoneyColumn, NumberColumn
from portal.ui.formats import badge
from portal.ui.tables import PortalTable


class QueueTable(PortalTable):
    """What waits; rows are dictionaries of `queue.ROW`, in the order of the queue."""

    asked_at = tables.Column(verbose_name=_("Waiting time"), orderable=False)
    kind_code = tables.Column(verbose_name=_("Kind"), orderable=False)
    subject_name = tables.Column(verbose_name=_("Item"), orderable=False)
    requester = tables.Column(verbose_name=_("Asked by"), orderable=False)
    claimed_by = tables.Column(verbose_name=_("Claimed by"), orderable=False)
    amount = MoneyColumn(verbose_name=_("Amount"), orderable=False)
    due_at = InstantColumn(verbose_name=_("Answer promised by"), orderable=False)

    empty_title = _("Nothing waits")
    empty_text = _("What merchants and colleagues hand in appears here, first what is due first.")
    empty_icon = "checks"

    class Meta(PortalTable.Meta):
        fields = (
            "asked_at", "kind_code", "subject_name", "requester", "amount", "claimed_by", "due_at"
        )  # fmt: skip

    def render_asked_at(self, record: dict[str, Any]) -> SafeString:
        waited = _waited(record)
        return badge(waited.lamp.colour, waited)

    def render_kind_code(self, value: str) -> str:
        kind = kinds.of(value)
        return str(kind.label) if kind else value

    def render_subject_name(self, value: str, record: dict[str, Any]) -> SafeString:
        url = kinds.page_of(record["kind_code"], record["number"])
        return format_html('<a href="{}">{}</a>', url, value)


def _waited(record: dict[str, Any]) -> Waiting:
    since = record["asked_at"]
    return waiting(since, within=record["due_at"] - since, at=clock.now())


NOT_MEASURED = _("not measured")


class _MeasuredColumn(NumberColumn):
    """What is measured of enough alone; a file has nothing where nothing is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, default=NOT_MEASURED, orderable=False, **kwargs)


class TimeColumn(_MeasuredColumn):
    """Whole hours in which a time lies; exported as hours with two decimals."""

    def render(self, value: timedelta) -> str:
        return words.count(hours_of(value))

    def value(self, value: timedelta | None) -> Decimal | None:
        return round(Decimal(value / HOUR), 2) if isinstance(value, timedelta) else None


class RateColumn(_MeasuredColumn):
    """A part of all, as per cent; exported as a number from 0 to 1."""

    def render(self, value: Fraction) -> str:
        return words.percent(value)

    def value(self, value: Fraction | None) -> Decimal | None:
        return round(Decimal(float(value)), 4) if isinstance(value, Fraction) else None


class _QualityTable(PortalTable):
    kind = tables.Column(verbose_name=_("Kind"), orderable=False)
    disputed = CountColumn(verbose_name=_("Disputed and decided"), orderable=False)
    overturned = CountColumn(verbose_name=_("of these overturned"), orderable=False)
    overturn_rate = RateColumn(verbose_name=_("Overturn rate"))

    empty_icon = "checks"

    class Meta(PortalTable.Meta):
        pass


class SizeTable(_QualityTable):
    """Rows of `quality.by_size`."""

    size = tables.Column(verbose_name=_("Asked by"), orderable=False, empty_values=())
    answers = CountColumn(verbose_name=_("Answers"), orderable=False)
    half = TimeColumn(verbose_name=_("Half within (hours)"))
    most = TimeColumn(verbose_name=_("Nine of ten within (hours)"))

    class Meta(PortalTable.Meta):
        fields: tuple[str, ...] = (
            "kind", "size", "answers", "half", "most", "disputed", "overturned", "overturn_rate"
        )  # fmt: skip
        sequence = fields

    def render_size(self, value: Size | None) -> str:
        return str(value.label if value else pgettext_lazy("sizes", "All"))


class ReasonTable(_QualityTable):
    """Rows of `quality.by_reason`."""

    reason = tables.Column(verbose_name=_("What is wrong"), orderable=False)
    given = CountColumn(verbose_name=_("Times given"), orderable=False)

    empty_title = _("No reason was given")
    empty_text = _("Coded reasons of the last 90 days appear here.")

    class Meta(PortalTable.Meta):
        fields: tuple[str, ...] = (
            "kind", "reason", "given", "disputed", "overturned", "overturn_rate"
        )  # fmt: skip
        sequence = fields
