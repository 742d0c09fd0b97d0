"""Lists of merchants."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.companies.models import Merchant
from portal.ui.columns import InstantColumn, StatusColumn
from portal.ui.tables import PortalTable


class MerchantDirectoryTable(PortalTable):
    """All merchants, for admins."""

    name = tables.Column(linkify=("review:review-detail", ["merchant", A("pk")]))
    status = StatusColumn(verbose_name=_("Status"))
    account_manager = tables.Column(
        linkify=("merchants:merchant-assign", [A("pk")]),
        default=_("Assign"),
        order_by=("account_manager__name",),
        verbose_name=_("Account manager"),
    )
    created_at = InstantColumn(verbose_name=_("Registered"))

    empty_title = _("No merchant has registered")
    empty_icon = "building"

    class Meta(PortalTable.Meta):
        model = Merchant
        fields = ("name", "credit_code", "status", "account_manager", "created_at")
