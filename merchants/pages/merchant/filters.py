"""The filter above the list of merchants."""

from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant, MerchantStatus
from portal.ui.filters import FoundFilter, PortalFilter, choice_filter


class MerchantFilter(PortalFilter):
    name = FoundFilter(label=_("Name, code or credit code"))
    status = choice_filter("status", MerchantStatus.choices, _("Status"))

    class Meta:
        model = Merchant
        fields: list[str] = []
