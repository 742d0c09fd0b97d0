"""The filter above the list of stores."""

from django.utils.translation import gettext_lazy as _

from merchants.marketplaces.kinds import StoreKind
from merchants.stores.models import Store, StoreStatus
from portal.ui.filters import FoundFilter, PortalFilter, choice_filter


class StoreFilter(PortalFilter):
    name = FoundFilter(label=_("Name, id or address"))
    kind = choice_filter("kind", StoreKind.choices, _("Kind"))
    status = choice_filter("status", StoreStatus.choices, _("Status"))

    class Meta:
        model = Store
        fields: list[str] = []
