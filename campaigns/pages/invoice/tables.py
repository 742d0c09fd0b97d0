"""Invoices: those of a merchant, and those to be issued."""

from collections.abc import Sequence

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.statements.invoices import InvoiceRequest, InvoiceStatus
from portal.ui.columns import InstantColumn, MoneyColumn, StatusColumn, small_button
from portal.ui.tables import PortalTable


class InvoiceTable(PortalTable):
    """What a merchant has asked for; an issued one leads to its file."""

    created_at = InstantColumn(verbose_name=_("Asked for"))
    title = tables.Column(verbose_name=_("Invoice title"))
    tax_number = tables.Column(verbose_name=_("Tax number"), orderable=False)
    amount_fen = MoneyColumn(verbose_name=_("Amount"))
    status = StatusColumn(verbose_name=_("Status"))
    number = tables.Column(
        verbose_name=_("Invoice number"),
        orderable=False,
        linkify=lambda record: (
            reverse("campaigns:invoice-document", args=[record.pk]) if record.document else None
        ),
    )
    red_number = tables.Column(
        verbose_name=_("Red-letter invoice"),
        orderable=False,
        linkify=lambda record: (
            reverse("campaigns:red-document", args=[record.pk]) if record.red_document else None
        ),
    )
    decision_reason = tables.Column(verbose_name=_("Reason"), orderable=False)

    empty_title = _("No invoice yet")
    empty_text = _("What boosts have cost of your own money can be invoiced.")
    empty_icon = "file-invoice"

    class Meta(PortalTable.Meta):
        model = InvoiceRequest
        fields: tuple[str, ...] = (
            "created_at", "title", "tax_number", "amount_fen", "status", "number", "red_number",
            "decision_reason",
        )  # fmt: skip


# What an admin does next, in each state.
_WAYS: dict[InvoiceStatus, Sequence[tuple[str, object]]] = {
    InvoiceStatus.REQUESTED: [("invoice-issue", _("Issue")), ("invoice-return", _("Return"))],
    InvoiceStatus.RED_ASKED: [
        ("invoice-take-back", _("Issue the red-letter invoice")),
        ("invoice-decline", _("Decline")),
    ],
    InvoiceStatus.ISSUED: [],
    InvoiceStatus.RETURNED: [],
    InvoiceStatus.WITHDRAWN: [],
    InvoiceStatus.CREDITED: [],
}


class IssuingTable(InvoiceTable):
    """What merchants want invoiced."""

    merchant = tables.Column(verbose_name=_("Merchant"), accessor="merchant__name")
    act = tables.Column(
        verbose_name=_("Action"), empty_values=(), orderable=False, exclude_from_export=True
    )

    empty_text = _("What merchants want invoiced stands here.")

    class Meta(InvoiceTable.Meta):
        fields: tuple[str, ...] = ("merchant", *InvoiceTable.Meta.fields, "act")

    def render_act(self, record: InvoiceRequest) -> SafeString | str:
        ways = _WAYS[InvoiceStatus(record.status)]
        return format_html_join(
            " ",
            "{}",
            (
                (small_button(reverse(f"campaigns:{name}", args=[record.pk]), label, about=record),)
                for name, label in ways
            ),
        )
