"""The movements of a wallet."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from campaigns.boosts import funding
from campaigns.ledger.models import Transfer
from portal.ui.columns import InstantColumn, MoneyColumn
from portal.ui.tables import PortalTable


class WalletTable(PortalTable):
    """Transfers as `funding.history_of` gives them."""

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

    def render_about(self, record: Transfer) -> str:
        boost = funding.boost_of(record)
        if boost is None:
            return record.reference
        return format_html('<a href="{}">{}</a>', boost.get_absolute_url(), boost.note.title)

    def value_about(self, record: Transfer) -> str:
        boost = funding.boost_of(record)
        return boost.note.title if boost else record.reference
