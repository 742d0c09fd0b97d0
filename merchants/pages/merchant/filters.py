"""The filter above the list of merchants."""

from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant, MerchantStatus
from portal.ui.filters import PortalFilter, choice_filter, words_filter


class MerchantFilter(PortalFilter):
    name = words_filter("name", _("Name contains"))
    status = choice_filter("status", MerchantStatus.choices, _("Status"))

    class Meta:
        model = Merchant
        fields: list[str] = []
