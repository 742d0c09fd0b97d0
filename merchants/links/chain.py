"""Where a listing's link leads right now: a chain that never ends in nothing.

The product's page at the marketplace if policy allows it, else the in-app product, else the
in-app shop, else a search of our own. Only stored ids decide, never the request.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Product
from merchants.listings import publishing
from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces import addresses
from merchants.stores.models import Store

CLICK_PARAMETER = "nl_click"


class Step(TextChoices):
    """The steps of the chain, in their order."""

    MARKETPLACE = "marketplace", _("the product at the marketplace")
    IN_APP_PRODUCT = "in_app_product", _("the in-app product")
    IN_APP_STORE = "in_app_store", _("your in-app shop")
    SEARCH = "search", _("a search in the community")


@dataclass(frozen=True)
class Destination:
    """Where to go: an address at a marketplace, or a path of this site."""

    step: Step
    url: str

    def with_click(self, click_id: str) -> str:
        """The address with the click id added, for the marketplace to give back."""
        mark = "&" if "?" in self.url else "?"
        url = f"{self.url}{mark}{urlencode({CLICK_PARAMETER: click_id})}"
        # Something was added, so it is another address and goes through the parser again.
        return _on_the_list(url) if self.step == Step.MARKETPLACE else url


def resolve(listing: Listing, *, at: datetime) -> Destination:
    """The first step of the chain that is open at `at`."""
    product = listing.product
    in_app: int | None = product.pk
    if product.store.is_external:
        outside = _marketplace(listing, at)
        if outside is not None:
            return outside
        in_app = listing.fallback_id
    if in_app and Product.objects.sold_in_app().filter(pk=in_app).exists():
        return Destination(Step.IN_APP_PRODUCT, reverse("merchants:product-card", args=[in_app]))
    shop = Store.objects.in_app_shops().filter(merchant=listing.merchant_id).first()
    if shop is not None:
        return Destination(Step.IN_APP_STORE, reverse("merchants:store-card", args=[shop.pk]))
    words = urlencode({"q": product.title})
    return Destination(Step.SEARCH, f"{reverse('merchants:product-search')}?{words}")


def _marketplace(listing: Listing, at: datetime) -> Destination | None:
    product = listing.product
    if listing.status != ListingStatus.LIVE or not product.is_available:
        return None
    if not publishing.may_link_outside(listing, at=at):
        return None
    # The stored address is read again: however it got there, it leads to the list or nowhere. Its
    # kind is compared, too, because policy was asked about the kind of the store.
    try:
        recognised = addresses.recognise(product.url)
    except addresses.AddressRefused:
        return None
    if recognised.kind != product.store.kind:
        return None
    return Destination(Step.MARKETPLACE, recognised.url)


def _on_the_list(url: str) -> str:
    """`url` as the parser writes it. Raises AddressRefused unless its host is a product host."""
    parsed = addresses.parse(url)
    if parsed.host not in addresses.ITEM_HOSTS:
        raise addresses.AddressRefused(f"{parsed.host} is not on the list")
    return parsed.href
