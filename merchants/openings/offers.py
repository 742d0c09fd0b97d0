"""What is open for a merchant right now: the openings that fit the stores it has."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings import applications
from merchants.openings.deciding import Rule
from merchants.openings.models import OpeningApplication, Programme
from merchants.openings.policy import Asked, Policy


@dataclass
class Offer:
    """A category of a programme that may link outside, from `since` on (the earliest scope)."""

    merchant: Merchant
    programme: Programme
    category: Category
    since: datetime
    scopes: list[str] = field(default_factory=list)
    application: OpeningApplication | None = None
    products: int = 0

    @property
    def apply_url(self) -> str:
        page = reverse("merchants:application-new", args=[self.merchant.code])
        chosen = {"programme": self.programme.pk, "category": self.category.pk}
        return f"{page}?{urlencode(chosen)}"

    @property
    def application_url(self) -> str:
        if self.application is None:
            return ""
        return reverse(
            "merchants:application-detail", args=[self.merchant.code, self.application.pk]
        )


def of(merchant: Merchant, *, at: datetime) -> list[Offer]:
    """The merchant's offers at `at`, with what became of each and how many of its products they
    concern: those of most products first, else by programme and category."""
    kinds = set(merchant.stores.values_list("kind", flat=True))
    categories = Category.objects.as_tree()
    asked: dict[int, list[OpeningApplication]] = defaultdict(list)
    for application in merchant.applications.all():
        asked[application.programme_id].append(application)
    sold = _sold(merchant, categories)
    policy = Policy.read()
    offers: dict[tuple[int, int], Offer] = {}
    open_kinds: dict[tuple[int, int], set[str]] = defaultdict(set)
    for rule in _open_rules(policy, merchant, kinds, at):
        key = (rule.programme_id, rule.category_id)
        category = categories[rule.category_id]
        offer = offers.setdefault(
            key,
            Offer(
                merchant,
                policy.programmes[rule.programme_id],
                category,
                rule.effective_at,
                application=applications.covering(category, asked[rule.programme_id]),
            ),
        )
        offer.since = min(offer.since, rule.effective_at)
        offer.scopes.append(
            f"{StoreKind(rule.store_kind).label} · {Placement(rule.placement).label}"
        )
        open_kinds[key].add(rule.store_kind)
    for key, offer in offers.items():
        offer.products = sum(sold[key[1], kind] for kind in open_kinds[key])
    named = sorted(offers.values(), key=lambda one: (one.programme.pk, one.category.code))
    return sorted(named, key=lambda offer: -offer.products)


def _sold(merchant: Merchant, categories: dict[int, Category]) -> Counter[tuple[int, str]]:
    """How many products the merchant has in each category, what lies in it included, and kind of
    store."""
    sold: Counter[tuple[int, str]] = Counter()
    products = Product.objects.filter(store__merchant=merchant).order_by()
    counted = products.values_list("category", "store__kind").annotate(Count("pk"))
    for category, kind, count in counted:
        for wider in categories[category].lineage():
            sold[wider.pk, kind] += count
    return sold


def _open_rules(policy: Policy, merchant: Merchant, kinds: set[str], at: datetime) -> list[Rule]:
    """The rules that decide about their own category at `at` and let something new of the merchant
    go live, in the order of store kinds and placements."""
    places = {
        (rule.programme_id, rule.category_id, rule.store_kind, rule.placement)
        for rule in policy.rules
        if rule.store_kind in kinds
    }
    found = []
    for programme, category, kind, placement in sorted(places):
        standing = policy.standing(programme, Asked(merchant.pk, category, placement, kind), at)
        if standing.takes_new and standing.rule and standing.rule.category_id == category:
            found.append(standing.rule)
    return found
