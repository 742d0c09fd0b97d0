"""The search box: everything a person may see, found as its room finds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.stores.models import Store
from portal.accounts.models import User

MOST = 8


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
    groups = [
        _group(_("Notes"), Note.objects, user, words, _note),
        _group(_("Listings"), Listing.objects, user, words, _listing),
        _group(_("Products"), Product.objects, user, words, _product),
        _group(_("Stores"), Store.objects, user, words, _store),
        _group(_("Boosts"), Boost.objects, user, words, _boost),
        _group(_("Merchants"), Merchant.objects, user, words, _merchant),
    ]
    return [group for group in groups if group.hits]


def _group(
    title: str,
    manager: Any,
    user: User,
    words: str,
    hit: Callable[[Any], Hit],
) -> Group:
    visible: QuerySet[Model] = manager.visible_to(user).found_by(words)
    rows = list(visible.select_related(*_RELATED[manager.model]).order_by("-pk")[: MOST + 1])
    return Group(title, [hit(row) for row in rows[:MOST]], len(rows) > MOST)


_RELATED: dict[type[Model], list[str]] = {
    Note: ["merchant"],
    Listing: ["merchant", "product", "note"],
    Product: ["store__merchant"],
    Store: ["merchant"],
    Boost: ["merchant", "note"],
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


def _merchant(merchant: Merchant) -> Hit:
    url = reverse("reports:home-merchant", args=[merchant.code])
    return Hit(merchant.name, merchant.get_status_display(), url)
