"""The filter above the list of listings."""

from django.utils.translation import gettext_lazy as _

from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces.placements import Placement
from portal.ui.filters import PortalFilter, choice_filter, words_filter


class ListingFilter(PortalFilter):
    product = words_filter("product__title", _("Product contains"))
    status = choice_filter("status", ListingStatus.choices, _("Status"))
    placement = choice_filter("placement", Placement.choices, _("Placement"))

    class Meta:
        model = Listing
        fields: list[str] = []
