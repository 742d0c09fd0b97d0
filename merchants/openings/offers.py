"""What is open for a merchant right now: the openings that fit the stores it has."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.openings import applications
from merchants.openings.models import Opening, OpeningApplication, OpeningState, Programme
from portal import clock


@dataclass
class Offer:
    """A category of a programme that may link outside, from `since` on (the earliest scope)."""

    merchant: Merchant
    programme: Programme
    category: Category
    since: datetime
    scopes: list[str] = field(default_factory=list)
    application: OpeningApplication | None = None

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
    """The merchant's offers at `at`, by programme and category, with what became of each."""
    kinds = set(merchant.stores.values_list("kind", flat=True))
    categories = Category.objects.as_tree()
    asked: dict[int, list[OpeningApplication]] = defaultdict(list)
    for application in merchant.applications.all():
        asked[application.programme_id].append(application)
    offers: dict[tuple[int, int], Offer] = {}
    for rule in _open_rules(kinds, at):
        key = (rule.programme_id, rule.category_id)
        offer = offers.get(key) or Offer(
            merchant,
            rule.programme,
            rule.category,
            rule.effective_at,
            application=applications.covering(
                categories[rule.category_id], asked[rule.programme_id]
            ),
        )
        offer.since = min(offer.since, rule.effective_at)
        offer.scopes.append(f"{rule.get_store_kind_display()} · {rule.get_placement_display()}")
        offers[key] = offer
    return list(offers.values())


def _open_rules(kinds: set[str], at: datetime) -> list[Opening]:
    """The latest rule of each scope at `at`, where it is an open one of a running programme."""
    rules = (
        Opening.objects.signed()
        .filter(store_kind__in=kinds, effective_at__lte=at)
        .select_related("programme", "category")
        .order_by("programme", "category__code", "store_kind", "placement", "-effective_at")
        .distinct("programme", "category__code", "store_kind", "placement")
    )
    day = clock.day_of(at)
    return [r for r in rules if r.state == OpeningState.OPEN and r.programme.runs_on(day)]
