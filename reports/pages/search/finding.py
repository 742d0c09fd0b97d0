"""The search box: everything a person may see, found as its room finds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.stores.models import Store
from portal.accounts.models import User
from portal.words import period

MOST = 8
# The merchants of one person that a query names one by one.
MOST_NAMED = 50


@dataclass(frozen=True)
class Hit:
    text: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    """What was found of one noun, at most MOST; `has_more` says that there are others."""

    title: str
    hits: list[Hit]
    has_more: bool


def find(user: User, words: str) -> list[Group]:
    """Groups with at least one hit, in a fixed order; nothing for empty `words`."""
    if not words:
        return []
    own = _own(user)
    groups = [
        _group(_("Notes"), Note.objects.visible_to(user), own, words, _note),
        _group(_("Listings"), Listing.objects.visible_to(user), own, words, _listing),
        _group(_("Products"), Product.objects.visible_to(user), own, words, _product),
        _group(_("Stores"), Store.objects.visible_to(user), own, words, _store),
        _group(_("Boosts"), Boost.objects.visible_to(user), own, words, _boost),
        _group(_("Campaigns"), Campaign.objects.visible_to(user), own, words, _campaign),
        _group(_("Merchants"), Merchant.objects.visible_to(user), own, words, _merchant),
    ]
    return [group for group in groups if group.hits]


def _own(user: User) -> list[int] | None:
    """The person's merchants; None for people of the platform, and where they are very many."""
    if user.platform_role:
        return None
    own = list(Merchant.objects.visible_to(user).values_list("pk", flat=True)[: MOST_NAMED + 1])
    return own if len(own) <= MOST_NAMED else None


def _group(
    title: str,
    visible: Any,
    own: list[int] | None,
    words: str,
    hit: Callable[[Any], Hit],
) -> Group:
    found: QuerySet[Model] = visible.found_by(words)
    if own is not None:
        # Named, PostgreSQL knows how much they have: a large merchant's rows are not read one by
        # one where an index has the words.
        found = found.filter(**{f"{_MERCHANT[visible.model]}__in": own})
    rows = list(found.select_related(*_RELATED[visible.model]).order_by("-pk")[: MOST + 1])
    return Group(title, [hit(row) for row in rows[:MOST]], len(rows) > MOST)


_MERCHANT: dict[type[Model], str] = {
    Note: "merchant",
    Listing: "merchant",
    Product: "store__merchant",
    Store: "merchant",
    Boost: "merchant",
    Campaign: "merchant",
    Merchant: "pk",
}
_RELATED: dict[type[Model], list[str]] = {
    Note: ["merchant"],
    Listing: ["merchant", "product", "note"],
    Product: ["store__merchant"],
    Store: ["merchant"],
    Boost: ["merchant", "note"],
    Campaign: ["merchant"],
    Merchant: ["team"],
}


def _note(note: Note) -> Hit:
    url = reverse("merchants:note-detail", args=[note.merchant.code, note.pk])
    return Hit(note.title, note.author_name, url)


def _listing(listing: Listing) -> Hit:
    return Hit(listing.product.title, listing.note.title, listing.get_absolute_url())


def _product(product: Product) -> Hit:
    url = reverse("merchants:product-detail", args=[product.store.merchant.code, product.pk])
    return Hit(product.title, product.store.name, url)


def _store(store: Store) -> Hit:
    url = reverse("merchants:store-detail", args=[store.merchant.code, store.pk])
    return Hit(store.name, store.get_kind_display(), url)


def _boost(boost: Boost) -> Hit:
    return Hit(boost.note.title, boost.get_status_display(), boost.get_absolute_url())


def _campaign(campaign: Campaign) -> Hit:
    url = campaign.get_absolute_url()
    return Hit(campaign.name, period(campaign.starts_on, campaign.ends_on), url)


def _merchant(merchant: Merchant) -> Hit:
    url = reverse("reports:home-merchant", args=[merchant.code])
    return Hit(merchant.name, merchant.get_status_display(), url)
