"""Costs as they count, and the versions of one."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.costs.models import Cost
from portal import words
from portal.ui.columns import CountColumn, DayColumn, InstantColumn, MoneyColumn
from portal.ui.tables import FIGURES, PortalTable


def _sum_of(table: Any) -> str:
    """Of all that was found, on whatever page."""
    return words.yuan(table.data.data.total_fen())


class _CostTable(PortalTable):
    on = DayColumn(verbose_name=_("Day"))
    kind = tables.Column(verbose_name=_("Kind of cost"))
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

    class Meta(PortalTable.Meta):
        """Of a child: what it shows, in which order."""

    def render_note(self, record: Cost) -> str:
        note = record.of_note
        return note.title if note else words.NOTHING

    def value_note(self, record: Cost) -> str:
        note = record.of_note
        return note.external_id if note else ""


class CostTable(_CostTable):
    on = DayColumn(
        verbose_name=_("Day"),
        linkify=lambda record: record.get_absolute_url(),
        footer=_("All that was found"),
    )
    amount = MoneyColumn(verbose_name=_("Amount"), accessor="amount_fen", footer=_sum_of)

    empty_title = _("No cost yet")
    empty_text = _(
        "What you pay creators, agencies and for samples stands here, beside what boosts cost."
    )
    empty_icon = "receipt"

    class Meta(PortalTable.Meta):
        model = Cost
        attrs = FIGURES
        fields = (
            "on", "kind", "amount", "channel", "note", "boost", "campaign", "reference",
            "recorded_by",
        )  # fmt: skip


class VersionTable(_CostTable):
    """All versions of a cost: none is lost."""

    number = CountColumn(verbose_name=_("Version"))
    amount = MoneyColumn(verbose_name=_("Amount"), accessor="amount_fen")
    recorded_at = InstantColumn(verbose_name=_("Counts from"))
    superseded_at = InstantColumn(verbose_name=_("Counted until"))

    class Meta(PortalTable.Meta):
        model = Cost
        fields = (
            "number", "recorded_at", "superseded_at", "recorded_by", "on", "kind", "amount",
            "channel", "note", "boost", "campaign", "reference",
        )  # fmt: skip
