"""The filter above the list of listings."""

from django.utils.translation import gettext_lazy as _

from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces.placements import Placement
from portal.ui.filters import FoundFilter, PortalFilter, choice_filter


class ListingFilter(PortalFilter):
    product = FoundFilter(label=_("Product, note, code or link"))
    status = choice_filter("status", ListingStatus.choices, _("Status"))
    placement = choice_filter("placement", Placement.choices, _("Placement"))

    class Meta:
        model = Listing
        fields: list[str] = []
