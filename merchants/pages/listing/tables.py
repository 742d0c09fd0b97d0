"""Lists of listings."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.listings.models import Listing
from portal.ui.columns import InstantColumn, StatusColumn
from portal.ui.tables import NOWRAP, PortalTable


class ListingTable(PortalTable):
    product = tables.Column(
        linkify=("merchants:listing-detail", [A("merchant__code"), A("pk")]),
        order_by=("product__title",),
        verbose_name=_("Product"),
    )
    placement = tables.Column(attrs=NOWRAP)
    note = tables.Column(order_by=("note__title",), verbose_name=_("Note"))
    store = tables.Column(
        accessor="product__store__get_kind_display",
        order_by="product__store__kind",
        attrs=NOWRAP,
        verbose_name=_("Sold at"),
    )
    status = StatusColumn(verbose_name=_("Status"))
    created_at = InstantColumn(verbose_name=_("Linked"))

    empty_title = _("No listing yet")
    empty_text = _("Link one of your products to a note, so that its readers can buy it.")
    empty_icon = "link"

    class Meta(PortalTable.Meta):
        model = Listing
        fields = ("product", "note", "placement", "store", "status", "created_at")
