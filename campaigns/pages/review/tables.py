"""The queue of boosts that wait for a decision."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.decisions import waiting_of
from campaigns.boosts.models import Boost
from portal import clock
from portal.ui.columns import DayColumn, MoneyColumn
from portal.ui.formats import badge
from portal.ui.tables import PortalTable
from portal.words import yuan


class ReviewTable(PortalTable):
    waiting = tables.Column(verbose_name=_("Waiting time"), accessor="submitted_at")
    note = tables.Column(
        verbose_name=_("Note"),
        accessor="note__title",
        linkify=lambda record: reverse("campaigns:review-detail", args=[record.pk]),
    )
    merchant = tables.Column(verbose_name=_("Merchant"), accessor="merchant__name")
    budget = MoneyColumn(verbose_name=_("Budget"), accessor="budget_fen")
    starts_on = DayColumn(verbose_name=_("First day"))
    ends_on = DayColumn(verbose_name=_("Last day"))
    objective = tables.Column(verbose_name=_("Objective"))
    funding = tables.Column(
        verbose_name=_("Funding"), accessor="funding_lines", orderable=False, empty_values=()
    )

    empty_title = _("Nothing waits")
    empty_text = _("Boosts that merchants submit appear here, the longest waiting first.")
    empty_icon = "checks"

    class Meta(PortalTable.Meta):
        model = Boost
        fields = (
            "waiting", "note", "merchant", "budget", "starts_on", "ends_on", "objective", "funding",
        )  # fmt: skip

    def render_waiting(self, record: Boost) -> Any:
        waiting = waiting_of(record, at=clock.now())
        return badge(waiting.lamp.colour, waiting)

    def value_waiting(self, record: Boost) -> str:
        return str(waiting_of(record, at=clock.now()))

    def render_funding(self, record: Boost) -> str:
        return " + ".join(
            f"{line.fund or line.get_source_display()} {yuan(line.amount_fen)}"
            for line in record.funding_lines.all()
        )
