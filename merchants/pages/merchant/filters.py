"""The filter above the list of merchants."""

import django_filters
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant, MerchantQuerySet, MerchantStatus
from portal.ui.filters import FoundFilter, PortalFilter, choice_filter


class MerchantFilter(PortalFilter):
    name = FoundFilter(label=_("Name, code or credit code"))
    status = choice_filter("status", MerchantStatus.choices, _("Status"))

    care = django_filters.ChoiceFilter(
        method="of_care", label=_("Account manager"), choices=[("nobody", _("Nobody"))],
        empty_label=_("All"),
    )  # fmt: skip

    class Meta:
        model = Merchant
        fields: list[str] = []

    def of_care(self, rows: MerchantQuerySet, name: str, chosen: str) -> MerchantQuerySet:
        """Those whom nobody looks after; it is the only choice."""
        return rows.unattended()
