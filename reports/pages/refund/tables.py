"""Refund periods, category by category."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.ui.columns import CountColumn, InstantColumn, small_button
from portal.ui.tables import PortalTable
from reports.sources.refunds import Ruled


class ReadRefundTable(PortalTable):
    """For those who read them. What a category has of a wider one, or of all, has no moment."""

    name = tables.Column(verbose_name=gettext_lazy("Category"), orderable=False)
    days = CountColumn(verbose_name=gettext_lazy("Days for returns"), orderable=False)
    since = InstantColumn(
        verbose_name=pgettext_lazy("refund period", "Since"),
        accessor="own__valid_from",
        orderable=False,
    )
    set_by = tables.Column(
        verbose_name=pgettext_lazy("refund period", "Set by"),
        accessor="own__set_by",
        orderable=False,
    )
    reason = tables.Column(
        verbose_name=gettext_lazy("Reason"), accessor="own__reason", orderable=False
    )

    page_size = 100
    empty_title = gettext_lazy("No category yet")
    empty_text = gettext_lazy("Products lie in categories.")
    empty_icon = "receipt-refund"

    class Meta(PortalTable.Meta):
        pass


class RefundTable(ReadRefundTable):
    """For those who set them."""

    action = tables.Column(
        verbose_name=gettext_lazy("Action"),
        accessor="category__pk",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(PortalTable.Meta):
        pass

    def render_action(self, value: int, record: Ruled) -> SafeString:
        change = reverse("reports:refund-edit", args=[value])
        return small_button(change, _("Change"), about=record.name)
