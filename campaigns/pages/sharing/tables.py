"""The lines of a fund's statement, as its partner reads them."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.sharing.models import FundReading
from portal.ui.columns import DayColumn, InstantColumn, MoneyColumn
from portal.ui.tables import PortalTable


class SharedLineTable(PortalTable):
    on = DayColumn(verbose_name=_("Day"))
    reason_label = tables.Column(verbose_name=_("What"))
    merchant = tables.Column(verbose_name=_("Merchant"))
    document = tables.Column(verbose_name=pgettext_lazy("file", "Document"))
    left_fen = MoneyColumn(verbose_name=_("Left to grant"))
    held_fen = MoneyColumn(verbose_name=_("Set aside"))
    spent_fen = MoneyColumn(verbose_name=_("Captured"))

    page_size = 100
    empty_title = _("Nothing moved")
    empty_text = _("What is paid in, drawn, captured and given back stands here.")
    empty_icon = "coins"

    class Meta(PortalTable.Meta):
        orderable = False
        fields = (
            "on", "reason_label", "merchant", "document", "left_fen", "held_fen", "spent_fen",
        )  # fmt: skip


class ReadingTable(PortalTable):
    """Who has read the page, for admins."""

    at = InstantColumn(verbose_name=_("When"))
    who = tables.Column(verbose_name=_("Code of"), accessor="guest__email")
    sent_at = InstantColumn(verbose_name=_("Code sent"), accessor="guest__sent_at")
    what = tables.Column(verbose_name=_("What"))
    month = tables.Column(verbose_name=_("Month"))
    network = tables.Column(verbose_name=_("From the network"))

    empty_title = _("Nobody has read it yet")
    empty_text = _("Each reading of the page and of its file stands here.")
    empty_icon = "eye"

    class Meta(PortalTable.Meta):
        model = FundReading
        fields = ("at", "who", "sent_at", "what", "month", "network")
