"""What is allowed now instead of a listing that policy keeps back."""

from datetime import datetime

from django.utils.translation import gettext as _

from merchants.listings.models import Listing
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings.policy import Asked, Policy
from merchants.stores.models import StoreStatus


def sentence(listing: Listing, policy: Policy, *, at: datetime) -> str:
    """Where else the product's category may be linked at `at` by `policy` and the stores that the
    merchant has; else that what is sold in the community needs no opening."""
    stores = listing.merchant.stores.filter(status=StoreStatus.VERIFIED)
    kinds = set(stores.values_list("kind", flat=True))
    places = _open_places(listing, policy, kinds | {listing.product.store.kind}, at=at)
    if places:
        return _("Open for this category now: %(places)s.") % {"places": _("; ").join(places)}
    if StoreKind.IN_APP in kinds:
        return _("A product of your in-app shop can be linked now; it needs no opening.")
    return _("A product of an in-app shop needs no opening; register yours to link one.")


def _open_places(listing: Listing, policy: Policy, kinds: set[str], *, at: datetime) -> list[str]:
    """“Tmall · Note body”, in the order of kinds and placements."""
    found = []
    for kind in StoreKind:
        if kind == StoreKind.IN_APP or kind not in kinds:
            continue
        for placement in Placement:
            asked = Asked(listing.merchant_id, listing.product.category_id, placement, kind)
            if any(way.takes_new for way in policy.ways(asked, at)):
                found.append(f"{kind.label} · {placement.label}")
    return found
