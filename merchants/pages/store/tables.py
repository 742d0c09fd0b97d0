"""Lists of stores."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.stores.models import Store
from portal.ui.columns import CountColumn, InstantColumn, StatusColumn
from portal.ui.tables import NOWRAP, PortalTable


class StoreTable(PortalTable):
    name = tables.Column(linkify=("merchants:store-detail", [A("merchant__code"), A("pk")]))
    kind = tables.Column(attrs=NOWRAP)
    status = StatusColumn(verbose_name=_("Status"))
    products = CountColumn(accessor="product_count", verbose_name=_("Products"))
    created_at = InstantColumn(verbose_name=_("Registered"))

    empty_title = _("No store yet")
    empty_text = _("Register your in-app shop first, then your stores on the marketplaces.")
    empty_icon = "building-store"

    class Meta(PortalTable.Meta):
        model = Store
        fields = ("name", "kind", "external_id", "status", "products", "created_at")


class StoreDirectoryTable(PortalTable):
    """All stores, for admins."""

    name = tables.Column(linkify=("review:review-detail", ["store", A("pk")]))
    kind = tables.Column(attrs=NOWRAP)
    merchant = tables.Column(order_by=("merchant__name",), verbose_name=_("Merchant"))
    status = StatusColumn(verbose_name=_("Status"))
    created_at = InstantColumn(verbose_name=_("Registered"))

    empty_title = _("No store has been registered")
    empty_icon = "building-store"

    indexed = ("created_at",)

    class Meta(PortalTable.Meta):
        model = Store
        fields = ("name", "merchant", "kind", "external_id", "status", "created_at")
