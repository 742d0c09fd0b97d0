"""The list of boosts."""

from datetime import date, timedelta

import django_tables2 as tables
from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.models import Boost
from portal import words
from portal.ui import formats
from portal.ui.columns import DayColumn, MoneyColumn, StatusColumn
from portal.ui.tables import PortalTable


class BoostTable(PortalTable):
    note = tables.Column(
        verbose_name=_("Note"),
        accessor="note__title",
        linkify=lambda record: record.get_absolute_url(),
    )
    status = StatusColumn(verbose_name=_("Status"))
    objective = tables.Column(verbose_name=_("Objective"))
    budget = MoneyColumn(verbose_name=_("Budget"), accessor="budget_fen")
    captured = MoneyColumn(verbose_name=_("Spent"), accessor="captured_fen")
    starts_on = DayColumn(verbose_name=_("First day"))
    ends_on = DayColumn(verbose_name=_("Last day"))

    empty_title = _("No boost yet")
    empty_text = _("A boost shows one of your notes to more people, for a budget you set.")
    empty_icon = "rocket"

    class Meta(PortalTable.Meta):
        model = Boost
        fields = ("note", "status", "objective", "budget", "captured", "starts_on", "ends_on")

    def render_starts_on(self, record: Boost, value: date) -> str:
        return formats.day(value) if record.is_dated else _said("With the approval")

    def render_ends_on(self, record: Boost, value: date) -> str:
        if record.is_dated or record.hours is None:
            return formats.day(value)
        return _said("%(time)s later") % {"time": words.duration(timedelta(hours=record.hours))}

    def value_starts_on(self, record: Boost, value: date) -> str:
        return value.isoformat() if record.is_dated else ""

    def value_ends_on(self, record: Boost, value: date) -> str:
        return value.isoformat() if record.is_dated else ""
