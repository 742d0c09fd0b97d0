"""What is allowed now instead of a listing that policy keeps back."""

from datetime import datetime

from django.utils.translation import gettext as _

from merchants.listings.models import Listing
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings import verbs as openings
from merchants.openings.models import Opening, OpeningState, Programme
from merchants.stores.models import StoreStatus
from portal import clock


def sentence(listing: Listing, *, at: datetime) -> str:
    """Where else the product's category may be linked at `at`, by the stores the merchant has; else
    that what is sold in the community needs no opening."""
    stores = listing.merchant.stores.filter(status=StoreStatus.VERIFIED)
    kinds = set(stores.values_list("kind", flat=True))
    places = _open_places(listing, kinds | {listing.product.store.kind}, at=at)
    if places:
        return _("Open for this category now: %(places)s.") % {"places": _("; ").join(places)}
    if StoreKind.IN_APP in kinds:
        return _("A product of your in-app shop can be linked now; it needs no opening.")
    return _("A product of an in-app shop needs no opening; register yours to link one.")


def _open_places(listing: Listing, kinds: set[str], *, at: datetime) -> list[str]:
    """“Tmall · Note body”, in the order of kinds and placements."""
    lineage = listing.product.category.lineage()
    signed = Opening.objects.signed().filter(category__in=lineage, effective_at__lte=at)
    rules = list(signed.select_related("programme", "category"))
    found = []
    for kind in StoreKind:
        if kind == StoreKind.IN_APP or kind not in kinds:
            continue
        programmes = Programme.objects.for_store_kind(kind).running(clock.day_of(at))
        for placement in Placement:
            scope = [r for r in rules if (r.store_kind, r.placement) == (kind, placement)]
            for programme in programmes:
                own = [rule for rule in scope if rule.programme_id == programme.pk]
                rule = openings.narrowest(own, programme, lineage, at=at)
                if rule is not None and rule.state == OpeningState.OPEN:
                    found.append(f"{kind.label} · {placement.label}")
                    break
    return found
