"""Costs as they count, and the versions of one."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.costs.models import Cost
from portal import words
from portal.ui import formats
from portal.ui.columns import CountColumn, DayColumn, InstantColumn, MoneyColumn, two_lines
from portal.ui.tables import FIGURES, PortalTable


def _sum_of(table: Any) -> str:
    """Of all that was found, on whatever page."""
    return words.yuan(table.data.data.total_fen())


class CostTable(PortalTable):
    on = DayColumn(
        verbose_name=_("Day"),
        linkify=lambda record: record.get_absolute_url(),
        footer=_("All that was found"),
    )
    kind = tables.Column(verbose_name=_("Kind of cost"))
    amount = MoneyColumn(verbose_name=_("Amount"), accessor="amount_fen", footer=_sum_of)
    channel = tables.Column(verbose_name=_("Channel"))
    note = tables.Column(verbose_name=_("Note"), empty_values=(), orderable=False)
    boost = tables.Column(verbose_name=_("Boost"), accessor="boost__external_id", orderable=False)
    campaign = tables.Column(
        verbose_name=pgettext_lazy("cost", "Campaign"), accessor="in_campaign", orderable=False
    )
    reference = tables.Column(verbose_name=_("Own number"))
    recorded_by = tables.Column(
        verbose_name=_("Recorded by"), accessor="recorded_by__name", orderable=False
    )

    empty_title = _("No cost yet")
    empty_text = _(
        "What you pay creators, agencies and for samples stands here, and in reports beside what"
        " boosts cost."
    )
    empty_icon = "receipt"

    class Meta(PortalTable.Meta):
        model = Cost
        attrs = FIGURES
        fields = (
            "on", "kind", "amount", "channel", "note", "boost", "campaign", "reference",
            "recorded_by",
        )  # fmt: skip

    def render_note(self, record: Cost) -> str:
        note = record.of_note
        return note.title if note else words.NOTHING

    def value_note(self, record: Cost) -> str:
        note = record.of_note
        return note.external_id if note else ""


class VersionTable(PortalTable):
    """All versions of a cost: none is lost."""

    number = CountColumn(verbose_name=_("Version"))
    recorded_at = InstantColumn(verbose_name=_("Counts from"))
    superseded_at = InstantColumn(verbose_name=_("Counted until"))
    kind = tables.Column(verbose_name=_("Kind of cost"))
    about = tables.Column(verbose_name=_("Paid for"), empty_values=(), orderable=False)
    on = DayColumn(verbose_name=_("Day"))
    amount = MoneyColumn(verbose_name=_("Amount"), accessor="amount_fen")
    reference = tables.Column(verbose_name=_("Own number"))

    class Meta(PortalTable.Meta):
        model = Cost
        fields = (
            "number", "recorded_at", "superseded_at", "kind", "about", "on", "amount", "reference",
        )  # fmt: skip

    def render_recorded_at(self, record: Cost) -> str:
        return two_lines(formats.instant(record.recorded_at), record.recorded_by.name)

    def render_kind(self, record: Cost) -> str:
        return two_lines(record.get_kind_display(), record.get_channel_display())

    def render_about(self, record: Cost) -> str:
        note, campaign = record.of_note, record.in_campaign
        return two_lines(note or campaign, campaign if note and campaign else "")
