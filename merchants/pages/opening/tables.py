"""Lists of openings."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.openings.models import Opening
from portal.ui.columns import InstantColumn, StatusColumn
from portal.ui.tables import NOWRAP, PortalTable


class OpeningTable(PortalTable):
    placement = tables.Column(attrs=NOWRAP)
    store_kind = tables.Column(attrs=NOWRAP)
    category = tables.Column(
        linkify=("merchants:opening-detail", [A("pk")]),
        order_by=("category__code",),
        verbose_name=_("Category"),
    )
    programme = tables.Column(order_by=("programme__code",), verbose_name=_("Programme"))
    state = StatusColumn(verbose_name=_("Rule"))
    effective_at = InstantColumn()
    status = StatusColumn(verbose_name=_("Signature"))
    author = tables.Column(order_by=("author__name",), verbose_name=_("Proposed by"))
    approver = tables.Column(order_by=("approver__name",), verbose_name=_("Signed by"))

    empty_title = _("No rule yet")
    empty_text = _("Nothing may link outside until a rule is proposed and signed.")
    empty_icon = "door"

    class Meta(PortalTable.Meta):
        model = Opening
        fields = (
            "category", "programme", "placement", "store_kind", "state", "effective_at", "status",
            "author", "approver",
        )  # fmt: skip
