"""The months of a merchant, and the lines of one."""

from dataclasses import dataclass

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.statements.drawing import Line
from campaigns.statements.models import Statement
from merchants.companies.models import Merchant
from portal.ui.columns import InstantColumn, MoneyColumn
from portal.ui.tables import NOWRAP, PortalTable


class StatementTable(PortalTable):
    """Closed months."""

    month = tables.Column(verbose_name=_("Month"), order_by="first_on")
    opening_fen = MoneyColumn(verbose_name=_("Opening balance"))
    lines_fen = MoneyColumn(verbose_name=_("Change"))
    closing_fen = MoneyColumn(verbose_name=_("Closing balance"), orderable=False)
    closed_at = InstantColumn(verbose_name=_("Closed at"))

    empty_title = _("No month is closed yet")
    empty_text = _("A month is closed an hour after it is over, and stays as it was given then.")
    empty_icon = "file-invoice"

    class Meta(PortalTable.Meta):
        model = Statement
        fields = ("month", "opening_fen", "lines_fen", "closing_fen", "closed_at")

    def render_month(self, record: Statement) -> str:
        url = reverse("campaigns:statement-detail", args=[record.merchant.code, record.month])
        return format_html('<a href="{}">{}</a>', url, record.month)

    def value_month(self, record: Statement) -> str:
        return str(record.month)


@dataclass(frozen=True)
class Shown:
    """A line, and whose it is."""

    line: Line
    merchant: Merchant

    @property
    def url(self) -> str | None:
        """The page of its boost; None where it has none."""
        if self.line.boost is None:
            return None
        return reverse("campaigns:boost-detail", args=[self.merchant.code, self.line.boost])


class LineTable(PortalTable):
    """Lines of a statement, in the order of the ledger."""

    on = tables.Column(verbose_name=_("Day"), accessor="line__on", attrs=NOWRAP)
    what = tables.Column(verbose_name=_("What"), accessor="line__reason_label")
    note = tables.Column(verbose_name=_("Note"), accessor="line__note")
    document = tables.Column(
        verbose_name=pgettext_lazy("file", "Document"),
        accessor="line__document",
        linkify=lambda record: record.url,
    )
    ledger = tables.Column(verbose_name=_("Ledger entries"), accessor="line__ledger")
    amount = MoneyColumn(verbose_name=_("Amount"), accessor="line__amount_fen")

    page_size = 100
    empty_title = _("Nothing came or went")
    empty_text = _("What is held for boosts and given back moves inside your money.")
    empty_icon = "file-invoice"

    class Meta(PortalTable.Meta):
        fields = ("on", "what", "note", "document", "ledger", "amount")
        orderable = False
