"""Lists of products."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.catalogue.models import Product
from portal.ui.columns import MoneyColumn
from portal.ui.tables import NOWRAP, PortalTable


class ProductTable(PortalTable):
    title = tables.Column(
        linkify=("merchants:product-detail", [A("store__merchant__code"), A("pk")])
    )
    store = tables.Column(order_by=("store__name",), verbose_name=_("Store"))
    kind = tables.Column(
        accessor="store__get_kind_display",
        order_by="store__kind",
        verbose_name=_("Sold at"),
        attrs=NOWRAP,
    )
    category = tables.Column(order_by=("category__code",), verbose_name=_("Category"))
    price = MoneyColumn(accessor="price_fen", verbose_name=_("Price"))
    is_available = tables.BooleanColumn(verbose_name=_("Available"), yesno="✓,–")

    empty_title = _("No product yet")
    empty_text = _("Paste the address of a product page, or fill in a form.")
    empty_icon = "package"

    class Meta(PortalTable.Meta):
        model = Product
        fields = ("title", "store", "kind", "external_id", "category", "price", "is_available")
