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

from merchants.links.facts import Facts
from merchants.links.policy import asked
from merchants.marketplaces import addresses
from merchants.openings.policy import Policy

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


def resolve(facts: Facts, policy: Policy, *, at: datetime) -> Destination:
    """The first step of the chain that is open at `at`."""
    outside = _marketplace(facts, policy, at)
    return inside(facts) if outside is None else outside


def inside(facts: Facts) -> Destination:
    """The first step of the chain that stays in the community."""
    if facts.in_app_id is not None:
        card = reverse("merchants:product-card", args=[facts.in_app_id])
        return Destination(Step.IN_APP_PRODUCT, card)
    if facts.shop_id is not None:
        return Destination(Step.IN_APP_STORE, reverse("merchants:store-card", args=[facts.shop_id]))
    words = urlencode({"q": facts.title})
    return Destination(Step.SEARCH, f"{reverse('merchants:product-search')}?{words}")


def _marketplace(facts: Facts, policy: Policy, at: datetime) -> Destination | None:
    if not facts.is_ready or not policy.verdict(asked(facts), at).leads:
        return None
    # The stored address is read again: however it got there, it leads to the list or nowhere. Its
    # kind is compared, too, because policy was asked about the kind of the store.
    try:
        recognised = addresses.recognise(facts.outside_url)
    except addresses.AddressRefused:
        return None
    if recognised.kind != facts.store_kind:
        return None
    return Destination(Step.MARKETPLACE, recognised.url)


def _on_the_list(url: str) -> str:
    """`url` as the parser writes it. Raises AddressRefused unless its host is a product host."""
    parsed = addresses.parse(url)
    if parsed.host not in addresses.ITEM_HOSTS:
        raise addresses.AddressRefused(f"{parsed.host} is not on the list")
    return parsed.href
