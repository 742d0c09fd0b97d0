"""The list of funds."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.funds.models import Fund
from portal.ui.columns import MoneyColumn, small_button
from portal.ui.tables import PortalTable


class FundTable(PortalTable):
    name = tables.Column(
        verbose_name=_("Fund"),
        accessor="pk",
        linkify=lambda record: reverse("campaigns:fund-detail", args=[record.pk]),
    )
    code = tables.Column(verbose_name=pgettext_lazy("fund", "Code"))
    source = tables.Column(verbose_name=_("Whose money"))
    balance_fen = MoneyColumn(verbose_name=_("Left to grant"), accessor="account__balance_fen")
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

    def render_action(self, record: Fund) -> SafeString:
        url = reverse("campaigns:fund-pay-in", args=[record.pk])
        return small_button(url, _("Pay in"), about=record)
