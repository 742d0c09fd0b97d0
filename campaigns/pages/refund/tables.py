"""Refunds of balance: those of a merchant, and those of all."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.ledger.refunds import BalanceRefund, RefundStatus
from portal.ui.columns import InstantColumn, MoneyColumn, StatusColumn, small_button
from portal.ui.tables import PortalTable


class RefundTable(PortalTable):
    """What a merchant has asked back."""

    number = tables.Column(verbose_name=_("Number"), order_by="pk")
    submitted_at = InstantColumn(verbose_name=_("Asked for"))
    amount_fen = MoneyColumn(verbose_name=_("Amount"))
    bank_account = tables.Column(verbose_name=_("Account number"), orderable=False)
    status = StatusColumn(verbose_name=_("Status"))
    reference = tables.Column(verbose_name=_("Reference of the bank statement"), orderable=False)
    decision_reason = tables.Column(verbose_name=_("Reason"), orderable=False)

    empty_title = _("No refund yet")
    empty_text = _("What is free in the wallet can be paid back to an account of your company.")
    empty_icon = "cash"

    class Meta(PortalTable.Meta):
        model = BalanceRefund
        fields: tuple[str, ...] = (
            "number", "submitted_at", "amount_fen", "bank_account", "status", "reference",
            "decision_reason",
        )  # fmt: skip


class PayoutTable(RefundTable):
    """What the bank is to pay, and what it has paid."""

    merchant = tables.Column(verbose_name=_("Merchant"), accessor="merchant__name")
    act = tables.Column(
        verbose_name=_("Action"), empty_values=(), orderable=False, exclude_from_export=True
    )

    class Meta(RefundTable.Meta):
        fields: tuple[str, ...] = ("number", "merchant", *RefundTable.Meta.fields[1:], "act")

    empty_text = _("What merchants ask back stands here once it is checked.")

    def render_act(self, record: BalanceRefund) -> SafeString | str:
        if record.status != RefundStatus.APPROVED:
            return ""
        return format_html_join(
            " ",
            "{}",
            (
                (small_button(reverse(f"campaigns:{name}", args=[record.pk]), label, about=record),)
                for name, label in (
                    ("payout-book", _("It is paid")),
                    ("payout-turn-down", _("Cannot be paid")),
                )
            ),
        )
