"""The tables of data health: of all sources, of what one merchant is owed, and what was told."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import django_tables2 as tables
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_tables2.utils import A

from portal import words
from portal.ui.columns import CountColumn, DayColumn, InstantColumn, NumberColumn
from portal.ui.tables import PortalTable
from reports.answers.coverage import spans
from reports.sources.breaches import Breach
from reports.sources.models import Source

# So many spans of days are named in a cell; a file names all.
NAMED = 3


class DaysColumn(tables.Column):
    """Days, as spans of consecutive ones."""

    def render(self, value: list[date]) -> str:
        return _spans(value, most=NAMED)

    def value(self, value: list[date]) -> str:
        return _spans(value, most=None)


class DurationColumn(NumberColumn):
    """A time in hours."""

    def render(self, value: timedelta) -> str:
        return words.duration(value)

    def value(self, value: timedelta | None) -> float | None:
        return None if value is None else round(value / timedelta(hours=1), 2)


class SourcesTable(PortalTable):
    """What each source owes for all stores."""

    name = tables.Column(
        verbose_name=gettext_lazy("Source"), linkify=("reports:source-detail", [A("pk")])
    )
    closed_until = DayColumn(verbose_name=gettext_lazy("Closed until"))
    overdue = DaysColumn(verbose_name=pgettext_lazy("days", "Overdue"), orderable=False)
    overdue_slices = CountColumn(verbose_name=gettext_lazy("Overdue slices"))
    overdue_since = InstantColumn(verbose_name=gettext_lazy("Overdue since"))
    half = DurationColumn(verbose_name=gettext_lazy("Half is closed within"))
    most = DurationColumn(verbose_name=gettext_lazy("95% is closed within"))
    in_time = NumberColumn(verbose_name=gettext_lazy("Closed in time"))
    missing = CountColumn(verbose_name=gettext_lazy("Missing rows"))
    to_do = tables.Column(verbose_name=gettext_lazy("What to do"), orderable=False)

    empty_title = gettext_lazy("No source yet")
    empty_text = gettext_lazy("Sources are the streams of events that the platform takes in.")
    empty_icon = "database-import"

    class Meta(PortalTable.Meta):
        fields = (
            "name", "closed_until", "overdue", "overdue_slices", "overdue_since", "half", "most",
            "in_time", "missing", "to_do",
        )  # fmt: skip

    def render_in_time(self, value: Any) -> str:
        return words.percent(value)

    def value_in_time(self, value: Any) -> float | None:
        return None if value is None else round(float(value), 4)


class StreamsTable(PortalTable):
    """What each source owes one merchant."""

    name = tables.Column(verbose_name=gettext_lazy("Data"))
    closed_until = DayColumn(verbose_name=gettext_lazy("Closed until"))
    open = DaysColumn(verbose_name=gettext_lazy("Not due yet"), orderable=False)
    overdue = DaysColumn(verbose_name=pgettext_lazy("days", "Overdue"), orderable=False)
    overdue_since = InstantColumn(verbose_name=gettext_lazy("Overdue since"))
    reported = DaysColumn(
        verbose_name=gettext_lazy("Complete as reported by the merchant"), orderable=False
    )
    missing = CountColumn(verbose_name=gettext_lazy("Missing rows"))
    to_do = tables.Column(verbose_name=gettext_lazy("What to do"), orderable=False)

    empty_title = gettext_lazy("Nothing is owed to you yet")
    empty_text = gettext_lazy(
        "Data is owed from the day on which a listing of a verified store is live."
    )
    empty_icon = "heartbeat"

    class Meta(PortalTable.Meta):
        fields = (
            "name", "closed_until", "open", "overdue", "overdue_since", "reported", "missing",
            "to_do",
        )  # fmt: skip


class BreachTable(PortalTable):
    """What the platform was told of sources that were late, the newest first."""

    said_at = InstantColumn(verbose_name=gettext_lazy("When"))
    what = tables.Column(
        verbose_name=gettext_lazy("Data"), accessor="pk", orderable=False, empty_values=()
    )
    slices = CountColumn(verbose_name=gettext_lazy("Slices"), accessor="slices", orderable=False)
    is_over = tables.Column(verbose_name=pgettext_lazy("slice", "State"), orderable=False)

    empty_title = gettext_lazy("Nothing was ever late")
    empty_text = gettext_lazy("A source that does not close a day in time is written down here.")
    empty_icon = "heartbeat"

    indexed = ("said_at",)

    class Meta(PortalTable.Meta):
        model = Breach
        fields = ("said_at", "what", "slices", "is_over")
        order_by = "-said_at"

    @cached_property
    def _sources(self) -> dict[int, Source]:
        return Source.objects.of_parties().in_bulk()

    def render_what(self, record: Breach) -> str:
        return record.told(self._sources)

    def render_is_over(self, value: bool) -> str:
        return _("Closed late") if value else _("Overdue")


def _spans(days: Iterable[date], *, most: int | None) -> str:
    found = spans(days)
    said = [words.day(a) if a == b else words.period(a, b) for a, b in found[:most]]
    return ", ".join([*said, "…"] if len(said) < len(found) else said)
