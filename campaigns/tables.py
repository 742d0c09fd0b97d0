"""Lists of this app."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models.boost import Boost
from campaigns.models.fund import Fund
from campaigns.models.ledger import Transfer
from campaigns.review import Lamp, waiting_of
from portal.ui.columns import DayColumn, InstantColumn, MoneyColumn, StatusColumn
from portal.ui.formats import yuan
from portal.ui.tables import PortalTable

_LAMP_COLOURS = {Lamp.CALM: "green", Lamp.SOON: "yellow", Lamp.LATE: "red"}


class BoostTable(PortalTable):
    note = tables.Column(
        verbose_name=_("Note"),
        accessor="note__title",
        linkify=lambda record: record.get_absolute_url(),
    )
    status = StatusColumn(verbose_name=_("Status"))
    objective = tables.Column(verbose_name=_("Objective"))
    budget = MoneyColumn(verbose_name=_("Budget"), accessor="budget_fen")
    starts_on = DayColumn(verbose_name=_("First day"))
    ends_on = DayColumn(verbose_name=_("Last day"))

    empty_title = _("No boost yet")
    empty_text = _("A boost shows one of your notes to more people, for a budget you set.")
    empty_icon = "rocket"

    class Meta(PortalTable.Meta):
        model = Boost
        fields = ("note", "status", "objective", "budget", "starts_on", "ends_on")


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
        waiting = waiting_of(record, at=timezone.now())
        return format_html(
            '<span class="badge bg-{}-lt">{}</span>', _LAMP_COLOURS[waiting.colour], waiting
        )

    def value_waiting(self, record: Boost) -> str:
        return str(waiting_of(record, at=timezone.now()))

    def render_funding(self, record: Boost) -> str:
        return " + ".join(
            f"{line.fund or line.get_source_display()} {yuan(line.amount_fen)}"
            for line in record.funding_lines.all()
        )


class WalletTable(PortalTable):
    """Transfers as `Transfer.objects.history_of` gives them."""

    created_at = InstantColumn(verbose_name=_("When"))
    reason = tables.Column(verbose_name=_("What"))
    about = tables.Column(verbose_name=_("About"), empty_values=(), orderable=False)
    change_fen = MoneyColumn(verbose_name=_("Amount"))
    after_fen = MoneyColumn(verbose_name=_("Balance after"), orderable=False)

    empty_title = _("No movement yet")
    empty_text = _("Payments that reach us appear here once your account manager records them.")
    empty_icon = "wallet"

    class Meta(PortalTable.Meta):
        model = Transfer
        fields = ("created_at", "reason", "about", "change_fen", "after_fen")

    def render_about(self, record: Transfer) -> Any:
        boost = record.source.boost or record.target.boost
        if boost is None:
            return record.reference
        return format_html('<a href="{}">{}</a>', boost.get_absolute_url(), boost.note.title)

    def value_about(self, record: Transfer) -> str:
        boost = record.source.boost or record.target.boost
        return boost.note.title if boost else record.reference


class FundTable(PortalTable):
    name = tables.Column(verbose_name=_("Fund"), accessor="pk")
    code = tables.Column(verbose_name=_("Code"))
    source = tables.Column(verbose_name=_("Whose money"))
    balance_fen = MoneyColumn(verbose_name=_("Left to grant"))
    action = tables.Column(
        verbose_name=_("Action"), accessor="pk", orderable=False, exclude_from_export=True
    )

    empty_title = _("No fund yet")
    empty_text = _("A fund is money of the platform or a partner that boosts may draw on.")
    empty_icon = "coins"

    class Meta(PortalTable.Meta):
        model = Fund
        fields = ("name", "code", "source", "balance_fen", "action")

    def render_name(self, record: Fund) -> str:
        return str(record)

    def value_name(self, record: Fund) -> str:
        return str(record)

    def render_action(self, record: Fund) -> Any:
        url = reverse("campaigns:fund-pay-in", args=[record.pk])
        return format_html(
            '<a class="btn btn-sm" href="{}">{}<span class="visually-hidden"> {}</span></a>',
            url, _gettext("Pay in"), record,
        )  # fmt: skip
